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
    /// <returns>
    /// The class, its share of all masks (under <see cref="CertificationRule.Condorcet"/> that of its closest contest; rounded to the nearest double), and the radius ρ, −1 when the
    /// class is not the smoothed classifier's only answer.
    /// </returns>
    /// <exception cref="ArgumentException">The answers are not one for each mask, or the rule does not take several classes for one.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public static CertifiedPrediction Certify(MaskFamily family, MaskAnswers answers, CertificationRule rule = CertificationRule.Gap, int topCount = 1)
    {
        RequireAnswers(family, answers);
        return Certify(new PositionAttack(family), answers, rule, topCount);
    }

    /// <summary>Certifies the answer of the smoothed classifier against a square patch that shows anything, anywhere within the image.</summary>
    /// <param name="family">The masks.</param>
    /// <param name="answers">The base classifier's answers to them.</param>
    /// <param name="height">Rows of the image.</param>
    /// <param name="width">Columns of the image.</param>
    /// <param name="rule">The rule. Default <see cref="CertificationRule.Gap"/>.</param>
    /// <param name="topCount">m, for <see cref="CertificationRule.Top"/>.</param>
    /// <returns>As for <see cref="Certify(MaskFamily, MaskAnswers, CertificationRule, int)"/>; the radius is the largest side of a patch.</returns>
    /// <exception cref="ArgumentException">The answers are not one for each mask, the image is not the family's, or the rule does not take several classes for one mask.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public static CertifiedPrediction CertifyPatch(MaskFamily family, MaskAnswers answers, int height, int width, CertificationRule rule = CertificationRule.Gap, int topCount = 1)
    {
        RequireAnswers(family, answers);
        RequireImage(family, height, width);
        return Certify(new PatchAttack(family, (height, width), (1, 1)), answers, rule, topCount);
    }

    /// <summary>Computes the radius of one class: no change of up to ρ positions takes its place.</summary>
    /// <param name="family">The masks.</param>
    /// <param name="answers">The base classifier's answers to them.</param>
    /// <param name="fixedClass">The index of the class.</param>
    /// <param name="rule">The rule. Default <see cref="CertificationRule.Gap"/>.</param>
    /// <param name="topCount">m, for <see cref="CertificationRule.Top"/>.</param>
    /// <returns>The radius, at most the number of positions; −1 when the class does not have its place.</returns>
    /// <exception cref="ArgumentException">The answers are not one for each mask, or the rule does not take several classes for one.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public static int Radius(MaskFamily family, MaskAnswers answers, int fixedClass, CertificationRule rule = CertificationRule.Gap, int topCount = 1)
    {
        RequireAnswers(family, answers);
        return Radius(new PositionAttack(family), answers, fixedClass, rule, topCount);
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
    /// <exception cref="ArgumentException">The answers are not one for each mask, the image is not the family's, or the rule does not take several classes for one mask.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public static bool WithstandsPatch(MaskFamily family, MaskAnswers answers, int fixedClass, int height, int width, int patchHeight, int patchWidth,
        CertificationRule rule = CertificationRule.Gap, int topCount = 1)
    {
        RequireAnswers(family, answers);
        RequireImage(family, height, width);
        AblationShape.RequireWithin(patchHeight, height, nameof(patchHeight));
        AblationShape.RequireWithin(patchWidth, width, nameof(patchWidth));
        var patch = new PatchAttack(family, (height, width), (patchHeight, patchWidth));
        int comeTrue = Threats(answers, fixedClass, rule, topCount).Count(threat => threat.Margin <= patch.LargestLoss(1, threat.Losses));
        return comeTrue < (VoteRule.Of(rule).Places(topCount) ?? 1);
    }

    /// <summary>Certifies the answer of the smoothed classifier against attacks of one kind.</summary>
    internal static CertifiedPrediction Certify(MaskAttack attack, MaskAnswers answers, CertificationRule rule, int topCount)
        => Certify(attack, answers, answers.Counts(VoteRule.Of(rule).Ballot), rule, topCount);

    /// <summary>The same with the counts of the answers, as the rule reads them.</summary>
    internal static CertifiedPrediction Certify(MaskAttack attack, MaskAnswers answers, int[] counts, CertificationRule rule, int topCount)
    {
        Ballot ballot = VoteRule.Of(rule).Ballot;
        int best = ballot.Leader(counts);
        return new CertifiedPrediction(best, (double)ballot.SupportOf<int>(counts, best) / answers.Count, Radius(attack, answers, best, rule, topCount));
    }

    private static int Radius(MaskAttack attack, MaskAnswers answers, int fixedClass, CertificationRule rule, int topCount)
    {
        int[] radii = [.. Threats(answers, fixedClass, rule, topCount).Select(attack.RadiusAgainst).Order()];
        // Fewer than m threats may come true.
        return radii[(VoteRule.Of(rule).Places(topCount) ?? 1) - 1];
    }

    private static IEnumerable<Threat> Threats(MaskAnswers answers, int fixedClass, CertificationRule rule, int topCount)
    {
        Require.Class(fixedClass, answers.ClassCount);
        var voteRule = VoteRule.Of(rule);
        Require.TopCount(voteRule.Places(topCount) ?? 1, answers.ClassCount);
        return voteRule.Threats(answers, fixedClass);
    }

    private static void RequireAnswers(MaskFamily family, MaskAnswers answers)
    {
        ArgumentNullException.ThrowIfNull(family);
        ArgumentNullException.ThrowIfNull(answers);
        if (answers.Count != family.Count)
            throw new ArgumentException($"There are answers to {answers.Count} masks, but the family has {family.Count}; give one for each.", nameof(answers));
    }

    private static void RequireImage(MaskFamily family, int height, int width)
    {
        if (height < 1 || width < 1 || (long)height * width != family.D)
            throw new ArgumentException($"The image has {height}×{width} positions, but the masks are of {family.D}.", nameof(height));
    }
}
