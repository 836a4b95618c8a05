using System.Drawing;
using Microsoft.ML;
using Microsoft.ML.Ablation;
using Microsoft.ML.Ablation.Images;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms.Image;

[assembly: LoadableClass(typeof(ITransformer), typeof(LoadImageFilesTransformer), null, typeof(SignatureLoadModel),
    "Loading of image files", LoadImageFilesTransformer.LoaderSignature)]

namespace Microsoft.ML.Ablation.Images;

/// <summary>Loads image files as a viewer shows them. Fitted by <see cref="LoadImageFilesEstimator"/>.</summary>
public sealed class LoadImageFilesTransformer : RowMapperTransformer
{
    internal const string LoaderSignature = "LoadImageFiles";

    internal LoadImageFilesTransformer(IHostEnvironment env, string outputColumnName, string inputColumnName, Color background)
        : base(env.Register(LoaderSignature))
        => (OutputColumnName, InputColumnName, Background) = (outputColumnName, inputColumnName, background);

    /// <summary>The column that receives the images.</summary>
    public string OutputColumnName { get; }

    /// <summary>The column with the paths.</summary>
    public string InputColumnName { get; }

    /// <summary>The colour behind transparent pixels.</summary>
    public Color Background { get; }

    private protected override IRowMapper MakeMapper(DataViewSchema inputSchema)
        => new Mapper(this, CheckImageFilesTransformer.FindPaths(inputSchema, InputColumnName).Index);

    private static VersionInfo GetVersionInfo() => new(
        modelSignature: "LDIMFILE",
        verWrittenCur: 0x00010001,
        verReadableCur: 0x00010001,
        verWeCanReadBack: 0x00010001,
        loaderSignature: LoaderSignature,
        loaderAssemblyName: typeof(LoadImageFilesTransformer).Assembly.GetName().Name!);

    private protected override void Save(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(GetVersionInfo());

        // Format: string: the output column; string: the input column; byte, byte, byte: red, green and blue of the background.
        ctx.Writer.Write(OutputColumnName);
        ctx.Writer.Write(InputColumnName);
        ctx.Writer.Write(Background.R);
        ctx.Writer.Write(Background.G);
        ctx.Writer.Write(Background.B);
    }

    private static ITransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(GetVersionInfo());
        return new LoadImageFilesTransformer(env, ctx.Reader.ReadString(), ctx.Reader.ReadString(),
            Color.FromArgb(ctx.Reader.ReadByte(), ctx.Reader.ReadByte(), ctx.Reader.ReadByte()));
    }

    private sealed class Mapper(LoadImageFilesTransformer owner, int column) : IRowMapper
    {
        public ITransformer GetTransformer() => owner;

        void ICanSaveModel.Save(ModelSaveContext ctx) => ((ICanSaveModel)owner).Save(ctx);

        public Func<int, bool> GetDependencies(Func<int, bool> activeOutput)
        {
            bool active = activeOutput(0);
            return index => active && index == column;
        }

        public DataViewSchema.DetachedColumn[] GetOutputColumns() => [new(owner.OutputColumnName, new ImageDataViewType())];

        public Delegate[] CreateGetters(DataViewRow input, Func<int, bool> activeOutput, out Action? disposer)
        {
            disposer = null;
            if (!activeOutput(0))
                return [null!];
            ValueGetter<ReadOnlyMemory<char>> getPath = input.GetGetter<ReadOnlyMemory<char>>(input.Schema[column]);
            ReadOnlyMemory<char> path = default;
            MLImage? last = null;
            disposer = () => last?.Dispose();
            return [(ValueGetter<MLImage>)((ref MLImage image) =>
            {
                // As ML.NET's own loading: whoever reads hands the last image back.
                image?.Dispose();
                image = null!;
                getPath(ref path);
                image = last = ImageDecoder.Read(path.ToString(), owner.Background);
            })];
        }
    }
}
