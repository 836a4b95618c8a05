namespace Microsoft.ML.Ablation.Runs;

/// <summary>One finished row of a run.</summary>
/// <param name="Row">Its number in the data, from 0.</param>
/// <param name="Key">The key of its ablations, a function of seed and content.</param>
/// <param name="Label">Its true class.</param>
/// <param name="File">The image file that it comes from, if any.</param>
/// <param name="Selection">What was counted in the first stage, as <see cref="CountPairs"/>.</param>
/// <param name="Estimation">What was counted in the second stage, as <see cref="CountPairs"/>.</param>
/// <param name="Seconds">How long it took.</param>
internal sealed record RunRow(long Row, string Key, string Label, string? File, int[] Selection, int[] Estimation, double Seconds) : IRunRow;

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

    /// <exception cref="InvalidDataException">The pairs are not those of so many counts.</exception>
    public static int[] ToCounts(ReadOnlySpan<int> pairs, int length)
    {
        var counts = new int[length];
        int last = -1;
        for (int i = 0; i < pairs.Length; i += 2)
        {
            if (i + 1 == pairs.Length || pairs[i] <= last || pairs[i] >= length || pairs[i + 1] < 1)
                throw new InvalidDataException($"[{string.Join(", ", pairs.ToArray())}] does not say {length} counts as pairs of index and count.");
            last = pairs[i];
            counts[last] = pairs[i + 1];
        }
        return counts;
    }
}
