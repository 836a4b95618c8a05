namespace Microsoft.ML.Ablation.Datasets;

/// <summary>The images and labels of a pair of IDX files, kept as the bytes that the files hold.</summary>
internal sealed class IdxImages : IImageSource
{
    private readonly byte[] _pixels;
    private readonly byte[] _labels;

    private IdxImages(byte[] pixels, ImageShape shape, byte[] labels)
    {
        _pixels = pixels;
        Shape = shape;
        _labels = labels;
    }

    public int Count => _labels.Length;

    public ImageShape Shape { get; }

    /// <summary>Reads both files and checks that they belong together.</summary>
    /// <exception cref="FileNotFoundException">A file does not exist.</exception>
    /// <exception cref="InvalidDataException">A file is damaged, or the numbers of images and labels differ.</exception>
    public static IdxImages Read(string imagesPath, string labelsPath)
    {
        byte[] pixels = IdxFile.ReadImages(imagesPath, out int count, out int height, out int width);
        byte[] labels = IdxFile.ReadLabels(labelsPath);
        if (labels.Length != count)
        {
            throw new InvalidDataException(
                $"'{imagesPath}' holds {count:N0} images, but '{labelsPath}' holds {labels.Length:N0} labels. " +
                "Give the image file and the label file of the same set.");
        }
        return new IdxImages(pixels, new ImageShape(1, height, width), labels);
    }

    public int LabelOf(int index) => _labels[index];

    public ReadOnlySpan<byte> Pixels(int index, Span<byte> scratch) => _pixels.AsSpan(index * Shape.Values, Shape.Values);
}
