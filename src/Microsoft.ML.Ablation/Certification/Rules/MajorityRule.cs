using System.Numerics;

namespace Microsoft.ML.Ablation.Certification;

/// <summary><see cref="CertificationRule.Majority"/>: Corollary 1 of Levine and Feizi, p̲ &gt; 1/2 + Δ(ρ), with all of α for p̲.</summary>
internal class MajorityRule : VoteRule
{
    public override string InWords => "the class has more than half of all votes, by more than the changes can take from it";

    public override ConfidenceLevels Levels(double alpha, CertificationOptions options, int classes) => ConfidenceLevels.AllForTheClass(alpha);

    public override int Radius(ShapeTables tables, double lowerBound, ReadOnlySpan<double> upperBounds)
        => MajorityCertificate.Radius(tables.Probabilities, lowerBound);

    /// <summary>That no more than half of all masks support the class: 2n_i − N, of which each mask that is lost costs 2.</summary>
    public override IEnumerable<Threat> Threats(MaskAnswers answers, int fixedClass)
    {
        if (answers.AllowsSeveral)
            throw new ArgumentException("Rule Majority takes one class from each mask, but with a threshold several can have a vote; use Gap or Condorcet.", nameof(answers));
        int[] losses = answers.Each(mask => 2 * answers.Votes(mask, fixedClass));
        return [new Threat(losses.Sum() - answers.Count, losses)];
    }

    /// <summary>n_i / N &gt; 1/2 + touched / N, times 2N.</summary>
    public override int Radius(ShapeTables tables, ReadOnlySpan<long> counts, int fixedClass)
        => tables.Counts.LargestRadius(2 * (BigInteger)Ballot.SupportOf(counts, fixedClass) - tables.Counts.Total, weight: 2);
}
