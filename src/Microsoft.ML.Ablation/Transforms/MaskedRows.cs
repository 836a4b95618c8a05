using Microsoft.ML.Ablation.Sampling;

namespace Microsoft.ML.Ablation;

/// <summary>A fixed family of masks, with how rows are shown through it.</summary>
/// <param name="Family">The masks.</param>
/// <param name="Encoder">How rows are encoded.</param>
internal sealed record MaskedRows(MaskFamily Family, AblationEncoder Encoder);
