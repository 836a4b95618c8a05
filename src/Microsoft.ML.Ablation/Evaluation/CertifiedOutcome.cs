namespace Microsoft.ML.Ablation;

/// <summary>How one row came out.</summary>
/// <param name="IsCorrect">Whether the predicted class is the true one; false when abstained.</param>
/// <param name="IsAbstained">Whether there is no prediction.</param>
/// <param name="CertifiedRadius">Certified radius in positions, −1 for none.</param>
public readonly record struct CertifiedOutcome(bool IsCorrect, bool IsAbstained, int CertifiedRadius);
