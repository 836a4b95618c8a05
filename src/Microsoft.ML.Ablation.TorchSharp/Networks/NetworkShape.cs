using Microsoft.ML.Ablation.TorchSharp;

namespace Microsoft.ML.Ablation;

/// <summary>The input and output of a network: planar images of one size, and a number of classes.</summary>
/// <param name="Channels">Values per pixel, at least 1, after the encoding, which may double them.</param>
/// <param name="Height">Rows of pixels, at least 4.</param>
/// <param name="Width">Pixels per row, at least 4.</param>
/// <param name="Classes">Number of classes, at least 2.</param>
public readonly record struct NetworkShape(int Channels, int Height, int Width, int Classes)
{
    /// <summary>Convolutions of stride 2 reduce smaller images to nothing.</summary>
    internal const int SmallestSide = 4;

    private const int LargestSide = 1 << 14;

    /// <summary>Values per image: <c>Channels · Height · Width</c>.</summary>
    public int Values => checked(Channels * Height * Width);

    /// <summary>Why no network can have this shape, whatever its layers; null when one can.</summary>
    internal string? Problem()
    {
        if (Channels is < 1 or > 1024)
            return $"images have {Channels} channels, allowed are 1 to 1,024";
        if (Height is < SmallestSide or > LargestSide || Width is < SmallestSide or > LargestSide)
            return FormattableString.Invariant($"images have {Height} × {Width} pixels, allowed are sides from {SmallestSide} to {LargestSide:N0}");
        if (Classes is < 2 or > 1 << 20)
            return FormattableString.Invariant($"there are {Classes} classes, allowed are 2 to {1 << 20:N0}");
        if ((long)Channels * Height * Width > int.MaxValue)
            return FormattableString.Invariant($"images of {Channels} × {Height} × {Width} have more than {int.MaxValue:N0} values; make them smaller");
        return null;
    }

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"{Channels}×{Height}×{Width} → {Classes}");
}
