namespace Microsoft.ML.Ablation.Sampling;

/// <summary>The lexicographic order of the k-subsets of {0, ..., d − 1}, as <see cref="SubsetEnumerator"/> runs through them.</summary>
internal static class SubsetRank
{
    /// <summary>Writes the subset of a given rank, in increasing order; O(d) steps.</summary>
    /// <param name="d">The number of positions.</param>
    /// <param name="k">The number of retained positions.</param>
    /// <param name="rank">From 0 to C(d, k) − 1.</param>
    /// <param name="subset">Receives the k positions.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no more than <paramref name="rank"/> subsets.</exception>
    public static void Unrank(int d, int k, uint rank, Span<int> subset)
    {
        // How many subsets begin with the position at hand: C(n, r) with n positions after it and r more to choose. Only
        // the comparison with a rank below 2³² matters, so counts beyond the budget need not be known.
        if (SubsetEnumerator.TryCount(d, k, uint.MaxValue, out long total) && rank >= total)
            throw new ArgumentOutOfRangeException(nameof(rank), $"rank is {rank}, but there are {total} subsets; it must be less.");
        long left = rank;
        int next = 0;
        for (int chosen = 0; chosen < k; chosen++, next++)
        {
            while (true)
            {
                int after = d - next - 1, more = k - chosen - 1;
                bool counted = TryCount(after, more, out long beginning);
                if (!counted || left < beginning)
                    break;
                left -= beginning;
                next++;
            }
            subset[chosen] = next;
        }
    }

    private static bool TryCount(int n, int r, out long count)
    {
        if (r == 0)
        {
            count = 1;
            return true;
        }
        return SubsetEnumerator.TryCount(n, r, uint.MaxValue, out count);
    }
}
