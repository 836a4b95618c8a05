using Microsoft.ML.Ablation.Sampling;

namespace Microsoft.ML.Ablation.Certification;

/// <summary>
/// Certificates from the answers to all masks of a fixed family: whole numbers, so there is neither α nor a seed. An attack changes the answers to the masks that it meets and to no
/// others. The proofs are in docs/guarantees.md, "Mask families".
/// </summary>
public static class MaskFamilyCertificate
{
    /// <summary>Certifies the answer of the smoothed classifier against changed positions.</summary>
    /// <param name="family">The masks.</param>
    /// <param name="answers">The base classifier's answers to them.</param>
    /// <param name="rule">The rule; <see cref="CertificationRule.Bonferroni"/> is <see cref="CertificationRule.Gap"/> here. Default Gap.</param>
    /// <param name="topCount">m, for <see cref="CertificationRule.Top"/>; from 1 to one less than the number of classes.</param>
    /// <returns>The class, its share of all masks (rounded to the nearest double), and the radius ρ, −1 when the class is not the smoothed classifier's only answer.</returns>
    /// <exception cref="ArgumentException">The answers are not one for each mask, or the rule needs scores.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public static CertifiedPrediction Certify(MaskFamily family, MaskAnswers answers, CertificationRule rule = CertificationRule.Gap, int topCount = 1)
    {
        ArgumentNullException.ThrowIfNull(answers);
        Ballot ballot = VoteRule.Of(rule).Ballot;
        int[] counts = answers.Counts(ballot);
        int best = ballot.Select<int>(counts);
        return new CertifiedPrediction(best, (double)ballot.SupportOf<int>(counts, best) / answers.Count, Radius(family, answers, best, rule, topCount));
    }

    /// <summary>Computes the radius of one class: no change of up to ρ positions takes its place.</summary>
    /// <param name="family">The masks.</param>
    /// <param name="answers">The base classifier's answers to them.</param>
    /// <param name="fixedClass">The index of the class.</param>
    /// <param name="rule">The rule. Default <see cref="CertificationRule.Gap"/>.</param>
    /// <param name="topCount">m, for <see cref="CertificationRule.Top"/>.</param>
    /// <returns>The radius, at most the number of positions; −1 when the class does not have its place.</returns>
    /// <exception cref="ArgumentException">The answers are not one for each mask, or the rule needs scores.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public static int Radius(MaskFamily family, MaskAnswers answers, int fixedClass, CertificationRule rule = CertificationRule.Gap, int topCount = 1)
    {
        int[] radii = [.. Threats(family, answers, fixedClass, rule, topCount).Select(threat => RadiusAgainst(threat, family)).Order()];
        // Fewer than m threats may come true.
        return radii[(VoteRule.Of(rule).Places(topCount) ?? 1) - 1];
    }

    /// <summary>Whether a class keeps its place whatever a patch shows, and wherever it is.</summary>
    /// <param name="family">The masks.</param>
    /// <param name="answers">The base classifier's answers to them.</param>
    /// <param name="fixedClass">The index of the class.</param>
    /// <param name="height">Rows of the image.</param>
    /// <param name="width">Columns of the image.</param>
    /// <param name="patchHeight">Rows of the patch, from 1 to <paramref name="height"/>.</param>
    /// <param name="patchWidth">Columns of the patch, from 1 to <paramref name="width"/>.</param>
    /// <param name="rule">The rule. Default <see cref="CertificationRule.Gap"/>.</param>
    /// <param name="topCount">m, for <see cref="CertificationRule.Top"/>.</param>
    /// <exception cref="ArgumentException">The answers are not one for each mask, the image is not the family's, or the rule needs scores.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public static bool WithstandsPatch(MaskFamily family, MaskAnswers answers, int fixedClass, int height, int width, int patchHeight, int patchWidth,
        CertificationRule rule = CertificationRule.Gap, int topCount = 1)
    {
        Threat[] threats = Threats(family, answers, fixedClass, rule, topCount);
        if (height < 1 || width < 1 || (long)height * width != family.D)
            throw new ArgumentException($"The image has {height}×{width} positions, but the masks are of {family.D}.", nameof(height));
        AblationShape.RequireWithin(patchHeight, height, nameof(patchHeight));
        AblationShape.RequireWithin(patchWidth, width, nameof(patchWidth));
        var placements = new PatchPlacements(family, height, width, patchHeight, patchWidth);
        return threats.Count(threat => threat.Margin <= placements.LargestLoss(threat.Losses)) < (VoteRule.Of(rule).Places(topCount) ?? 1);
    }

    /// <summary>The largest ρ whose ρ costliest positions cost less than the margin; positions in the same masks count once.</summary>
    private static int RadiusAgainst(Threat threat, MaskFamily family)
    {
        if (threat.Margin <= 0)
            return -1;
        int rho = 0;
        long lost = 0;
        foreach (long loss in family.CellLosses(threat.Losses))
        {
            lost += loss;
            if (lost >= threat.Margin)
                return rho;
            rho++;
        }

        return family.D;
    }

    private static Threat[] Threats(MaskFamily family, MaskAnswers answers, int fixedClass, CertificationRule rule, int topCount)
    {
        ArgumentNullException.ThrowIfNull(family);
        ArgumentNullException.ThrowIfNull(answers);
        if (answers.Count != family.Count)
            throw new ArgumentException($"There are answers to {answers.Count} masks, but the family has {family.Count}; give one for each.", nameof(answers));
        Require.Class(fixedClass, answers.ClassCount);
        var voteRule = VoteRule.Of(rule);
        Require.TopCount(voteRule.Places(topCount) ?? 1, answers.ClassCount);
        return [.. voteRule.Threats(answers, fixedClass)];
    }
}
