namespace Microsoft.ML.Ablation.Certification;

/// <summary><see cref="CertificationRule.Bonferroni"/>: Corollary 2 as the paper has it, with a bound at α/c for each of c classes.</summary>
internal sealed class BonferroniRule : GapRule
{
    public override ConfidenceLevels Levels(double alpha, CertificationOptions options, int classes) => ConfidenceLevels.Equal(alpha, classes);
}
