using Microsoft.ML.Ablation.Voting;
using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>Relates a <see cref="ScoringPrecision"/> to a device and to torch's number formats.</summary>
internal static class ScoringPrecisions
{
    /// <summary>The precision itself; for Auto the fastest of torch's on the device.</summary>
    public static ScoringPrecision ResolveFor(this ScoringPrecision precision, Device device)
    {
        if (precision != ScoringPrecision.Auto)
            return precision;
        return Computes(device, ScalarType.BFloat16) ? ScoringPrecision.BFloat16 : ScoringPrecision.Float32;
    }

    /// <summary>Whether a device has instructions for a number format; without them the format is slower than float32.</summary>
    public static bool Computes(Device device, ScalarType format) => device.type != global::TorchSharp.DeviceType.CPU || format switch
    {
        ScalarType.BFloat16 => CpuFeatures.SupportsBFloat16,
        ScalarType.Float16 => CpuFeatures.SupportsFloat16,
        _ => true,
    };

    /// <exception cref="ArgumentOutOfRangeException">The precision is Auto.</exception>
    public static ScalarType ToScalarType(this ScoringPrecision precision) => precision switch
    {
        ScoringPrecision.Float32 => ScalarType.Float32,
        ScoringPrecision.BFloat16 => ScalarType.BFloat16,
        ScoringPrecision.Float16 => ScalarType.Float16,
        _ => throw new ArgumentOutOfRangeException(nameof(precision), precision, "Torch scores in Float32, BFloat16 or Float16."),
    };

    /// <exception cref="ArgumentOutOfRangeException">Networks do not score in the format.</exception>
    public static ValueFormat ToValueFormat(this ScalarType format) => format switch
    {
        ScalarType.Float32 => ValueFormat.Float32,
        ScalarType.BFloat16 => ValueFormat.BFloat16,
        ScalarType.Float16 => ValueFormat.Float16,
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "Networks score in Float32, BFloat16 or Float16."),
    };
}
