namespace Microsoft.ML.Ablation.Tool.Tables;

/// <summary>Finds the column that is predicted where nobody names it: the only one whose name says so.</summary>
internal static class LabelGuess
{
    private static readonly string[] s_names = ["label", "class", "target"];

    /// <summary>The column.</summary>
    /// <param name="table">The table.</param>
    /// <exception cref="ArgumentException">No column has such a name, or several have.</exception>
    public static string Of(DelimitedTable table)
    {
        string[] found = [.. table.Names.Where(name => s_names.Contains(name, StringComparer.OrdinalIgnoreCase))];
        string columns = DelimitedTable.Listed([.. table.Names], 100);
        return found switch
        {
            [var only] => only,
            [] => throw new ArgumentException($"'{table.Path}' is a table, so --label must name the column that is predicted: one of {columns}."),
            _ => throw new ArgumentException($"'{table.Path}' has several columns that may be predicted, {DelimitedTable.Listed(found)}; name one with --label."),
        };
    }
}
