namespace Microsoft.ML.Ablation.Tool.Runs;

/// <summary>Counts, most of which may be 0, as pairs: the index of a count above 0, and the count.</summary>
internal static class CountPairs
{
    public static int[] Of(ReadOnlySpan<int> counts)
    {
        var pairs = new List<int>();
        for (int i = 0; i < counts.Length; i++)
        {
            if (counts[i] != 0)
                pairs.AddRange([i, counts[i]]);
        }
        return [.. pairs];
    }

    /// <exception cref="InvalidDataException">The pairs do not hold counts of this length.</exception>
    public static int[] ToCounts(ReadOnlySpan<int> pairs, int length)
    {
        var counts = new int[length];
        int last = -1;
        for (int i = 0; i < pairs.Length; i += 2)
        {
            if (i + 1 == pairs.Length || pairs[i] <= last || pairs[i] >= length || pairs[i + 1] < 1)
                throw new InvalidDataException($"[{string.Join(", ", pairs.ToArray())}] does not hold {length} counts as pairs of index and count.");
            last = pairs[i];
            counts[last] = pairs[i + 1];
        }
        return counts;
    }
}
