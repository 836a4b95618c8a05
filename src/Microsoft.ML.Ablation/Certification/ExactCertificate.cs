using System.Numerics;
using Microsoft.ML.Ablation.Sampling;

namespace Microsoft.ML.Ablation.Certification;

/// <summary>
/// Certificates from the votes of all C(d, k) ablations (<see cref="SubsetEnumerator"/>): whole numbers instead of estimates, so
/// there is no α. A row is not certified where the rule does not hold for the probabilities themselves; under <see cref="CertificationRule.Gap"/> these are the true ties.
/// </summary>
public static class ExactCertificate
{
    /// <summary>Certifies the class with most votes, or with the most of fewest wins; of several with as many the first.</summary>
    /// <param name="counts">
    /// The votes per class, at least two classes; together C(d, k). Under <see cref="CertificationRule.Condorcet"/> the
    /// <see cref="Contests"/> of all C(d, k) ablations.
    /// </param>
    /// <param name="d">The number of positions, at least 1.</param>
    /// <param name="k">The number of retained positions, from 1 to <paramref name="d"/>.</param>
    /// <param name="rule">
    /// The rule. Default <see cref="CertificationRule.Gap"/>, which is never less than <see cref="CertificationRule.Majority"/>; without estimates
    /// <see cref="CertificationRule.Bonferroni"/> and <see cref="CertificationRule.Top"/> with one place are the same.
    /// </param>
    /// <param name="topCount">m, for <see cref="CertificationRule.Top"/>; from 1 to one less than the number of classes.</param>
    /// <returns>
    /// The class, its probability, or that of its closest contest (rounded down), and the certified radius, which holds without any chance of error; −1 when nothing is
    /// certified.
    /// </returns>
    /// <exception cref="ArgumentException">A count is negative, the counts do not add up, or there are fewer than two classes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public static CertifiedPrediction Certify(
        ReadOnlySpan<long> counts, int d, int k, CertificationRule rule = CertificationRule.Gap, int topCount = 1)
    {
        var voteRule = VoteRule.Of(rule);
        ShapeTables tables = voteRule.TablesFor(d, k, topCount);
        int best = voteRule.Ballot.Select(counts);
        int radius = Radius(best, counts, d, k, voteRule, tables);
        return new CertifiedPrediction(best, RoundDown(voteRule.Ballot.SupportOf(counts, best), tables.Counts.Total), radius);
    }

    /// <summary>Computes the certified radius of one class.</summary>
    /// <param name="fixedClass">The index of the class.</param>
    /// <param name="counts">
    /// The votes per class, at least two classes; together C(d, k). Under <see cref="CertificationRule.Condorcet"/> the
    /// <see cref="Contests"/> of all C(d, k) ablations.
    /// </param>
    /// <param name="d">The number of positions, at least 1.</param>
    /// <param name="k">The number of retained positions, from 1 to <paramref name="d"/>.</param>
    /// <param name="rule">The rule. Default <see cref="CertificationRule.Gap"/>.</param>
    /// <param name="topCount">m, for <see cref="CertificationRule.Top"/>; from 1 to one less than the number of classes.</param>
    /// <returns>The radius; −1 when nothing is certified.</returns>
    /// <exception cref="ArgumentException">A count is negative, the counts do not add up, or there are fewer than two classes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public static int Radius(
        int fixedClass, ReadOnlySpan<long> counts, int d, int k, CertificationRule rule = CertificationRule.Gap, int topCount = 1)
    {
        var voteRule = VoteRule.Of(rule);
        return Radius(fixedClass, counts, d, k, voteRule, voteRule.TablesFor(d, k, topCount));
    }

    private static int Radius(int fixedClass, ReadOnlySpan<long> counts, int d, int k, VoteRule voteRule, ShapeTables tables)
    {
        AblationShape.Require(d, k);
        Require.Class(fixedClass, voteRule.Ballot.ClassCount(counts.Length));
        RequireSum(voteRule.Ballot == Ballot.Plurality ? Sum(counts) : Contests.Check(counts, nameof(counts)), tables.Counts.Total, d, k);
        return voteRule.Radius(tables, counts, fixedClass);
    }

    private static double RoundDown(BigInteger numerator, BigInteger denominator)
    {
        // The quotient is cut off, and one step down makes up for the rounding of the conversion.
        double scaled = (double)(ulong)((numerator << 60) / denominator);
        return numerator == denominator ? 1 : Math.Max(0, Math.BitDecrement(scaled) / (1UL << 60));
    }

    private static BigInteger Sum(ReadOnlySpan<long> counts)
    {
        BigInteger sum = BigInteger.Zero;
        for (int i = 0; i < counts.Length; i++)
        {
            if (counts[i] < 0)
                throw new ArgumentException(
                    $"counts has {counts[i]} votes for class {i}; a count must be 0 or more.",
                    nameof(counts));
            sum += counts[i];
        }

        return sum;
    }

    private static void RequireSum(BigInteger sum, BigInteger total, int d, int k)
    {
        if (sum != total)
            throw new ArgumentException(
                $"counts has {sum} votes, but for d = {d} and k = {k} there are {total} ablations; count every one of them once.",
                "counts");
    }
}
