using System.Numerics;

namespace Microsoft.ML.Ablation.Certification;

/// <summary>How a rule reads what was counted: votes per class, or under <see cref="CertificationRule.Condorcet"/> contests.</summary>
internal static class RuleCounts
{
    /// <summary>Whether only what speaks for the class itself decides, and has to be more than half.</summary>
    public static bool IsOfOneBound(this CertificationRule rule) => rule is CertificationRule.Majority or CertificationRule.Condorcet;

    /// <summary>Whether a row without a certificate still gets an answer, that of PREDICT.</summary>
    public static bool HasPredict(this CertificationRule rule) => rule != CertificationRule.Condorcet;

    /// <summary>The number of classes.</summary>
    public static int ClassCount(this CertificationRule rule, int length) =>
        rule == CertificationRule.Condorcet ? Contests.ClassCount(length) : length;

    /// <summary>Checks counts of a sample and returns the number of ablations.</summary>
    /// <exception cref="ArgumentException">They cannot be those of any sample.</exception>
    public static int SampleCount(this CertificationRule rule, ReadOnlySpan<int> counts, string name) =>
        rule == CertificationRule.Condorcet ? Contests.Check(counts, name) : Require.Votes(counts, name);

    /// <summary>The class that the counts of the first stage select; ties go to the lowest index.</summary>
    public static int Select<T>(this CertificationRule rule, ReadOnlySpan<T> counts)
        where T : struct, IBinaryInteger<T> =>
        rule == CertificationRule.Condorcet ? Contests.Select(counts) : MajorityCertificate.MostVoted(counts);

    /// <summary>What speaks for a class: its votes, or its fewest wins.</summary>
    public static T Of<T>(this CertificationRule rule, ReadOnlySpan<T> counts, int fixedClass)
        where T : struct, IBinaryInteger<T> =>
        rule == CertificationRule.Condorcet ? Contests.FewestWins(counts, fixedClass) : counts[fixedClass];
}
