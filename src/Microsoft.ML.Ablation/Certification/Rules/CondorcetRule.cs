namespace Microsoft.ML.Ablation.Certification;

/// <summary><see cref="CertificationRule.Condorcet"/>: Corollary 1 for the closest contest of the class. Where no class wins all contests there is no answer either.</summary>
internal sealed class CondorcetRule : MajorityRule
{
    public override string InWords => "compared with each other class by itself, the class has the greater score more often, by more than the changes can take from it";

    public override Ballot Ballot => Ballot.Contests;

    public override bool HasPredict => false;

    /// <summary>That a contest is no longer won by more masks than are lost, for each other class.</summary>
    public override IEnumerable<Threat> Threats(MaskAnswers answers, int fixedClass)
        => BeingOvertaken(answers, fixedClass, (mask, other) => answers.Prefers(mask, fixedClass, other));
}
