namespace Microsoft.ML.Ablation.Tool.Output;

/// <summary>Text in CSV files.</summary>
internal static class CsvText
{
    /// <summary>A cell: in quotation marks where it needs them, empty for nothing.</summary>
    public static string Quote(string? text) => text is null ? ""
        : text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
