using Microsoft.ML.Ablation.Certification;

namespace Microsoft.ML.Ablation.Tests.Certification;

internal static class Rules
{
    /// <summary>All rules that decide from votes per class; <see cref="CondorcetTests"/> has the other.</summary>
    public static CertificationRule[] OfVotes { get; } = [.. Enum.GetValues<CertificationRule>().Where(rule => rule != CertificationRule.Condorcet)];
}
