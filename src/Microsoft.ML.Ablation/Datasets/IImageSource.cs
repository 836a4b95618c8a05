namespace Microsoft.ML.Ablation.Datasets;

/// <summary>Labelled images of one shape that can be read in any order, from several threads at once.</summary>
internal interface IImageSource
{
    /// <summary>The number of images.</summary>
    int Count { get; }

    /// <summary>The channels, height and width of every image.</summary>
    ImageShape Shape { get; }

    /// <summary>The class of image <paramref name="index"/>, any whole number.</summary>
    int LabelOf(int index);

    /// <summary>
    /// Writes the values of image <paramref name="index"/>, from 0 to 1, channel by channel and within each row by row;
    /// <paramref name="scratch"/> has room for one image and is the source's to use.
    /// </summary>
    void Read(int index, Span<byte> scratch, Span<float> values);
}
