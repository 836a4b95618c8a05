using Microsoft.ML.Ablation.Certification;

namespace Microsoft.ML.Ablation.Tool.Output;

/// <summary>How rows were voted on, and what is claimed from the votes: of which a result tells its readers.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Unit">What a certified radius counts.</param>
internal abstract record VotingScheme(CertificationRule Rule, RadiusUnit Unit)
{
    /// <summary>d; null where it differs from row to row.</summary>
    public abstract int? Positions { get; }

    /// <summary>k of d; null where masks are fixed.</summary>
    public abstract string? Retained { get; }

    /// <summary>The masks; null where ablations are random.</summary>
    public abstract string? Masks { get; }

    /// <summary>How many votes a row has.</summary>
    public abstract string Votes { get; }

    /// <summary>The rule, with α where there is one.</summary>
    public abstract string RuleAndAlpha { get; }

    /// <summary>How sure a certificate is, as a sentence.</summary>
    public abstract string Confidence { get; }

    /// <summary>The scheme of a certifier on data.</summary>
    public static VotingScheme Of(CertifyingSession session) => session switch
    {
        SampledSession sampled => new SampledScheme(sampled.Mathematics.D, sampled.Mathematics.K, sampled.Options.Plan, sampled.Options.Certification),
        FamilySession masks => new MaskScheme(masks.Family, masks.Options.Rule,
            masks.CertifiesPatches ? RadiusUnit.Patches(masks.Options.PatchHeight, masks.Options.PatchWidth) : RadiusUnit.Positions),
        _ => throw new NotSupportedException($"{session.GetType().Name} votes in a way that the tool does not know."),
    };
}
