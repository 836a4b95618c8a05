using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Ablation;

/// <summary>Refuses files that are no whole images, by name, when their rows are read.</summary>
/// <remarks>
/// <format type="text/markdown">
/// | | |
/// | -- | -- |
/// | Input column | text: full paths of files |
/// | Output column | the same |
/// | Training | reads no data |
/// </format>
///
/// The first bytes decide the format: JPEG, PNG, WebP, GIF or BMP. A JPEG must reach its end-of-image marker, a PNG its
/// last chunk with the right checksums, a WebP the length that it declares; bytes after that do no harm. Pixels are not decoded, so damage within
/// the compressed data of the others is not found. Reading the path of a damaged file throws an <see cref="InvalidDataException"/>, or an
/// <see cref="IOException"/> where the file cannot be read. ML.NET's own transforms after it read rows ahead in other threads and wrap what these
/// throw: then the inner exception names the file. <c>LoadImageFiles</c> of the package Microsoft.ML.Ablation.Images is read in the caller's thread.
/// </remarks>
public sealed class CheckImageFilesEstimator : IEstimator<CheckImageFilesTransformer>
{
    private readonly IHost _host;
    private readonly string _columnName;

    internal CheckImageFilesEstimator(IHostEnvironment env, string columnName)
    {
        _host = env.Register(CheckImageFilesTransformer.LoaderSignature);
        _columnName = columnName;
    }

    /// <summary>Checks that the column is there; opens no file.</summary>
    /// <exception cref="ArgumentException">The column is missing or not text.</exception>
    public CheckImageFilesTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        CheckImageFilesTransformer.FindPaths(input.Schema, _columnName);
        return new CheckImageFilesTransformer(_host, _columnName);
    }

    /// <summary>The shape of the schema after this estimator.</summary>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        SchemaColumns.Find(inputSchema, "path", _columnName);
        var output = new SchemaShape.Column(_columnName, SchemaShape.Column.VectorKind.Scalar, TextDataViewType.Instance, false);
        return new SchemaShape(inputSchema.Where(column => column.Name != _columnName).Append(output));
    }
}
