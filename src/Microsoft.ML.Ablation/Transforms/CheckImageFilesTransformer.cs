using Microsoft.ML;
using Microsoft.ML.Ablation;
using Microsoft.ML.Ablation.Datasets;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(typeof(ITransformer), typeof(CheckImageFilesTransformer), null, typeof(SignatureLoadModel),
    "Check of image files", CheckImageFilesTransformer.LoaderSignature)]

namespace Microsoft.ML.Ablation;

/// <summary>
/// Passes paths on, and refuses files that are no whole images. Fitted by <see cref="CheckImageFilesEstimator"/>.
/// </summary>
public sealed class CheckImageFilesTransformer : RowMapperTransformer
{
    internal const string LoaderSignature = "CheckImageFiles";

    internal CheckImageFilesTransformer(IHostEnvironment env, string columnName)
        : base(env.Register(LoaderSignature)) => ColumnName = columnName;

    /// <summary>The column with the paths.</summary>
    public string ColumnName { get; }

    /// <exception cref="ArgumentOutOfRangeException">The column is missing or not text.</exception>
    internal static DataViewSchema.Column FindPaths(DataViewSchema schema, string name)
    {
        DataViewSchema.Column column = SchemaColumns.Find(schema, "path", name);
        return column.Type is TextDataViewType ? column : throw new ArgumentOutOfRangeException(nameof(schema),
            $"Column '{name}' has type {column.Type}, but text is needed: the full paths of image files.");
    }

    private protected override IRowMapper MakeMapper(DataViewSchema inputSchema) => new Mapper(this, FindPaths(inputSchema, ColumnName).Index);

    private static VersionInfo GetVersionInfo() => new(
        modelSignature: "CHKIMAGE",
        verWrittenCur: 0x00010001,
        verReadableCur: 0x00010001,
        verWeCanReadBack: 0x00010001,
        loaderSignature: LoaderSignature,
        loaderAssemblyName: typeof(CheckImageFilesTransformer).Assembly.GetName().Name!);

    private protected override void Save(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(GetVersionInfo());

        // Format: string: the column.
        ctx.Writer.Write(ColumnName);
    }

    private static ITransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(GetVersionInfo());
        return new CheckImageFilesTransformer(env, ctx.Reader.ReadString());
    }

    private sealed class Mapper(CheckImageFilesTransformer owner, int column) : IRowMapper
    {
        public ITransformer GetTransformer() => owner;

        void ICanSaveModel.Save(ModelSaveContext ctx) => ((ICanSaveModel)owner).Save(ctx);

        public Func<int, bool> GetDependencies(Func<int, bool> activeOutput)
        {
            bool active = activeOutput(0);
            return index => active && index == column;
        }

        public DataViewSchema.DetachedColumn[] GetOutputColumns() => [new(owner.ColumnName, TextDataViewType.Instance)];

        public Delegate[] CreateGetters(DataViewRow input, Func<int, bool> activeOutput, out Action? disposer)
        {
            disposer = null;
            if (!activeOutput(0))
                return [null!];
            ValueGetter<ReadOnlyMemory<char>> getPath = input.GetGetter<ReadOnlyMemory<char>>(input.Schema[column]);
            return [(ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> path) =>
            {
                getPath(ref path);
                ImageFileFormat.ReadWhole(path.ToString());
            })];
        }
    }
}
