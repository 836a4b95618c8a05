namespace Microsoft.ML.Ablation.Certification;

/// <summary><see cref="CertificationRule.Condorcet"/>: Corollary 1 for the closest contest of the class. Where no class wins all contests there is no answer either.</summary>
internal sealed class CondorcetRule : MajorityRule
{
    public override Ballot Ballot => Ballot.Contests;

    public override bool HasPredict => false;

    /// <summary>That a contest is no longer won on more than half of all masks, for each other class.</summary>
    public override IEnumerable<Threat> Threats(MaskAnswers answers, int fixedClass)
        => from other in Enumerable.Range(0, answers.ClassCount)
           where other != fixedClass
           let losses = answers.Each(mask => answers.Beats(mask, fixedClass, other) ? 2 : 0)
           select new Threat(losses.Sum() - answers.Count, losses);
}
