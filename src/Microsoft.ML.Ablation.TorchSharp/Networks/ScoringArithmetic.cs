using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>
/// How a network computes in a number format: with the device's instructions for it, or where a processor has none in float32, with every
/// layer's output rounded to the format. Instructions for bfloat16 and half precision add in float32 too and round the sum, so that both are
/// the same classifier, up to the order in which a sum is added.
/// </summary>
/// <param name="Format">The number format of weights, images and what layers give.</param>
/// <param name="Computed">The number format in which layers compute: the same, or Float32.</param>
internal readonly record struct ScoringArithmetic(ScalarType Format, ScalarType Computed)
{
    // A megabyte of float32, so that what is rounded is still in the cache when it is written back.
    private const long ValuesAtOnce = 1L << 18;

    /// <summary>Whether layers compute in another format, and what they give is rounded.</summary>
    public bool Rounds => Format != Computed;

    /// <summary>The way in which this device computes a format fastest.</summary>
    public static ScoringArithmetic For(ScalarType format, Device device) => new(format, ScoringPrecisions.Computes(device, format) ? format : ScalarType.Float32);

    /// <summary>Rounds what a layer gave, in place.</summary>
    public Tensor Round(Tensor output)
    {
        if (!Rounds)
            return output;
        long rows = output.shape[0];
        long rowsAtOnce = Math.Clamp(ValuesAtOnce * rows / output.NumberOfElements, 1, rows);
        for (long first = 0; first < rows; first += rowsAtOnce)
        {
            using Tensor piece = output.narrow(0, first, Math.Min(rowsAtOnce, rows - first));
            using Tensor rounded = piece.to(Format);
            piece.copy_(rounded).Dispose();
        }
        return output;
    }
}
