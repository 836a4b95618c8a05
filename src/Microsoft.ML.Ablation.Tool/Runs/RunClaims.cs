using Microsoft.ML.Ablation.Certification;

namespace Microsoft.ML.Ablation.Tool.Runs;

/// <summary>What is claimed of a run's rows in place of what the run claimed; null for that.</summary>
internal sealed record RunClaims
{
    /// <summary>The run's own claims.</summary>
    public static RunClaims None { get; } = new();

    public CertificationRule? Rule { get; init; }

    /// <summary>α, where votes were sampled.</summary>
    public double? Alpha { get; init; }

    /// <summary>What fixed masks certify against.</summary>
    public CertifiedAttack? Against { get; init; }

    /// <summary>A patch of size 1, where patches are certified.</summary>
    public PatchSize? Patch { get; init; }
}
