using System.Numerics;

namespace Microsoft.ML.Ablation.Certification;

/// <summary><see cref="CertificationRule.Top"/>: Theorem 1 of Jia, Wang, Liu and Gong, for a place among the m first classes.</summary>
internal sealed class TopRule : VoteRule
{
    public override string InWords => "the class stays among those with most votes, because fewer others can catch up than there are places";

    public override int? Places(int topCount) => topCount;

    public override int Cap(ShapeTables tables) => tables.Counts.Cap;

    /// <summary>The only competitor of two classes has the probability 1 − p, which the lower bound covers already; of more, m have to be bounded at once.</summary>
    public override ConfidenceLevels Levels(double alpha, CertificationOptions options, int classes) => classes == 2
        ? ConfidenceLevels.AllForTheClass(alpha)
        : ConfidenceLevels.Shared(alpha, options.LowerBoundShare, options.TopCount);

    public override int Radius(ShapeTables tables, double lowerBound, ReadOnlySpan<double> upperBounds)
    {
        Require.TopCount(tables.TopCount, upperBounds.Length + 1);
        return TopCertificate.Radius(tables.Counts, tables.TopCount, lowerBound, upperBounds);
    }

    public override IEnumerable<Threat> Threats(MaskAnswers answers, int fixedClass) => BeingOutvoted(answers, fixedClass);

    public override int Radius(ShapeTables tables, ReadOnlySpan<long> counts, int fixedClass)
    {
        Require.TopCount(tables.TopCount, counts.Length);
        long[] others = OthersOf(counts, fixedClass);
        return TopCertificate.Radius(tables.Counts, counts[fixedClass], Array.ConvertAll(others[^tables.TopCount..], count => (BigInteger)count));
    }
}
