using Microsoft.ML.Ablation.Sampling;

namespace Microsoft.ML.Ablation.Voting;

/// <summary>Consecutive ablations of one row: samples <c>First .. First + Count − 1</c> of a stage.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="First">The index of the first sample.</param>
/// <param name="Count">How many samples there are, at least 1.</param>
public readonly record struct SampleRange(AblationStage Stage, uint First, int Count);
