namespace Microsoft.ML.Ablation;

/// <summary>One row of a regression with certified intervals.</summary>
/// <param name="Label">The truth.</param>
/// <param name="Score">The smoothed regressor's output.</param>
/// <param name="CertifiedLower">The lower ends for ρ = 0, 1, ….</param>
/// <param name="CertifiedUpper">The upper ends for ρ = 0, 1, ….</param>
public sealed record CertifiedRegression(float Label, float Score, IReadOnlyList<float> CertifiedLower, IReadOnlyList<float> CertifiedUpper);
