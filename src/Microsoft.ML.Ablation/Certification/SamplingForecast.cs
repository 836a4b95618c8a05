namespace Microsoft.ML.Ablation.Certification;

/// <summary>How the votes of a row may look at the last look, if they turn out well for one class.</summary>
internal static class SamplingForecast
{
    // Measured: a smaller quantile stops rows that would have won a pixel, a larger one follows rows that win nothing.
    private const double NormalQuantile = 1.645;

    /// <summary>
    /// Extrapolates cumulative votes from <paramref name="count"/> to <paramref name="finalCount"/>: the class gains the quantile of
    /// the normal forecast distribution, the others share the rest as they do now, but none more than their own forecast allows.
    /// </summary>
    public static void Favourable(ReadOnlySpan<int> votes, int count, int favoured, int finalCount, Span<int> forecast)
    {
        int own = Own(votes[favoured], count, finalCount);
        int left = finalCount - own;
        int others = Math.Max(1, count - votes[favoured]);
        for (int i = 0; i < votes.Length; i++)
        {
            double share = (double)left * votes[i] / others;
            forecast[i] = i == favoured
                ? own
                : (int)Math.Max(votes[i], Math.Min(share, Quantile(votes[i], count, finalCount, -NormalQuantile)));
        }
    }

    /// <summary>The same for the class's own votes, or for its wins, alone.</summary>
    public static int Own(int votes, int count, int finalCount) =>
        Math.Min(votes + finalCount - count, (int)Math.Ceiling(Quantile(votes, count, finalCount, NormalQuantile)));

    private static double Quantile(int successes, int count, int finalCount, double z)
    {
        double mean = (double)successes / count * finalCount;
        double share = (successes + 1.0) / (count + 2.0);
        return mean + z * Math.Sqrt(share * (1 - share) * finalCount * (finalCount - count) / count);
    }
}
