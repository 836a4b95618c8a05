namespace Microsoft.ML.Ablation;

/// <summary>What the smoothed regressor says of a row.</summary>
/// <param name="Median">The lower median of the outputs.</param>
/// <param name="Lower">The lower end for ρ = 0, …, R.</param>
/// <param name="Upper">The upper end for ρ = 0, …, R.</param>
internal sealed record RegressedRow(float Median, float[] Lower, float[] Upper);
