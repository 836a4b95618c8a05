namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>
/// The number format in which a fitted network scores. It is part of the classifier that is certified: the saved model says
/// which one it is, and keeps it on every machine. Training and saved weights are float32.
/// </summary>
public enum ScoringPrecision
{
    /// <summary>BFloat16 when the network scores on a processor with instructions for it, else Float32; settled in <c>Fit</c>.</summary>
    Auto = 0,

    /// <summary>IEEE single precision.</summary>
    Float32 = 1,

    /// <summary>bfloat16, two to four times as fast on processors with AVX-512 BF16 or AMX.</summary>
    BFloat16 = 2,
}
