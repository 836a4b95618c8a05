namespace Microsoft.ML.Ablation;

/// <summary>The order of the values of an image in its vector column.</summary>
public enum AblationLayout
{
    /// <summary>
    /// Read from the column's dimensions: the smaller of the first and the last of three dimensions is the channel count, the
    /// first when they are equal. It must be at most 4.
    /// </summary>
    Auto = 0,

    /// <summary>Channels × height × width, as <c>ExtractPixels</c> gives without <c>interleavePixelColors</c>.</summary>
    Planar = 1,

    /// <summary>Height × width × channels, as <c>ExtractPixels</c> gives with <c>interleavePixelColors</c>.</summary>
    Interleaved = 2,
}
