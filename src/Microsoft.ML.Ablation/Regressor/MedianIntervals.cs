using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Sampling;

namespace Microsoft.ML.Ablation;

/// <summary>Which of a row's outputs are its median and the ends of its intervals for ρ = 0, …, R.</summary>
internal sealed class MedianIntervals
{
    private readonly MedianRanks[] _ranks;

    private MedianIntervals(int count, bool isCertain, MedianRanks[] ranks) => (Count, IsCertain, _ranks) = (count, isCertain, ranks);

    /// <summary>How many outputs a row has.</summary>
    public int Count { get; }

    /// <summary>Whether intervals hold without chance.</summary>
    public bool IsCertain { get; }

    /// <summary>The largest ρ whose interval has both ends whatever the outputs are; −1 for none.</summary>
    public int LargestBounded => _ranks.Count(ranks => ranks.Lower >= 1 && ranks.Upper <= Count) - 1;

    /// <summary>Of the outputs for all masks of a family.</summary>
    public static MedianIntervals OfMasks(MaskFamily family, int largestRadius)
        => new(family.Count, true, ForEach(largestRadius, family.D, rho => MedianRanks.Touched(family.Count, family.Touched(rho))));

    /// <summary>Of the outputs for all C(d, k) ablations, which are <paramref name="count"/>.</summary>
    public static MedianIntervals OfAll(int d, int k, int count, int largestRadius)
        => new(count, true, ForEach(largestRadius, d, rho => MedianRanks.Touched(count, (int)(count - TouchedCounts.Ablations(d - rho, k)))));

    /// <summary>Of the outputs for n random ablations; each of the R + 1 intervals has α / (R + 1).</summary>
    public static MedianIntervals OfSamples(int d, int k, int n, int largestRadius, double alpha)
    {
        double each = Math.BitDecrement(alpha / (largestRadius + 1));
        return new(n, false, ForEach(largestRadius, d, rho => MedianRanks.Sampled(n, AblationProbability.Delta(d, k, rho), each)));
    }

    /// <summary>The median and the intervals.</summary>
    /// <param name="outputs">The outputs in any order; they are numbers.</param>
    public RegressedRow Of(ReadOnlySpan<double> outputs)
    {
        double[] sorted = outputs.ToArray();
        Array.Sort(sorted);
        OutputInterval[] intervals = Array.ConvertAll(_ranks, ranks => ranks.Of(sorted));
        // Every output is a Single, or an infinity.
        return new RegressedRow(
            (float)sorted[MedianRanks.Median(Count) - 1],
            Array.ConvertAll(intervals, interval => (float)interval.Lower),
            Array.ConvertAll(intervals, interval => (float)interval.Upper));
    }

    /// <summary>More than all d positions cannot be changed.</summary>
    private static MedianRanks[] ForEach(int largestRadius, int d, Func<int, MedianRanks> ranks) => [.. Enumerable.Range(0, largestRadius + 1).Select(rho => ranks(Math.Min(rho, d)))];
}
