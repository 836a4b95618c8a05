namespace Microsoft.ML.Ablation.Tool.Report;

/// <summary>Numbers and names as pages write them.</summary>
internal static class ReportText
{
    private const int MostNames = 3;

    /// <summary>A share with its exact 95 % confidence interval: what the same would be of all rows that these were drawn from.</summary>
    /// <param name="share">The share, a count over <paramref name="rows"/>.</param>
    /// <param name="rows">The number of rows.</param>
    public static string WithInterval(double share, long rows)
    {
        var interval = ConfidenceInterval.OfShare((long)Math.Round(share * rows), rows);
        return Invariant($"{100 * share:F1} % ({100 * interval.Lower:F1}–{100 * interval.Upper:F1})");
    }

    /// <summary>A share.</summary>
    public static string Percent(double share) => Invariant($"{100 * share:F1} %");

    /// <summary>A time.</summary>
    public static string Seconds(double seconds) => seconds < 1 ? Invariant($"{1000 * seconds:G3} ms") : Invariant($"{seconds:G3} s");

    /// <summary>A number of a table; ∞ and −∞ as such.</summary>
    public static string Number(double value) => double.IsPositiveInfinity(value) ? "∞" : double.IsNegativeInfinity(value) ? "−∞" : Invariant($"{value:G6}");

    /// <summary>The title of a page.</summary>
    /// <param name="names">The runs.</param>
    /// <param name="data">Their data, in order, perhaps several times the same.</param>
    public static string Title(IReadOnlyList<string> names, IEnumerable<string> data)
        => $"Robustness of {(names.Count <= MostNames ? Listed(names) : Invariant($"{names.Count} runs"))} on {Listed([.. data.Distinct()])}";

    /// <summary>Names in a sentence.</summary>
    public static string Listed(IReadOnlyList<string> names) => names.Count == 1 ? names[0] : $"{string.Join(", ", names.SkipLast(1))} and {names[^1]}";

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
