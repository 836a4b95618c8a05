using System.Numerics;

namespace Microsoft.ML.Ablation.Certification;

/// <summary>
/// The exact two-sided binomial test of a fair coin, with which PREDICT decides between the two classes with most votes (Cohen,
/// Rosenfeld and Kolter, ICML 2019, after Hung and Fithian, Annals of Statistics 47(2), 2019).
/// </summary>
public static class BinomialTest
{
    private const long LargestExactTrials = 100_000;

    /// <summary>
    /// Computes the p-value: the chance that a fair coin, tossed first + second times, shows one side at least as often as the more
    /// frequent side was counted.
    /// </summary>
    /// <param name="first">The count of one side, 0 or more.</param>
    /// <param name="second">The count of the other, 0 or more; not both are 0.</param>
    /// <returns>The p-value, greater than 0 (unless it underflows) and at most 1.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A count is negative, both are 0, or there are too many.</exception>
    public static double PValue(long first, long second)
    {
        RequireCounts(first, second);
        return Math.Min(1, 2 * Math.Exp(LogTail(first, second).Value));
    }

    /// <summary>
    /// Whether the p-value is greater than <paramref name="alpha"/>, decided exactly for up to 100,000 tosses. Beyond, a p-value that
    /// differs from <paramref name="alpha"/> by less than the error of the arithmetic (about 1e-11 of it) counts as greater.
    /// </summary>
    /// <param name="first">The count of one side, 0 or more.</param>
    /// <param name="second">The count of the other, 0 or more; not both are 0.</param>
    /// <param name="alpha">The level, greater than 0 and less than 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range.</exception>
    public static bool IsUndecided(long first, long second, double alpha)
    {
        RequireCounts(first, second);
        Require.Alpha(alpha);
        if (first == second)
            return true;

        (double logTail, double error) = LogTail(first, second);
        double difference = logTail + Math.Log(2) - Math.Log(alpha);
        // Twice, because near 0 the other logarithms are rounded by less than the error of the tail's, which grows with its size too.
        if (Math.Abs(difference) > 2 * error)
            return difference > 0;
        return first + second > LargestExactTrials || IsExactlyUndecided(first, second, alpha);
    }

    private static (double Value, double Error) LogTail(long first, long second)
    {
        long trials = first + second;
        long most = Math.Max(first, second);
        if (most == trials)
            return (-trials * Math.Log(2), trials * 1e-15);
        (double logMass, double massError) = BinomialTail.LogMass(most, trials, 0.5);
        (double ratio, double ratioError) = BinomialTail.TailOverMass(most, trials, 0.5);
        return (logMass + Math.Log(ratio), massError + ratioError + 1e-15);
    }

    private static bool IsExactlyUndecided(long first, long second, double alpha)
    {
        long trials = first + second;
        BigInteger term = BigInteger.One, tail = BigInteger.Zero;
        for (long j = 0; j <= Math.Min(first, second); j++)
        {
            tail += term;
            term = term * (trials - j) / (j + 1);
        }

        // 2 · tail / 2^trials > α, in units of the smallest double.
        return tail << (UntouchedProbability.Units + 1) > UntouchedProbability.InUnits(alpha) << (int)trials;
    }

    private static void RequireCounts(long first, long second)
    {
        if (first < 0 || second < 0)
            throw new ArgumentOutOfRangeException(nameof(first), $"The counts are {first} and {second}; they must be 0 or more.");
        if (first > ClopperPearson.LargestTrials || second > ClopperPearson.LargestTrials || first + second > ClopperPearson.LargestTrials)
            throw new ArgumentOutOfRangeException(
                nameof(first),
                $"The counts are {first} and {second}; together they must be at most {ClopperPearson.LargestTrials}.");
        if (first + second == 0)
            throw new ArgumentOutOfRangeException(nameof(first), "Both counts are 0; at least 1 vote is needed.");
    }
}
