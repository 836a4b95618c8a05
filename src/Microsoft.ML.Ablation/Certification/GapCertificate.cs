using Microsoft.ML.Ablation.Sampling;

namespace Microsoft.ML.Ablation.Certification;

/// <summary>
/// The certificate of Levine and Feizi (AAAI 2020), Corollary 2: when the base classifier answers a class with a probability
/// that exceeds that of every other by more than 2Δ(ρ), the smoothed classifier <c>g</c> answers it for every input that differs
/// in at most <c>ρ</c> positions.
/// </summary>
public static class GapCertificate
{
    /// <summary>Computes the largest <c>ρ</c> with p̲ − min(p̄, 1 − p̲) &gt; 2Δ(ρ).</summary>
    /// <param name="d">The number of positions, at least 1.</param>
    /// <param name="k">The number of retained positions, from 1 to <paramref name="d"/>.</param>
    /// <param name="lowerBound">p̲, a lower bound on the probability of the class, from 0 to 1.</param>
    /// <param name="upperBound">p̄, an upper bound on the probability of every other class, from 0 to 1.</param>
    /// <returns>
    /// The certified radius; −1 when the class is not shown to lead. The comparison is decided as if with exact rational
    /// arithmetic. Never less than that of <see cref="MajorityCertificate"/> for the same p̲.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range.</exception>
    public static int Radius(int d, int k, double lowerBound, double upperBound)
    {
        AblationShape.Require(d, k);
        Require.Probability(lowerBound, nameof(lowerBound));
        Require.Probability(upperBound, nameof(upperBound));
        return Radius(new UntouchedProbabilities(d, k), lowerBound, upperBound);
    }

    /// <summary>The same for a shape that is known already: what <see cref="GapRule"/> runs.</summary>
    internal static int Radius(UntouchedProbabilities untouched, double lowerBound, double upperBound)
        => untouched.LargestRadius(Margin.OfGap(lowerBound, upperBound));
}
