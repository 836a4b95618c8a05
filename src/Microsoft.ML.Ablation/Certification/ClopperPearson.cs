namespace Microsoft.ML.Ablation.Certification;

/// <summary>
/// One-sided exact confidence bounds for the probability of success after counting successes in independent trials (Clopper
/// and Pearson, Biometrika 26, 1934).
/// </summary>
/// <remarks>
/// The lower bound is the p at which P(Bin(n, p) ≥ s) = α, the upper bound the p at which P(Bin(n, p) ≤ s) = α. Both are
/// computed to within 1e-10 (in practice 1e-14) and rounded outwards: at the returned bound the exact tail is at most α,
/// so the chance that a bound is wrong is at most α in spite of floating-point arithmetic.
/// </remarks>
public static class ClopperPearson
{
    /// <summary>The largest number of trials for which the error bounds of the arithmetic are proven.</summary>
    public const long LargestTrials = 1_000_000_000;

    /// <summary>Computes the lower bound: the true probability is below it with chance at most <paramref name="alpha"/>.</summary>
    /// <param name="successes">The number of successes, from 0 to <paramref name="trials"/>.</param>
    /// <param name="trials">The number of trials, from 1 to <see cref="LargestTrials"/>.</param>
    /// <param name="alpha">The chance of error, greater than 0 and less than 1.</param>
    /// <returns>The bound, from 0 to 1; 0 for no success.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range.</exception>
    public static double LowerBound(long successes, long trials, double alpha)
    {
        RequireCounts(successes, trials);
        Require.Alpha(alpha);
        if (successes == 0)
            return 0;

        if (alpha <= 0.5)
        {
            (double p, double error) = BinomialTail.Solve(successes, trials, Math.Log(alpha));
            return Math.Max(0, Math.BitDecrement(p - error));
        }

        // The complement of the tail is the smaller number, and 1 − α is exact: P(Bin(n, 1 − p) ≥ n − s + 1) = 1 − α.
        (double q, double errorOfQ) = BinomialTail.Solve(trials - successes + 1, trials, Math.Log(1 - alpha));
        return Math.Max(0, Math.BitDecrement(1 - Math.BitIncrement(q + errorOfQ)));
    }

    /// <summary>Computes the upper bound: the true probability is above it with chance at most <paramref name="alpha"/>.</summary>
    /// <param name="successes">The number of successes, from 0 to <paramref name="trials"/>.</param>
    /// <param name="trials">The number of trials, from 1 to <see cref="LargestTrials"/>.</param>
    /// <param name="alpha">The chance of error, greater than 0 and less than 1.</param>
    /// <returns>The bound, from 0 to 1; 1 for successes only.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range.</exception>
    public static double UpperBound(long successes, long trials, double alpha)
    {
        RequireCounts(successes, trials);
        return Math.Min(1, Math.BitIncrement(1 - LowerBound(trials - successes, trials, alpha)));
    }

    private static void RequireCounts(long successes, long trials)
    {
        if (trials < 1 || trials > LargestTrials)
            throw new ArgumentOutOfRangeException(nameof(trials), $"trials is {trials}; it must be from 1 to {LargestTrials}.");
        if (successes < 0 || successes > trials)
            throw new ArgumentOutOfRangeException(
                nameof(successes),
                $"successes is {successes}, but trials is {trials}; it must be from 0 to {trials}.");
    }
}
