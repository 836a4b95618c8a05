using Microsoft.ML.Ablation.Certification;

namespace Microsoft.ML.Ablation;

/// <summary>A row that is seen through fixed masks, with the answers to all of them.</summary>
/// <param name="attack">What an attacker may change.</param>
/// <param name="scores">The score of each class for each mask.</param>
/// <param name="answers">The answers that these are.</param>
/// <param name="options">The certifier's options.</param>
/// <param name="retained">The positions that a mask shows.</param>
/// <param name="positions">The number of positions.</param>
/// <param name="names">The name of each; null for none.</param>
internal sealed class MaskInquiry(MaskAttack attack, float[] scores, MaskAnswers answers, SmoothedCertifierOptions options, Func<int, int[]> retained, int positions,
    IReadOnlyList<string>? names) : RowInquiry(positions, names)
{
    public override bool IsCertain => true;

    public override RowResult Certify() => FamilySession.Conclude(attack, answers, options.Rule, options.TopCount);

    public override (int Class, int Support, int Asked) Answer(int ablations)
    {
        Ballot ballot = VoteRule.Of(options.Rule).Ballot;
        int[] counts = answers.Counts(ballot);
        int best = ballot.Leader(counts);
        return (best, ballot.SupportOf<int>(counts, best), answers.Count);
    }

    public override int CompetitorOf(RowResult result, int fixedClass)
    {
        int[] leads = LeadsOf(result, fixedClass);
        return Enumerable.Range(0, leads.Length).Where(other => other != fixedClass).MinBy(other => leads[other]);
    }

    public override IReadOnlyList<AblationLead> Leads(int fixedClass, int competitor, int ablations, out bool areAll)
    {
        areAll = true;
        return [.. Enumerable.Range(0, answers.Count).Select(mask => new AblationLead(retained(mask), LeadOf(mask, fixedClass, competitor)))];
    }

    public override NextRadius? Next(RowResult result)
    {
        int own = result.Certified.SelectedClass, competitor = CompetitorOf(result, own);
        // Those that vote for the closest competitor help most.
        int[] others = [.. Enumerable.Range(0, answers.Count).Where(mask => answers.ClassOf(mask) != own).OrderBy(mask => LeadOf(mask, own, competitor))];
        return Least(result.Certified.Radius + 1, others.Length, more =>
        {
            MaskAnswers turned = answers.With(others.AsSpan(0, more), own);
            CertifiedPrediction certified = MaskFamilyCertificate.Certify(attack, turned, options.Rule, options.TopCount);
            return certified.SelectedClass == own ? certified : new CertifiedPrediction(own, 0, -1);
        });
    }

    public override IReadOnlyList<ExplainedMask> Masks(IReadOnlyList<string> classes) =>
    [
        .. scores.Chunk(answers.ClassCount).Select((own, mask) => new ExplainedMask(mask, retained(mask), answers.ClassOf(mask) is >= 0 and int answer ? classes[answer] : null, own)),
    ];

    private int LeadOf(int mask, int fixedClass, int competitor) => answers.Votes(mask, fixedClass) - answers.Votes(mask, competitor);
}
