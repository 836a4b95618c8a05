using System.Numerics;
using System.Numerics.Tensors;

namespace Microsoft.ML.Ablation.Certification;

/// <summary><see cref="CertificationRule.Gap"/>: Corollary 2 of Levine and Feizi, p̲ − p̄ &gt; 2Δ(ρ), with two bounds that share α.</summary>
internal class GapRule : VoteRule
{
    public override string InWords => "the class leads every other one by more votes than the changes can turn";

    /// <summary>The only competitor of two classes has the probability 1 − p, which the lower bound covers already.</summary>
    public override ConfidenceLevels Levels(double alpha, CertificationOptions options, int classes) => classes == 2
        ? ConfidenceLevels.AllForTheClass(alpha)
        : ConfidenceLevels.Shared(alpha, options.LowerBoundShare);

    public override int Radius(ShapeTables tables, double lowerBound, ReadOnlySpan<double> upperBounds)
        => GapCertificate.Radius(tables.Probabilities, lowerBound, TensorPrimitives.Max(upperBounds));

    public override IEnumerable<Threat> Threats(MaskAnswers answers, int fixedClass) => BeingOutvoted(answers, fixedClass);

    /// <summary>n_i / N − n_j / N &gt; 2 touched / N for the class j with most votes, times N.</summary>
    public override int Radius(ShapeTables tables, ReadOnlySpan<long> counts, int fixedClass)
        => tables.Counts.LargestRadius((BigInteger)counts[fixedClass] - OthersOf(counts, fixedClass)[^1], weight: 2);
}
