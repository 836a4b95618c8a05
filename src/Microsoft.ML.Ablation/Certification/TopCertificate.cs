using System.Numerics;
using Microsoft.ML.Ablation.Sampling;

namespace Microsoft.ML.Ablation.Certification;

/// <summary>
/// The certificate of Jia, Wang, Liu and Gong, "Almost Tight L0-norm Certified Robustness of Top-k Predictions against
/// Adversarial Perturbations" (ICLR 2022), Theorem 1: a class stays among the <c>m</c> classes that the base classifier answers
/// most often. Their k is <c>m</c> here, their e is <c>k</c>.
/// </summary>
public static class TopCertificate
{
    /// <summary>
    /// Computes the largest <c>ρ</c> such that, for some t from 1 to m, t·p̲ − s_t &gt; (t + 1)·Δ(ρ), where s_t is the
    /// sum of the t smallest among the m largest upper bounds, but at most 1 − p̲.
    /// </summary>
    /// <param name="d">The number of positions, at least 1.</param>
    /// <param name="k">The number of retained positions, from 1 to <paramref name="d"/>.</param>
    /// <param name="topCount">m, from 1 to the number of other classes.</param>
    /// <param name="lowerBound">p̲, a lower bound on the probability of the class, from 0 to 1.</param>
    /// <param name="upperBounds">Upper bounds on the probabilities of all other classes, from 0 to 1, in any order.</param>
    /// <returns>
    /// The certified radius; −1 when the class is not shown to be among the first <paramref name="topCount"/>. Every probability
    /// is a multiple of 1/C(d, k), so p̲ is rounded up and the upper bounds are rounded down to such multiples first.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range.</exception>
    public static int Radius(int d, int k, int topCount, double lowerBound, ReadOnlySpan<double> upperBounds)
    {
        AblationShape.Require(d, k);
        Require.Probability(lowerBound, nameof(lowerBound));
        foreach (double upperBound in upperBounds)
            Require.Probability(upperBound, nameof(upperBounds));
        Require.TopCount(topCount, upperBounds.Length + 1);
        return Radius(new TouchedCounts(d, k, topCount), topCount, lowerBound, upperBounds);
    }

    /// <summary>The same for counts that are known already.</summary>
    internal static int Radius(TouchedCounts counts, int topCount, double lowerBound, ReadOnlySpan<double> upperBounds)
    {
        Span<double> sorted = upperBounds.Length <= 128 ? stackalloc double[upperBounds.Length] : new double[upperBounds.Length];
        upperBounds.CopyTo(sorted);
        sorted.Sort();

        var competitors = new BigInteger[topCount];
        for (int i = 0; i < topCount; i++)
            competitors[i] = Multiple(sorted[^(topCount - i)], counts.Total, roundUp: false);
        return Radius(counts, Multiple(lowerBound, counts.Total, roundUp: true), competitors);
    }

    /// <summary>
    /// The rule in whole numbers of ablations; <paramref name="competitors"/> are the m largest of the other classes, in
    /// increasing order.
    /// </summary>
    internal static int Radius(TouchedCounts counts, BigInteger own, ReadOnlySpan<BigInteger> competitors)
    {
        int radius = -1;
        BigInteger sum = BigInteger.Zero;
        for (int t = 1; t <= competitors.Length; t++)
        {
            sum = BigInteger.Min(sum + competitors[t - 1], counts.Total - own);
            radius = Math.Max(radius, counts.LargestRadius(t * own - sum, t + 1));
        }

        return radius;
    }

    /// <summary>probability · C(d, k), rounded to a whole number.</summary>
    private static BigInteger Multiple(double probability, BigInteger total, bool roundUp)
    {
        if (probability is 0 or 1)
            return probability == 0 ? BigInteger.Zero : total;

        // A double in (0, 1) is a 53-bit whole number divided by a power of two.
        int shift = 52 - Math.ILogB(probability);
        BigInteger scaled = (long)Math.ScaleB(probability, shift) * total;
        return roundUp ? -(-scaled >> shift) : scaled >> shift;
    }
}
