namespace Microsoft.ML.Ablation.Attacks;

/// <summary>A model's reply to one candidate.</summary>
/// <param name="Label">The true class.</param>
/// <param name="Answer">The predicted class, or <see cref="AttackTarget.Abstained"/>.</param>
/// <param name="Scores">The scores of a plain classifier.</param>
/// <param name="CertifiedRadius">The certified radius.</param>
/// <param name="Votes">Ablations that voted.</param>
/// <param name="Counts">The votes of each class; empty for a plain classifier.</param>
internal readonly record struct ModelReply(int Label, int Answer, float[]? Scores, int? CertifiedRadius, int Votes, int[] Counts);
