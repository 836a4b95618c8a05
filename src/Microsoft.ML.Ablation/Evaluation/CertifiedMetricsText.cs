using System.Numerics;

namespace Microsoft.ML.Ablation;

/// <summary>Metrics as text, the same in every culture.</summary>
internal static class CertifiedMetricsText
{
    /// <inheritdoc cref="CertifiedMetrics.ToString"/>
    public static string Summary(CertifiedMetrics metrics)
    {
        List<string[]> rows =
        [
            ["Rows", FormattableString.Invariant($"{metrics.RowCount}"), "95 % confidence"],
            ["Accuracy", TextTable.Percent(metrics.ClassificationAccuracy), $"{metrics.ClassificationAccuracyInterval}"],
            ["Abstained", TextTable.Percent(metrics.AbstainedShare), $"{ConfidenceInterval.OfShare(metrics.AbstainedCount, metrics.RowCount)}"],
            ["Median certified radius", Radius(metrics.MedianCertifiedRadius), ""],
        ];
        rows.AddRange(Enumerable.Range(0, Math.Max(1, metrics.CertifiedAccuracy.Count)).Where(IsShown).Select(rho => new[]
        {
            FormattableString.Invariant($"Certified accuracy at radius {rho}"), TextTable.Percent(metrics.CertifiedAccuracyAt(rho)), $"{metrics.CertifiedAccuracyIntervalAt(rho)}",
        }));
        if (metrics.MostFrequentClass is { } frequent)
            rows.Add([$"Always answering '{frequent.Name}'", TextTable.Percent(metrics.MostFrequentClassAccuracy!.Value), ""]);
        string table = TextTable.Of(rows);
        return metrics.IsNoBetterThanMostFrequentClass ? table + Environment.NewLine + $"Warning: {Doubt(metrics)}" : table;
    }

    /// <summary>What is wrong with a classifier that is no better than the most frequent class, and what helps.</summary>
    public static string Doubt(CertifiedMetrics metrics)
        => $"not shown to be better than always answering '{metrics.MostFrequentClass!.Name}', which is right on {TextTable.Percent(metrics.MostFrequentClassAccuracy!.Value)} of the rows "
            + "at every radius. Retain more positions, give rare classes more weight, or evaluate more rows.";

    /// <inheritdoc cref="CertifiedMetrics.GetFormattedConfusionTable"/>
    public static string Confusion(CertifiedMetrics metrics)
    {
        if (metrics.Classes.Count == 0)
            return "";
        return TextTable.Of(
        [
            ["truth \\ answer", .. metrics.Classes.Select(one => one.Name), "abstained", "recall", "median radius"],
            .. metrics.Classes.Select(one => (string[])
            [
                one.Name, .. one.PredictedCounts.Append(one.AbstainedCount).Select(count => FormattableString.Invariant($"{count}")),
                TextTable.Percent(one.Recall), Radius(one.MedianCertifiedRadius),
            ]),
            ["precision", .. metrics.Classes.Select(one => TextTable.Percent(one.Precision)), "", "", ""],
        ]);
    }

    private static string Radius(int? radius) => radius is { } known ? FormattableString.Invariant($"{known}") : "none";

    // Few lines, however large the radii: 0, 1, 2, 3, 4, 6, 8, 12, 16, 24, ….
    private static bool IsShown(int rho) => rho == 0 || rho >> BitOperations.TrailingZeroCount(rho) is 1 or 3;
}
