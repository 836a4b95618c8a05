namespace Microsoft.ML.Ablation.Datasets;

/// <summary>Labelled grey images of one size that can be read in any order, from several threads at once.</summary>
internal interface IImageSource
{
    /// <summary>The number of images.</summary>
    int Count { get; }

    /// <summary>The height of every image in pixels.</summary>
    int Height { get; }

    /// <summary>The width of every image in pixels.</summary>
    int Width { get; }

    /// <summary>The class of image <paramref name="index"/>, 0 to 255.</summary>
    int LabelOf(int index);

    /// <summary>
    /// The grey values of image <paramref name="index"/>, row by row; either a view of what is stored, or drawn into
    /// <paramref name="scratch"/>, which has room for one image.
    /// </summary>
    ReadOnlySpan<byte> Pixels(int index, Span<byte> scratch);
}
