namespace Microsoft.ML.Ablation;

/// <summary>Cells as lines of text, in columns.</summary>
internal static class TextTable
{
    /// <param name="rows">The rows, of equally many cells.</param>
    /// <returns>The lines: the first column begins on the left, the others end on the right.</returns>
    public static string Of(IReadOnlyCollection<string[]> rows)
    {
        int[] widths = [.. Enumerable.Range(0, rows.First().Length).Select(column => rows.Max(row => row[column].Length))];
        return string.Join(Environment.NewLine,
            rows.Select(row => string.Join("  ", row.Select((cell, column) => column == 0 ? cell.PadRight(widths[0]) : cell.PadLeft(widths[column]))).TrimEnd()));
    }

    /// <summary>A share in per cent, with one decimal place; a dash where there is none (NaN).</summary>
    public static string Percent(double share) => double.IsNaN(share) ? "–" : FormattableString.Invariant($"{100 * share:F1} %");
}
