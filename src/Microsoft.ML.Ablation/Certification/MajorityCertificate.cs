using System.Numerics;
using Microsoft.ML.Ablation.Sampling;

namespace Microsoft.ML.Ablation.Certification;

/// <summary>
/// The certificate of Levine and Feizi (AAAI 2020), Corollary 1: when the base classifier answers a class with probability
/// more than 1/2 + Δ(ρ), the smoothed classifier <c>g</c> answers it for every input that differs in at most <c>ρ</c> positions.
/// </summary>
public static class MajorityCertificate
{
    /// <summary>Computes the largest <c>ρ</c> with p̲ &gt; 1/2 + Δ(ρ).</summary>
    /// <param name="d">The number of positions, at least 1.</param>
    /// <param name="k">The number of retained positions, from 1 to <paramref name="d"/>.</param>
    /// <param name="lowerBound">p̲, a lower bound on the probability of the class, from 0 to 1.</param>
    /// <returns>
    /// The certified radius; −1 when p̲ ≤ 1/2. The comparison is decided as if with exact rational arithmetic.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range.</exception>
    public static int Radius(int d, int k, double lowerBound)
    {
        AblationShape.Require(d, k);
        Require.Probability(lowerBound, nameof(lowerBound));
        return Radius(new UntouchedProbabilities(d, k), lowerBound);
    }

    /// <summary>The same for a shape that is known already: what <see cref="MajorityRule"/> runs.</summary>
    internal static int Radius(UntouchedProbabilities untouched, double lowerBound) => untouched.LargestRadius(Margin.OfMajority(lowerBound));

    /// <summary>Computes the largest <c>k</c> with p̲ &gt; 1/2 + Δ(ρ): how much an ablation may show if ρ is to be certified.</summary>
    /// <param name="d">The number of positions, at least 1.</param>
    /// <param name="rho">The radius to certify, from 0 to <paramref name="d"/>.</param>
    /// <param name="lowerBound">p̲, a lower bound on the probability of the class, from 0 to 1.</param>
    /// <returns>The largest <c>k</c>; 0 when there is none.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range.</exception>
    public static int LargestRetainedCount(int d, int rho, double lowerBound)
    {
        AblationShape.Require(d, 1);
        Require.Rho(rho, d);
        Require.Probability(lowerBound, nameof(lowerBound));
        return Bisection.Last(0, d + 1, (d, rho, lowerBound), static (state, k) => Radius(state.d, k, state.lowerBound) >= state.rho);
    }

    /// <summary>
    /// CERTIFY (Cohen, Rosenfeld and Kolter, ICML 2019, used unchanged by Levine and Feizi): the votes of the first stage select
    /// the class, the independent votes of the second bound its probability from below by the one-sided
    /// <see cref="ClopperPearson"/> interval, and Corollary 1 turns the bound into a radius.
    /// </summary>
    /// <param name="selectionVotes">The votes of the first stage per class, at least two classes. Ties go to the lowest index.</param>
    /// <param name="estimationVotes">The votes of the second stage per class; drawn independently of the first.</param>
    /// <param name="d">The number of positions, at least 1.</param>
    /// <param name="k">The number of retained positions, from 1 to <paramref name="d"/>.</param>
    /// <param name="alpha">The largest chance of a false certificate, greater than 0 and less than 1.</param>
    /// <returns>The class, p̲ and the certified radius.</returns>
    /// <exception cref="ArgumentException">
    /// A count is negative, there are no votes, there are fewer than two classes, or the stages have different numbers of classes.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public static CertifiedPrediction Certify(
        ReadOnlySpan<int> selectionVotes, ReadOnlySpan<int> estimationVotes, int d, int k, double alpha)
    {
        Require.Votes(selectionVotes, nameof(selectionVotes));
        int trials = Require.Votes(estimationVotes, nameof(estimationVotes));
        Require.SameClasses(selectionVotes, estimationVotes);
        AblationShape.Require(d, k);

        int selected = MostVoted(selectionVotes);
        double lowerBound = ClopperPearson.LowerBound(estimationVotes[selected], trials, alpha);
        return new CertifiedPrediction(selected, lowerBound, Radius(d, k, lowerBound));
    }

    /// <summary>The class with most votes; ties go to the lowest index.</summary>
    internal static int MostVoted<T>(ReadOnlySpan<T> votes)
        where T : struct, IBinaryInteger<T>
    {
        int best = 0;
        for (int i = 1; i < votes.Length; i++)
        {
            if (votes[i] > votes[best])
                best = i;
        }

        return best;
    }
}
