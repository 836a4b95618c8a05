namespace Microsoft.ML.Ablation.Sampling;

/// <summary>How many words of a text an ablation retains: a function of their number d alone, so that nobody who replaces words changes it.</summary>
/// <param name="Share">The share of the words, above 0, at most 1.</param>
/// <param name="Minimum">The fewest words, at least 1; all, where a text has no more.</param>
internal readonly record struct WordShare(double Share, int Minimum)
{
    /// <summary>k = min(d, max(Minimum, ⌈Share · d⌉)).</summary>
    /// <param name="d">The number of words, at least 1.</param>
    public int RetainedOf(int d) => Math.Min(d, Math.Max(Minimum, (int)Math.Ceiling(Share * d)));
}
