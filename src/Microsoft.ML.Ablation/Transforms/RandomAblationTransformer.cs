using Microsoft.ML;
using Microsoft.ML.Ablation;
using Microsoft.ML.Ablation.Files;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(typeof(ITransformer), typeof(RandomAblationTransformer), null, typeof(SignatureLoadModel),
    "Random ablation", RandomAblationTransformer.LoaderSignature)]

namespace Microsoft.ML.Ablation;

/// <summary>
/// Keeps <c>k</c> random positions of each row and replaces the others by NULL. Fitted by
/// <see cref="RandomAblationEstimator"/>.
/// </summary>
/// <remarks>
/// The view is deterministic: which positions a row keeps is a function of the seed and the row's values, so the same row
/// gives the same ablation in every cursor. A cursor opened with a <see cref="Random"/> draws fresh ablations from it.
/// </remarks>
public sealed class RandomAblationTransformer : RowMapperTransformer
{
    internal const string LoaderSignature = "RandomAblation";
    internal const string LayoutAnnotation = "AblationLayout";

    private readonly RandomAblationOptions _options;
    private readonly FittedGroups? _groups;
    private readonly float[]? _means;

    internal RandomAblationTransformer(IHostEnvironment env, RandomAblationOptions options, FittedGroups? groups, ulong seed, float[]? means)
        : base(env.Register(LoaderSignature))
    {
        _options = options;
        _groups = groups;
        Seed = seed;
        _means = means;
    }

    /// <summary>The number <c>k</c> of retained positions.</summary>
    public int RetainedCount => _options.RetainedCount;

    /// <summary>How NULL is shown to the base classifier.</summary>
    public AblationEncoding Encoding => _options.Encoding;

    /// <summary>The column that is ablated.</summary>
    public string InputColumnName => _options.InputColumnName;

    /// <summary>The column that receives the ablated row.</summary>
    public string OutputColumnName => _options.OutputColumnName;

    /// <summary>The training mean per channel, or per slot of groups, for <see cref="AblationEncoding.Mean"/>, empty otherwise.</summary>
    public IReadOnlyList<float> Means => _means ?? [];

    /// <summary>The attributes that are a position each; empty where positions are single slots or pixels.</summary>
    public IReadOnlyList<FeatureGroup> Groups => _groups?.Groups ?? [];

    internal ulong Seed { get; }

    /// <summary>The same ablation with another number of retained positions.</summary>
    internal RandomAblationTransformer WithRetainedCount(int k)
    {
        RandomAblationOptions options = _options with { RetainedCount = k };
        options.Validate();
        return new RandomAblationTransformer(Host, options, _groups, Seed, _means);
    }

    /// <summary>The same ablation with 0 for the seed of its views.</summary>
    internal RandomAblationTransformer WithoutSeed() => new(Host, _options with { Seed = null }, _groups, 0, _means);

    /// <summary>The encoder for data of the given schema.</summary>
    internal AblationEncoder MakeEncoder(DataViewSchema inputSchema)
    {
        DataViewSchema.Column column = SchemaColumns.Find(inputSchema, "feature", InputColumnName);
        FeatureLayout layout = _options.ResolveLayout(column.Name, column.Type, _groups?.Groups);
        if (_means is not null && _means.Length != layout.MeanCount)
        {
            throw new ArgumentOutOfRangeException(nameof(inputSchema), $"Column '{column.Name}' has {layout.MeanCount} channels, but the "
                + $"transform was fitted on {_means.Length}.");
        }
        _groups?.Require(inputSchema, column);
        return new AblationEncoder(column.Name, layout, Encoding, _means, _options.NormalizedInput);
    }

    private protected override IRowMapper MakeMapper(DataViewSchema inputSchema) => MakeMapper(inputSchema, fresh: null);

    private RandomAblationMapper MakeMapper(DataViewSchema inputSchema, AblationDraw? fresh)
    {
        int column = SchemaColumns.Find(inputSchema, "feature", InputColumnName).Index;
        int? copy = fresh is null ? AblatedCopiesView.ColumnOf(inputSchema) : null;
        return new RandomAblationMapper(this, column, copy, MakeEncoder(inputSchema), fresh);
    }

    private protected override IDataView MakeView(IDataView input)
    {
        return new SingleCursorView(Host, Map(input, MakeMapper), random =>
        {
            AblationDraw fresh = AblationDraw.From(random, $"k = {RetainedCount}, {Encoding}", MakeEncoder(input.Schema).Layout.Channels);
            return Map(ShuffledIfNeeded(input), schema => MakeMapper(schema, fresh));
        });
    }

    /// <summary>A source that cannot shuffle goes through ML.NET's pool of rows, if that can carry all its columns.</summary>
    private IDataView ShuffledIfNeeded(IDataView input)
    {
        if (input.CanShuffle)
            return input;
        var shuffled = new Transforms.RowShufflingTransformer(Host, input);
        return ((IDataView)shuffled).Schema.Count == input.Schema.Count ? shuffled : input;
    }

    private static VersionInfo GetVersionInfo() => new(
        modelSignature: "RNDABLAT",
        verWrittenCur: 0x00010003,
        verReadableCur: 0x00010003,
        verWeCanReadBack: 0x00010001,
        loaderSignature: LoaderSignature,
        loaderAssemblyName: typeof(RandomAblationTransformer).Assembly.GetName().Name!);

    private protected override void Save(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(GetVersionInfo());

        // Format: the options (RandomAblationOptions.Write); ulong seed; int count and count floats: the means; the groups
        // (FeatureGroups.Write), since version 2; what was seen of their column (FittedGroups.WriteColumn), since version 3.
        _options.Write(ctx.Writer);
        ctx.Writer.Write(Seed);
        ctx.Writer.Write(Means.Count);
        foreach (float mean in Means)
            ctx.Writer.Write(mean);
        FeatureGroups.Write(ctx.Writer, Groups);
        FittedGroups.WriteColumn(ctx.Writer, _groups);
    }

    private static ITransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(GetVersionInfo());
        ModelArchive.RequireWhole(ctx);
        RandomAblationOptions options = RandomAblationOptions.Read(ctx.Reader);
        ulong seed = ctx.Reader.ReadUInt64();
        int count = ctx.Reader.ReadInt32();
        if (options.Encoding == AblationEncoding.Mean ? count is < 1 or > 1 << 24 : count != 0)
            throw new FormatException($"The model file is damaged: the random ablation has {count} means with encoding {options.Encoding}.");
        float[]? means = count == 0 ? null : new float[count];
        for (int i = 0; i < count; i++)
            means![i] = ctx.Reader.ReadSingle();
        FittedGroups? groups = ctx.Header.ModelVerWritten < 0x00010002 ? null : ReadGroups(ctx);
        return new RandomAblationTransformer(env, options, groups, seed, means);
    }

    private static FittedGroups? ReadGroups(ModelLoadContext ctx)
    {
        FeatureGroup[] groups = FeatureGroups.Read(ctx.Reader);
        return ctx.Header.ModelVerWritten >= 0x00010003
            ? FittedGroups.ReadColumn(ctx.Reader, groups)
            : groups.Length == 0 ? null : new FittedGroups(groups, SlotNames: [], DivideCategories: false);
    }
}
