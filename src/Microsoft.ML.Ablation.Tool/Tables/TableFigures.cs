using System.Text.Json.Serialization;

namespace Microsoft.ML.Ablation.Tool.Tables;

/// <summary>How certified rows of a table came out, as <c>--json</c> prints it; what does not apply is null. Lists are over ρ = 0, 1, ….</summary>
internal sealed record TableFigures
{
    public required int Rows { get; init; }

    /// <summary>Share of the rows that are right; null without labels, and for numbers.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Accuracy { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? AbstainedShare { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? MedianCertifiedRadius { get; init; }

    /// <summary>Share of the rows that are right and certified for ρ; without labels, of those that are certified.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<double>? CertifiedAccuracy { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? MeanAbsoluteError { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? RSquared { get; init; }

    /// <summary>Share of the rows whose interval has two ends.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<double>? BoundedShare { get; init; }

    /// <summary>Median width of the intervals; null where it is infinite.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<double?>? MedianWidth { get; init; }

    /// <summary>Share of the rows whose whole interval is within 15 % of the label.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<double>? CertifiedWithin15Percent { get; init; }

    /// <summary>Whether the rows had labels.</summary>
    [JsonIgnore]
    public bool HasLabels => Accuracy is not null || RSquared is not null;

    /// <summary>The figures in words.</summary>
    public IEnumerable<(string Title, string Value)> Lines()
    {
        if (Accuracy is { } accuracy)
            yield return ("Accuracy", Percent(accuracy));
        if (AbstainedShare is { } abstained)
            yield return ("Abstained", Percent(abstained));
        if (CertifiedAccuracy is not null)
            yield return ("Median certified radius", MedianCertifiedRadius is { } median ? FormattableString.Invariant($"{median}") : "N/A");
        if (RSquared is { } determination)
            yield return ("R²", FormattableString.Invariant($"{determination:F3}"));
        if (MeanAbsoluteError is { } error)
            yield return ("Mean absolute error", FormattableString.Invariant($"{error:G6}"));
        for (int rho = 0; rho < CertifiedAccuracy?.Count; rho++)
            yield return (FormattableString.Invariant($"{(HasLabels ? "Right and certified" : "Certified")} at ρ = {rho}"), Percent(CertifiedAccuracy[rho]));
        for (int rho = 0; rho < CertifiedWithin15Percent?.Count; rho++)
            yield return (FormattableString.Invariant($"Within 15 % of the truth at ρ = {rho}"), Percent(CertifiedWithin15Percent[rho]));
        for (int rho = 1; rho < BoundedShare?.Count; rho++)
            yield return (FormattableString.Invariant($"Median width at ρ = {rho}"), Width(rho));
    }

    private string Width(int rho)
    {
        string width = MedianWidth![rho] is { } value ? FormattableString.Invariant($"{value:G6}") : "∞";
        return BoundedShare![rho] == 1 ? width : $"{width}, {Percent(BoundedShare[rho])} finite";
    }

    private static string Percent(double share) => FormattableString.Invariant($"{100 * share:F1} %");
}
