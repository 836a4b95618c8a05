namespace Microsoft.ML.Ablation.Datasets;

/// <summary>Labelled images of one shape that can be read in any order, from several threads at once.</summary>
internal interface IImageSource
{
    /// <summary>The number of images.</summary>
    int Count { get; }

    /// <summary>The channels, height and width of every image.</summary>
    ImageShape Shape { get; }

    /// <summary>The class of image <paramref name="index"/>, 0 to 255.</summary>
    int LabelOf(int index);

    /// <summary>
    /// The values of image <paramref name="index"/>, channel by channel and within each row by row; either a view of what is
    /// stored, or drawn into <paramref name="scratch"/>, which has room for one image.
    /// </summary>
    ReadOnlySpan<byte> Pixels(int index, Span<byte> scratch);
}
