using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Sampling;

namespace Microsoft.ML.Ablation.Tool.Output;

/// <summary>Votes on the words of texts: of fixed masks, or of random shares.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Partition">The masks; null where ablations are random.</param>
/// <param name="Share">How many words a random ablation retains; null where masks are fixed.</param>
/// <param name="Plan">How many vote; null where masks are fixed.</param>
/// <param name="Alpha">α; null where masks are fixed.</param>
internal sealed record WordScheme(CertificationRule Rule, WordPartition? Partition, WordShare? Share, SamplingPlan? Plan, double? Alpha)
    : VotingScheme(Rule, Partition?.By == PartitionBy.Word ? RadiusUnit.WordEdits : RadiusUnit.Words)
{
    /// <summary>Each text has its own.</summary>
    public override int? Positions => null;

    public override string? Retained => Share is { } share ? FormattableString.Invariant($"{100 * share.Share:0.###} % of the words") : null;

    public override string? Masks => Partition is { } masks ? FormattableString.Invariant($"{masks.Count}, words by {(masks.By == PartitionBy.Place ? "place" : "themselves")}") : null;

    public override string Votes => Plan is { } plan ? FormattableString.Invariant($"{plan.SelectionCount} + {plan.EstimationCount}") : FormattableString.Invariant($"{Partition!.Count}");

    public override string RuleAndAlpha => Alpha is { } alpha ? FormattableString.Invariant($"{Rule}, {alpha}") : $"{Rule}";

    public override string Confidence => Alpha is { } alpha
        ? FormattableString.Invariant($"Each certificate is wrong with a probability of at most {alpha}, over the random ablations.")
        : FormattableString.Invariant($"Certificates hold without chance: each of the {Partition!.Count} masks was asked once.");
}
