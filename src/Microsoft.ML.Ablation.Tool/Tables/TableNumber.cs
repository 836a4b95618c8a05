using System.Globalization;

namespace Microsoft.ML.Ablation.Tool.Tables;

/// <summary>Numbers in cells, the same on every machine: a decimal point, no other separators.</summary>
internal static class TableNumber
{
    /// <summary>What stands for a missing value, in any case; an empty cell does too.</summary>
    public static IReadOnlyList<string> Missing { get; } = ["?", "NA", "N/A", "#N/A", "<NA>", "NaN", "null"];

    /// <summary>How numbers are written, for messages.</summary>
    public static string Allowed { get; } = $"numbers have a decimal point, as 1234.5, and a missing one is an empty cell or one of {string.Join(", ", Missing)}";

    /// <summary>Whether a cell has no value.</summary>
    public static bool IsMissing(string cell)
    {
        string text = cell.Trim();
        return text.Length == 0 || Missing.Contains(text, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The finite number of a cell that is not missing.</summary>
    public static bool TryRead(string cell, out float value)
        => float.TryParse(cell.AsSpan().Trim(), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out value)
            && float.IsFinite(value);

    /// <summary>The same with a decimal comma, which is a mistake that can be named.</summary>
    public static bool HasDecimalComma(string cell) => cell.Count(c => c == ',') == 1 && TryRead(cell.Replace(',', '.'), out _);
}
