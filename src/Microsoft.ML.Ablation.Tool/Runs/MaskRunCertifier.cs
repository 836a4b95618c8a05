using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Tool.Output;
using Microsoft.ML.Ablation.Voting;

namespace Microsoft.ML.Ablation.Tool.Runs;

/// <summary>Certifies rows from the answers to all masks of a fixed family.</summary>
internal sealed class MaskRunCertifier : RunCertifier
{
    private readonly MaskManifest _manifest;
    private readonly MaskScheme _scheme;
    private readonly MaskAttack _attack;

    /// <param name="manifest">The run.</param>
    /// <param name="claims">What is claimed.</param>
    /// <exception cref="InvalidDataException">The manifest names a rule that this version does not know, or its masks are damaged.</exception>
    /// <exception cref="ArgumentException">The run does not have what the claims need.</exception>
    public MaskRunCertifier(MaskManifest manifest, RunClaims claims)
    {
        _manifest = manifest;
        RunMasks masks = manifest.Masks;
        CertificationRule rule = RuleOf(manifest, claims, masks.HasScores, masks.ScoreThreshold);
        MaskFamily family = masks.ToFamily();
        RadiusUnit unit = UnitOf(masks, claims);
        _attack = unit.IsPatch ? PatchAttackOn(family, masks, unit) : new PositionAttack(family);
        _scheme = new MaskScheme(family, rule, unit);
    }

    public override VotingScheme Scheme => _scheme;

    /// <summary>The rule that is claimed of fixed masks.</summary>
    /// <param name="manifest">The run.</param>
    /// <param name="claims">What is claimed.</param>
    /// <param name="hasScores">Whether answers tell which of any two classes a mask prefers.</param>
    /// <param name="scoreThreshold">The score from which on a class has a vote; null where one class has the only one.</param>
    /// <exception cref="ArgumentException">The run does not have what the claims need.</exception>
    public static CertificationRule RuleOf(RunManifest manifest, RunClaims claims, bool hasScores, double? scoreThreshold)
    {
        CertificationRule rule = claims.Rule ?? manifest.KnownRule();
        if (claims.Alpha is { } alpha)
            throw new ArgumentException(FormattableString.Invariant($"--alpha is {alpha}, but there is no sampling with fixed masks, and so no chance of an error; leave it out."));
        if (VoteRule.Of(rule).Ballot == Ballot.Contests && !hasScores)
        {
            throw new ArgumentException($"Rule {rule} needs to know which of two classes each mask prefers, but the run has only their answers; certify with --rule {rule} in a new run.");
        }
        return rule == CertificationRule.Majority && scoreThreshold is { } threshold
            ? throw new ArgumentException(FormattableString.Invariant($"Rule Majority takes one class from each mask, but with the run's score threshold {threshold} several can have a vote; ")
                + "use Gap or Condorcet.")
            : rule;
    }

    protected override RowResult Conclude(RunRow row)
    {
        MaskAnswers answers = AnswerText.ToAnswers(RunManifest.RowOf<MaskRow>(row).Answers, _scheme.Family.Count, _manifest.Classes.Count, _manifest.Masks.ScoreThreshold is not null);
        return FamilySession.Conclude(_attack, answers, _scheme.Rule, _manifest.TopCount);
    }

    private static RadiusUnit UnitOf(RunMasks masks, RunClaims claims)
    {
        bool isPatch = claims.Against is { } against ? against == CertifiedAttack.Patch : masks.CertifiesPatches;
        if (!isPatch)
        {
            return claims.Patch is null
                ? RadiusUnit.Positions
                : throw new ArgumentException("--patch is given, but changed positions are certified; give --against Patch with it, or leave it out.");
        }
        return claims.Patch is { } patch ? RadiusUnit.Patches(patch.Height, patch.Width) : RadiusUnit.Patches(masks.PatchHeight, masks.PatchWidth);
    }

    private static PatchAttack PatchAttackOn(MaskFamily family, RunMasks masks, RadiusUnit unit) => masks is { Height: { } height, Width: { } width } && (long)height * width == family.D
        ? new PatchAttack(family, (height, width), (unit.Height, unit.Width))
        : throw new ArgumentException("A patch is a part of an image, but the run's rows are not known to be images; certify changed positions (--against Positions).");
}
