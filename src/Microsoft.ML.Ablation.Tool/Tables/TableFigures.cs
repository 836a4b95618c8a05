using System.Text.Json.Serialization;

namespace Microsoft.ML.Ablation.Tool.Tables;

/// <summary>How certified rows of a table came out, as <c>--json</c> prints it; what does not apply is null. Lists are over ρ = 0, 1, ….</summary>
internal sealed record TableFigures
{
    /// <summary>The usual distance from the label that counts as right, as a share of it.</summary>
    public const double UsualTolerance = 0.15;

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

    /// <summary>The distance from the label that counts as right, as a share of it, such as 0.15.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Within { get; init; }

    /// <summary>Share of the rows whose whole interval is within that distance of the label.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<double>? CertifiedWithin { get; init; }

    /// <summary>Whether the rows had labels.</summary>
    [JsonIgnore]
    public bool HasLabels => Accuracy is not null || RSquared is not null;

    /// <summary>The figures of classes.</summary>
    /// <param name="metrics">The metrics; without labels every answer counts as right.</param>
    /// <param name="hasLabels">Whether the rows have labels.</param>
    public static TableFigures OfClasses(CertifiedMetrics metrics, bool hasLabels) => new()
    {
        Rows = (int)metrics.RowCount,
        Accuracy = hasLabels ? metrics.ClassificationAccuracy : null,
        AbstainedShare = metrics.AbstainedShare,
        MedianCertifiedRadius = metrics.MedianCertifiedRadius,
        CertifiedAccuracy = metrics.CertifiedAccuracy,
    };

    /// <summary>The figures of numbers.</summary>
    /// <param name="rows">The rows, at least one.</param>
    /// <param name="hasLabels">Whether they have labels.</param>
    /// <param name="within">The distance from the label that counts as right, as a share of it.</param>
    public static TableFigures OfNumbers(IReadOnlyList<CertifiedRegression> rows, bool hasLabels, double within)
    {
        var metrics = CertifiedRegressionMetrics.From(rows);
        return new TableFigures
        {
            Rows = rows.Count,
            MeanAbsoluteError = hasLabels ? metrics.MeanAbsoluteError : null,
            RSquared = hasLabels && double.IsFinite(metrics.RSquared) ? metrics.RSquared : null,
            BoundedShare = metrics.BoundedShare,
            MedianWidth = [.. metrics.MedianWidth.Select(width => double.IsFinite(width) ? width : (double?)null)],
            Within = hasLabels ? within : null,
            CertifiedWithin = hasLabels ? metrics.CertifiedAccuracyWithinShare(within) : null,
        };
    }

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
        for (int rho = 0; rho < CertifiedWithin?.Count; rho++)
            yield return (FormattableString.Invariant($"Within {100 * Within:0.###} % of the truth at ρ = {rho}"), Percent(CertifiedWithin[rho]));
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
