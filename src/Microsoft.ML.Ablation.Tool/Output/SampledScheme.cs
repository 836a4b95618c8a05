using Microsoft.ML.Ablation.Certification;

namespace Microsoft.ML.Ablation.Tool.Output;

/// <summary>Votes of random ablations.</summary>
/// <param name="D">The number of positions.</param>
/// <param name="K">The number of retained ones.</param>
/// <param name="Plan">How many vote.</param>
/// <param name="Options">What is claimed.</param>
internal sealed record SampledScheme(int D, int K, SamplingPlan Plan, CertificationOptions Options) : VotingScheme(Options.Rule, RadiusUnit.Positions)
{
    public override int? Positions => D;

    public override string? Retained => FormattableString.Invariant($"{K} of {D}");

    public override string? Masks => null;

    public override string Votes => FormattableString.Invariant($"{Plan.SelectionCount} + {Plan.EstimationCount}");

    public override string RuleAndAlpha => FormattableString.Invariant($"{Rule}, {Options.Alpha}");

    public override string Confidence => FormattableString.Invariant($"Each certificate is wrong with a probability of at most {Options.Alpha}, over the random ablations.");
}
