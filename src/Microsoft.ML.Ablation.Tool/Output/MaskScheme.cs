using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Sampling;

namespace Microsoft.ML.Ablation.Tool.Output;

/// <summary>One vote of each mask of a fixed family.</summary>
/// <param name="Family">The masks.</param>
/// <param name="Rule">The rule.</param>
/// <param name="Unit">What a certified radius counts.</param>
internal sealed record MaskScheme(MaskFamily Family, CertificationRule Rule, RadiusUnit Unit) : VotingScheme(Rule, Unit)
{
    public override int? Positions => Family.D;

    public override string? Retained => null;

    public override string? Masks
    {
        get
        {
            int[] sizes = [.. Enumerable.Range(0, Family.Count).Select(mask => Family.Retained(mask).Length)];
            (int least, int most) = (sizes.Min(), sizes.Max());
            return FormattableString.Invariant($"{Family.Count} of {(least == most ? $"{most}" : $"{least} to {most}")} positions");
        }
    }

    public override string Votes => FormattableString.Invariant($"{Family.Count}");

    public override string RuleAndAlpha => $"{Rule}";

    public override string Confidence => FormattableString.Invariant($"Certificates hold without chance: each of the {Family.Count} masks was asked once.");
}
