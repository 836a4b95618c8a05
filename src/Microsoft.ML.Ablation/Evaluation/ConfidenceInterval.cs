using Microsoft.ML.Ablation.Certification;

namespace Microsoft.ML.Ablation;

/// <summary>Where a share of all rows lies, with 95 % confidence, after it was counted on some of them.</summary>
/// <param name="Lower">The lower end, from 0 to 1.</param>
/// <param name="Upper">The upper end, from 0 to 1.</param>
/// <remarks>
/// The interval of Clopper and Pearson (Biometrika 26, 1934), for rows that are drawn independently: each of its ends is wrong with a probability of at most 2.5 %. It is about one share;
/// several of them are together right less often.
/// </remarks>
public readonly record struct ConfidenceInterval(double Lower, double Upper)
{
    private const double Tail = 0.025;

    /// <summary>The interval of a share that was counted.</summary>
    /// <param name="count">How many rows have what is counted, from 0 to <paramref name="rows"/>.</param>
    /// <param name="rows">The number of rows, from 1 to <see cref="ClopperPearson.LargestTrials"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public static ConfidenceInterval OfShare(long count, long rows) => new(ClopperPearson.LowerBound(count, rows, Tail), ClopperPearson.UpperBound(count, rows, Tail));

    /// <summary>The interval in per cent, such as "81.3 to 97.0 %".</summary>
    public override string ToString() => FormattableString.Invariant($"{100 * Lower:F1} to {100 * Upper:F1} %");
}
