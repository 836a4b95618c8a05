namespace Microsoft.ML.Ablation.Tool.Tables;

/// <summary>Divides the rows of a table into those that train and those that are held out; the same table, seed and share give the same.</summary>
internal static class HeldOutRows
{
    /// <summary>The usual share of rows held out.</summary>
    public const double UsualShare = 0.2;

    /// <summary>Both parts, in the order of the table.</summary>
    /// <param name="table">The table.</param>
    /// <param name="classes">The column with classes, each of which is divided for itself; null for numbers.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="share">The share that is held out; of a class at most so many that one row trains.</param>
    public static (TableRow[] Train, TableRow[] HeldOut) Divide(DelimitedTable table, string? classes, int seed, double share)
    {
        var random = new Random(seed);
        int column = classes is null ? -1 : table.IndexOf(classes);
        var heldOut = new HashSet<TableRow>(ReferenceEqualityComparer.Instance);
        foreach (IGrouping<string, TableRow> group in table.Rows.GroupBy(row => column < 0 ? "" : row.Cells[column].Trim(), StringComparer.Ordinal))
        {
            TableRow[] rows = [.. group];
            random.Shuffle(rows);
            heldOut.UnionWith(rows.Take((int)(share * rows.Length)));
        }
        return ([.. table.Rows.Where(row => !heldOut.Contains(row))], [.. table.Rows.Where(heldOut.Contains)]);
    }
}
