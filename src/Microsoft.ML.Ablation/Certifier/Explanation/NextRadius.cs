namespace Microsoft.ML.Ablation;

/// <summary>How far a row is from the next larger radius.</summary>
/// <param name="Radius">That radius: one more than the certified one, 0 where there is no certificate.</param>
/// <param name="MoreVotes">
/// So many of the row's votes would have been enough if they were for the class instead of its strongest competitors; under Condorcet so many more wins in its closest contests; of
/// fixed masks, so many masks. Fewer would not be, where masks are disjoint and for random ablations.
/// </param>
/// <param name="LowerBound">The bound p̲ (<see cref="CertificateExplanation.LowerBound"/>) that the class would then have.</param>
public sealed record NextRadius(int Radius, int MoreVotes, double LowerBound);
