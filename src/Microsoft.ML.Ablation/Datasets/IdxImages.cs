namespace Microsoft.ML.Ablation.Datasets;

/// <summary>The images and labels of a pair of IDX files.</summary>
internal sealed class IdxImages : IImageSource
{
    private readonly IdxPixels _pixels;
    private readonly int[] _labels;

    private IdxImages(IdxPixels pixels, int[] labels) => (_pixels, _labels) = (pixels, labels);

    public int Count => _labels.Length;

    public ImageShape Shape => _pixels.Shape;

    /// <summary>Reads both files and checks that they belong together.</summary>
    /// <exception cref="FileNotFoundException">A file does not exist.</exception>
    /// <exception cref="InvalidDataException">A file is damaged or holds something else, or the numbers of images and labels differ.</exception>
    public static IdxImages Read(string imagesPath, string labelsPath)
    {
        IdxPixels pixels = IdxPixels.Read(imagesPath);
        int[] labels = IdxLabels.Read(labelsPath);
        if (labels.Length != pixels.Count)
        {
            throw new InvalidDataException(
                FormattableString.Invariant($"'{imagesPath}' holds {pixels.Count:N0} images, but '{labelsPath}' holds {labels.Length:N0} labels. ") +
                "Give the image file and the label file of the same set.");
        }
        return new IdxImages(pixels, labels);
    }

    public int LabelOf(int index) => _labels[index];

    public void Read(int index, Span<byte> scratch, Span<float> values) => _pixels.Read(index, values);
}
