using System.Numerics;
using Microsoft.ML.Ablation.Sampling;

namespace Microsoft.ML.Ablation.Certification;

/// <summary>
/// Certified intervals of a smoothed regressor h: h(x) is the lower median of the base regressor's outputs for the ablations of x, the ⌈N/2⌉-th smallest of N, or for all C(d, k) of them
/// inf {t : P(f ≤ t) ≥ 1/2}. However ρ positions are changed, h stays between the quantiles 1/2 − Δ(ρ) and 1/2 + Δ(ρ) at x. The proofs are in docs/guarantees.md, "Regression".
/// </summary>
public static class MedianCertificate
{
    /// <summary>Computes the interval from the outputs for all ablations; it holds without chance.</summary>
    /// <param name="outputs">The outputs of all C(d, k) ablations, in ascending order.</param>
    /// <param name="d">The number of positions, at least 1.</param>
    /// <param name="k">The number of retained positions, from 1 to <paramref name="d"/>.</param>
    /// <param name="rho">The number of changed positions, from 0 to <paramref name="d"/>.</param>
    /// <exception cref="ArgumentException">The outputs are not C(d, k), not in order, or not numbers.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public static OutputInterval OfAll(ReadOnlySpan<double> outputs, int d, int k, int rho)
    {
        AblationShape.Require(d, k);
        Require.Rho(rho, d);
        RequireOutputs(outputs);
        (BigInteger all, BigInteger untouched) = (TouchedCounts.Ablations(d, k), TouchedCounts.Ablations(d - rho, k));
        if (outputs.Length != all)
        {
            throw new ArgumentException($"There are {outputs.Length} outputs, but for d = {d} and k = {k} there are {all} ablations; give the output of every one of them once.",
                nameof(outputs));
        }
        return MedianRanks.Touched(outputs.Length, (int)(all - untouched)).Of(outputs);
    }

    /// <summary>
    /// Computes the interval from the outputs for all masks of a fixed family, of which ρ positions meet <see cref="MaskFamily.Touched"/> at most; it holds without chance.
    /// </summary>
    /// <param name="outputs">The outputs of all masks, in ascending order.</param>
    /// <param name="family">The masks.</param>
    /// <param name="rho">The number of changed positions, from 0 to the number of positions.</param>
    /// <exception cref="ArgumentException">The outputs are not one for each mask, not in order, or not numbers.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rho"/> is out of range.</exception>
    public static OutputInterval OfMasks(ReadOnlySpan<double> outputs, MaskFamily family, int rho)
    {
        ArgumentNullException.ThrowIfNull(family);
        Require.Rho(rho, family.D);
        RequireOutputs(outputs);
        if (outputs.Length != family.Count)
            throw new ArgumentException($"There are {outputs.Length} outputs, but the family has {family.Count} masks; give one for each.", nameof(outputs));
        return MedianRanks.Touched(outputs.Length, family.Touched(rho)).Of(outputs);
    }

    /// <summary>
    /// Computes the interval from outputs for random ablations. The number of changed positions is chosen before the outputs are seen; for R of them at once, give each
    /// <paramref name="alpha"/> / R.
    /// </summary>
    /// <param name="outputs">The outputs of n independent ablations, in ascending order.</param>
    /// <param name="d">The number of positions, at least 1.</param>
    /// <param name="k">The number of retained positions, from 1 to <paramref name="d"/>.</param>
    /// <param name="rho">The number of changed positions, from 0 to <paramref name="d"/>.</param>
    /// <param name="alpha">The allowed chance that the interval is wrong, greater than 0 and less than 1.</param>
    /// <exception cref="ArgumentException">There are no outputs, or they are not in order, or not numbers.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public static OutputInterval OfSamples(ReadOnlySpan<double> outputs, int d, int k, int rho, double alpha)
    {
        Require.Alpha(alpha);
        RequireOutputs(outputs);
        return MedianRanks.Sampled(outputs.Length, AblationProbability.Delta(d, k, rho), alpha).Of(outputs);
    }

    private static void RequireOutputs(ReadOnlySpan<double> outputs)
    {
        if (outputs.IsEmpty)
            throw new ArgumentException("There are no outputs; give at least one.", nameof(outputs));
        for (int i = 0; i < outputs.Length; i++)
        {
            if (double.IsNaN(outputs[i]))
                throw new ArgumentException($"Output {i} is not a number; a median needs numbers.", nameof(outputs));
            if (i > 0 && outputs[i] < outputs[i - 1])
                throw new ArgumentException(FormattableString.Invariant($"Output {i} is {outputs[i]}, less than the one before it, {outputs[i - 1]}; sort the outputs first."), nameof(outputs));
        }
    }
}
