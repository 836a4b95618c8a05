namespace Microsoft.ML.Ablation;

/// <summary>
/// The number format in which a fitted network scores. It is part of the certified classifier: a model stores it and keeps it on
/// every machine. Training and saved weights are float32.
/// </summary>
public enum ScoringPrecision
{
    /// <summary>
    /// Int8 if the network is fitted on a processor, BFloat16 if it is fitted on a GPU. <c>Fit</c> decides, and the model keeps the decision on other machines. Float32 for networks of your
    /// own (<see cref="AblationNetworks"/>), because other formats would apply to all their layers, and for PerMask and Bands.
    /// </summary>
    Auto = 0,

    /// <summary>IEEE single precision.</summary>
    Float32 = 1,

    /// <summary>
    /// bfloat16, about twice as fast as Float32 on processors with AVX-512 BF16 or AMX, and more on GPUs of compute capability
    /// 8.0 or later. The last layer of this library's networks is computed in float32. On processors without such instructions,
    /// all layers are computed in float32 and their output is rounded, which takes somewhat longer than Float32; a network of
    /// your own is several times slower there, and see <see cref="AblationNetworks.Register"/> about its convolutions.
    /// <see cref="CertifierPrecisionExtensions.WithPrecision"/> makes a model with the same weights in Float32.
    /// </summary>
    BFloat16 = 2,

    /// <summary>
    /// IEEE half precision, for GPUs of compute capability 7.0 or later. Most processors have no instructions for it and compute
    /// it like BFloat16. The last layer of this library's networks is computed in float32.
    /// </summary>
    Float16 = 3,

    /// <summary>
    /// 8-bit integers on the processor, by ONNX Runtime, also where the network was trained on a GPU: several times as fast as
    /// Float32 with VNNI or AMX, which most processors have that were made since 2019. The scores are computed in float32. The
    /// ranges of all layers come from ablations of training rows, and the model stores its integers: they are what is certified.
    /// Not for networks of your own, and not for PerMask and Bands, which score all masks in one pass.
    /// </summary>
    Int8 = 4,
}
