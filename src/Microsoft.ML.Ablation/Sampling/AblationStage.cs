namespace Microsoft.ML.Ablation.Sampling;

/// <summary>
/// What an ablation is drawn for. The stage is one word of the generator's counter, so that ablations of different stages
/// are independent of each other even for the same input and the same sample index.
/// </summary>
/// <remarks>The values are part of the definition of an ablation and never change.</remarks>
public enum AblationStage : uint
{
    /// <summary>The <c>n0</c> ablations with which CERTIFY selects the class.</summary>
    Selection = 0,

    /// <summary>The <c>n</c> fresh ablations with which CERTIFY bounds the probability of the selected class.</summary>
    Estimation = 1,

    /// <summary>The ablations of PREDICT.</summary>
    Prediction = 2,

    /// <summary>The ablations that a data view of the <c>RandomAblation</c> transform shows.</summary>
    View = 3,

    /// <summary>
    /// All C(d, k) ablations, each once: sample index i is the i-th subset in lexicographic order, whatever the key. Of a fixed family of masks, sample index i is mask i.
    /// </summary>
    Exact = 4,
}
