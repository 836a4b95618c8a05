using Microsoft.ML.Ablation.Sampling;

namespace Microsoft.ML.Ablation.Certification;

/// <summary>
/// Δ(ρ) = 1 − C(d − ρ, k) / C(d, k): the chance that an ablation which retains <c>k</c> of <c>d</c> positions touches one of
/// <c>ρ</c> changed positions, and therefore the most by which the probability of any class can change (Levine and Feizi,
/// AAAI 2020, Theorem 1).
/// </summary>
public static class AblationProbability
{
    /// <summary>Computes Δ(ρ).</summary>
    /// <param name="d">The number of positions, at least 1.</param>
    /// <param name="k">The number of retained positions, from 1 to <paramref name="d"/>.</param>
    /// <param name="rho">The number of changed positions, from 0 to <paramref name="d"/>.</param>
    /// <returns>Δ(ρ), from 0 to 1; never below the exact value, and above it by at most two units in the last place.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range.</exception>
    public static double Delta(int d, int k, int rho)
    {
        AblationShape.Require(d, k);
        Require.Rho(rho, d);
        if (rho == 0)
            return 0;

        // Δ is the same with k and ρ exchanged: the number of steps is the smaller of the two.
        var untouched = new UntouchedProbability(d, Math.Max(k, rho));
        for (int step = Math.Min(k, rho); step > 0; step--)
            untouched.Advance();
        return untouched.TouchedRoundedUp();
    }

    /// <summary>
    /// Computes Δ(ρ) for every <c>ρ</c> from 0 to <see cref="LargestCertifiableRadius"/>, in one pass.
    /// </summary>
    /// <param name="d">The number of positions, at least 1.</param>
    /// <param name="k">The number of retained positions, from 1 to <paramref name="d"/>.</param>
    /// <returns>The table, indexed by <c>ρ</c>; every entry is rounded like <see cref="Delta"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="d"/> or <paramref name="k"/> is out of range.</exception>
    public static double[] DeltaTable(int d, int k)
    {
        AblationShape.Require(d, k);
        return new UntouchedProbabilities(d, k).Deltas();
    }

    /// <summary>
    /// Computes the largest <c>ρ</c> with Δ(ρ) &lt; 1/2. No certificate of <c>g</c> can reach further, not even for a base
    /// classifier that gives the same answer on every ablation. That a class stays among several (<see cref="CertificationRule.Top"/>) can.
    /// </summary>
    /// <param name="d">The number of positions, at least 1.</param>
    /// <param name="k">The number of retained positions, from 1 to <paramref name="d"/>.</param>
    /// <returns>The cap on the certified radius, 0 or more.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="d"/> or <paramref name="k"/> is out of range.</exception>
    public static int LargestCertifiableRadius(int d, int k)
    {
        AblationShape.Require(d, k);
        return new UntouchedProbabilities(d, k).Cap;
    }
}
