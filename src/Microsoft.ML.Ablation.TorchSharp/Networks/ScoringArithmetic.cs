using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>
/// How a network computes in a number format: with the device's instructions for it, or, on a processor without them, in float32
/// with every layer's output rounded to the format. Instructions for bfloat16 and half precision also add in float32 and round
/// the sum, so both ways give the same classifier, up to the order of additions.
/// </summary>
/// <param name="Format">The number format of weights, images and outputs of layers.</param>
/// <param name="Computed">The number format in which layers compute: the same, or Float32.</param>
internal readonly record struct ScoringArithmetic(ScalarType Format, ScalarType Computed)
{
    // A megabyte of float32, which stays in the cache while it is rounded.
    private const long ValuesAtOnce = 1L << 18;

    /// <summary>Whether layers compute in another format and round their output.</summary>
    public bool Rounds => Format != Computed;

    /// <summary>The fastest way to compute a format on a device.</summary>
    public static ScoringArithmetic For(ScalarType format, Device device) => new(format, ScoringPrecisions.Computes(device, format) ? format : ScalarType.Float32);

    /// <summary>Rounds the output of a layer in place.</summary>
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
