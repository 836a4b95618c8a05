namespace Microsoft.ML.Ablation.Tool.Tables;

/// <summary>What the user says of a table.</summary>
/// <param name="Label">The column that is predicted.</param>
/// <param name="Task">What is predicted from what; null: as the label tells.</param>
/// <param name="Text">The column whose words are ablated; null: the only one there is.</param>
/// <param name="Ignored">Columns to leave out.</param>
internal sealed record TableRequest(string Label, TableTaskKind? Task, string? Text, IReadOnlyList<string> Ignored)
{
    /// <summary>Names of columns from one value of an option: a name, or several with commas between.</summary>
    public static IReadOnlyList<string> Names(string? given, IReadOnlyList<string> columns)
        => given is null ? [] : columns.Contains(given) ? [given] : [.. given.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
}
