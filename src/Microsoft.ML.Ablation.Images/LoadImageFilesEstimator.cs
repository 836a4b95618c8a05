using System.Drawing;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms.Image;

namespace Microsoft.ML.Ablation.Images;

/// <summary>Loads image files as a viewer shows them, when their rows are read.</summary>
/// <remarks>
/// <format type="text/markdown">
/// | | |
/// | -- | -- |
/// | Input column | text: full paths of files |
/// | Output column | <see cref="MLImage"/>: each as large as the file says |
/// | Training | reads no data |
/// </format>
///
/// <para>JPEG, PNG, WebP, GIF and BMP, told from the first bytes. Of animations the first frame is taken. Palettes, grey, 16 bits per channel
/// and CMYK become red, green and blue of 8 bits; colour profiles are not applied, as ML.NET does not. A transparent pixel is mixed with the
/// background. The EXIF orientation of a JPEG or WebP is applied, so that an image has the sides that a viewer gives it.</para>
/// <para>Reading the row of a file that is no image, breaks off or cannot be decoded to its end throws an
/// <see cref="InvalidDataException"/> that names it, an <see cref="IOException"/> where the file cannot be read. A checksum is what finds
/// a changed byte: PNG has one for all of its content, the other formats have none, so that a changed byte in the middle of
/// them may give another picture without an error.</para>
/// </remarks>
public sealed class LoadImageFilesEstimator : IEstimator<LoadImageFilesTransformer>
{
    private readonly IHost _host;
    private readonly string _outputColumnName;
    private readonly string _inputColumnName;
    private readonly Color _background;

    internal LoadImageFilesEstimator(IHostEnvironment env, string outputColumnName, string inputColumnName, Color background)
    {
        _host = env.Register(LoadImageFilesTransformer.LoaderSignature);
        (_outputColumnName, _inputColumnName, _background) = (outputColumnName, inputColumnName, background);
    }

    /// <summary>Checks that the column is there; opens no file.</summary>
    /// <exception cref="ArgumentException">The column is missing or not text.</exception>
    public LoadImageFilesTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        CheckImageFilesTransformer.FindPaths(input.Schema, _inputColumnName);
        return new LoadImageFilesTransformer(_host, _outputColumnName, _inputColumnName, _background);
    }

    /// <summary>The shape of the schema after this estimator.</summary>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        SchemaColumns.Find(inputSchema, "path", _inputColumnName);
        var output = new SchemaShape.Column(_outputColumnName, SchemaShape.Column.VectorKind.Scalar, new ImageDataViewType(), false);
        return new SchemaShape(inputSchema.Where(column => column.Name != _outputColumnName).Append(output));
    }
}
