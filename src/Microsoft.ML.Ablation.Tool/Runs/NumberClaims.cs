namespace Microsoft.ML.Ablation.Tool.Runs;

/// <summary>What is claimed of a run's numbers in place of what the run claimed; null for that.</summary>
/// <param name="LargestRadius">R.</param>
/// <param name="Alpha">α, where outputs were sampled.</param>
internal sealed record NumberClaims(int? LargestRadius, double? Alpha)
{
    /// <summary>The run's own claims.</summary>
    public static NumberClaims None { get; } = new(null, null);
}
