using Microsoft.ML.Ablation.Sampling;

namespace Microsoft.ML.Ablation.Certification;

/// <summary>
/// Which of N sorted outputs bound the smoothed regressor's: the ones of rank <paramref name="Lower"/> and <paramref name="Upper"/>, from 1 to N. Ranks beyond these stand for −∞
/// and +∞.
/// </summary>
/// <param name="Lower">The rank of the lower end.</param>
/// <param name="Upper">The rank of the upper end.</param>
internal readonly record struct MedianRanks(int Lower, int Upper)
{
    /// <summary>The rank ⌈N/2⌉ of the lower median.</summary>
    public static int Median(int count) => count - count / 2;

    /// <summary>Ranks ⌈N/2⌉ ∓ M: each of M changed outputs moves the median by one rank at most.</summary>
    /// <param name="count">N, the number of outputs, at least 1.</param>
    /// <param name="touched">M, how many of them may change, from 0 to N.</param>
    public static MedianRanks Touched(int count, int touched) => new(Median(count) - touched, (int)Math.Min(int.MaxValue, (long)Median(count) + touched));

    /// <summary>
    /// Ranks a and n + 1 − a, where a is the largest whole number with P(Bin(n, 1/2 − Δ) ≤ a − 1) ≤ α/2: below the quantile 1/2 − Δ and above the quantile 1/2 + Δ of the output
    /// over all ablations, each with a chance of error of at most α/2.
    /// </summary>
    /// <param name="count">n, the number of sampled outputs.</param>
    /// <param name="delta">Δ, not below its exact value.</param>
    /// <param name="alpha">α.</param>
    public static MedianRanks Sampled(int count, double delta, double alpha)
    {
        // The difference may have been rounded up.
        double quantile = delta == 0 ? 0.5 : Math.BitDecrement(0.5 - delta), tail = alpha / 2;
        int lower = Bisection.Last(0, count + 1, (count, quantile, tail),
            static (state, rank) => ClopperPearson.UpperBound(rank - 1, state.count, state.tail) <= state.quantile);
        return new MedianRanks(lower, count + 1 - lower);
    }

    /// <summary>The interval that the ranks cut out of sorted outputs.</summary>
    public OutputInterval Of(ReadOnlySpan<double> sorted) => new(
        Lower >= 1 ? sorted[Lower - 1] : double.NegativeInfinity,
        Upper <= sorted.Length ? sorted[Upper - 1] : double.PositiveInfinity);
}
