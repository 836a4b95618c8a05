using Microsoft.ML;
using Microsoft.ML.Ablation;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(typeof(ITransformer), typeof(RandomCropFlipTransformer), null, typeof(SignatureLoadModel),
    "Random crop and flip", RandomCropFlipTransformer.LoaderSignature)]

namespace Microsoft.ML.Ablation;

/// <summary>
/// Moves and mirrors images at random for cursors opened with a <see cref="Random"/>, and passes them on unchanged to all others.
/// Fitted by <see cref="RandomCropFlipEstimator"/>.
/// </summary>
public sealed class RandomCropFlipTransformer : RowMapperTransformer
{
    internal const string LoaderSignature = "RandomCropFlip";

    private readonly RandomCropFlipOptions _options;

    internal RandomCropFlipTransformer(IHostEnvironment env, RandomCropFlipOptions options)
        : base(env.Register(LoaderSignature)) => _options = options;

    /// <summary>The most pixels by which an image is moved in each direction.</summary>
    public int Padding => _options.Padding;

    /// <summary>Whether half of the images are mirrored.</summary>
    public bool Flip => _options.Flip;

    /// <summary>The column with the image.</summary>
    public string InputColumnName => _options.InputColumnName;

    /// <summary>The column that receives the image.</summary>
    public string OutputColumnName => _options.OutputColumnName;

    private protected override IRowMapper MakeMapper(DataViewSchema inputSchema) => MakeMapper(inputSchema, fresh: null);

    private RandomCropFlipMapper MakeMapper(DataViewSchema inputSchema, AblationKey? fresh)
    {
        DataViewSchema.Column column = SchemaColumns.Find(inputSchema, "feature", InputColumnName);
        return new RandomCropFlipMapper(this, column, _options.ResolveLayout(column.Name, column.Type), fresh);
    }

    private protected override IDataView MakeView(IDataView input)
    {
        return new SingleCursorView(Host, Map(input, MakeMapper), random =>
        {
            // The ablation behind this one has described itself already.
            if (random is AblationRandom ours)
                ours.Ablation += $", RandomCropFlip of {Padding} pixels{(Flip ? " with mirror images" : "")}";
            AblationKey fresh = AblationKey.Compute((ulong)random.NextInt64(), []);
            return Map(input, schema => MakeMapper(schema, fresh));
        });
    }

    private static VersionInfo GetVersionInfo() => new(
        modelSignature: "RNDCROPF",
        verWrittenCur: 0x00010001,
        verReadableCur: 0x00010001,
        verWeCanReadBack: 0x00010001,
        loaderSignature: LoaderSignature,
        loaderAssemblyName: typeof(RandomCropFlipTransformer).Assembly.GetName().Name!);

    private protected override void Save(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(GetVersionInfo());

        // Format: the options (RandomCropFlipOptions.Write).
        _options.Write(ctx.Writer);
    }

    private static ITransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(GetVersionInfo());
        return new RandomCropFlipTransformer(env, RandomCropFlipOptions.Read(ctx.Reader));
    }
}
