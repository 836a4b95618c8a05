using Microsoft.ML.Ablation.Sampling;

namespace Microsoft.ML.Ablation.Voting;

/// <summary>A run of ablations of one row: samples <c>First .. First + Count − 1</c> of a stage.</summary>
internal readonly record struct SampleRange(AblationStage Stage, uint First, int Count);
