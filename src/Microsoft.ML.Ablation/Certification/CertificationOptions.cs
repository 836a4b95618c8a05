namespace Microsoft.ML.Ablation.Certification;

/// <summary>What is claimed from votes, and with which confidence.</summary>
public sealed record CertificationOptions
{
    /// <summary>
    /// α, the largest chance that the certificate of a row is false; greater than 0 and less than 1. It plays no part in exact mode. Default 0.05, as in the
    /// paper.
    /// </summary>
    public double Alpha { get; init; } = 0.05;

    /// <summary>The rule. Default <see cref="CertificationRule.Majority"/>, the paper's.</summary>
    public CertificationRule Rule { get; init; } = CertificationRule.Majority;

    /// <summary>
    /// α₁/α, the share of α that <see cref="CertificationRule.Gap"/> and <see cref="CertificationRule.Top"/> spend on the
    /// class itself, where there are more than two classes; the rest is for its competitors. Greater than 0 and less than 1; default 0.7. Choose it before looking at votes.
    /// </summary>
    public double LowerBoundShare { get; init; } = 0.7;

    /// <summary>
    /// m, for <see cref="CertificationRule.Top"/>: among how many classes the class has to stay; from 1 to one less than the
    /// number of classes. Default 1.
    /// </summary>
    public int TopCount { get; init; } = 1;

    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    internal void Validate()
    {
        Require.Alpha(Alpha);
        if (!(LowerBoundShare > 0 && LowerBoundShare < 1))
            throw new ArgumentOutOfRangeException(
                nameof(LowerBoundShare),
                FormattableString.Invariant($"LowerBoundShare is {LowerBoundShare}; the share of alpha for the class itself must be greater than 0 and less than 1."));
        if (TopCount < 1)
            throw new ArgumentOutOfRangeException(
                nameof(TopCount),
                $"TopCount is {TopCount}; the class must stay among at least 1.");
        if (!Enum.IsDefined(Rule))
            throw new ArgumentOutOfRangeException(
                nameof(Rule),
                $"Rule is {Rule}; it must be one of {string.Join(", ", Enum.GetNames<CertificationRule>())}.");
    }
}
