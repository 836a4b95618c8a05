namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>
/// The number format in which a fitted network scores. It is part of the classifier that is certified: the saved model says
/// which one it is, and keeps it on every machine. Training and saved weights are float32.
/// </summary>
public enum ScoringPrecision
{
    /// <summary>
    /// BFloat16 when the network is fitted on a GPU or on a processor with instructions for it, else Float32; settled in <c>Fit</c>, and the
    /// same from then on wherever the model goes. Always Float32 for a network of your own (<see cref="AblationNetworks"/>), all of whose
    /// layers would compute in the other format.
    /// </summary>
    Auto = 0,

    /// <summary>IEEE single precision.</summary>
    Float32 = 1,

    /// <summary>
    /// bfloat16, about twice as fast as Float32 on processors with AVX-512 BF16 or AMX, and more on GPUs from compute capability 8.0
    /// on. The last layer of this library's networks is computed in float32. On processors without such instructions all layers are, and
    /// what they give is rounded, which takes somewhat longer than Float32; a network of your own is several times slower there.
    /// <see cref="CertifierPrecisionExtensions.WithPrecision"/> makes a model of the same weights in Float32.
    /// </summary>
    BFloat16 = 2,

    /// <summary>
    /// IEEE half precision, for GPUs from compute capability 7.0 on; most processors have no instructions for it, and do as for BFloat16.
    /// The last layer of this library's networks is computed in float32.
    /// </summary>
    Float16 = 3,
}
