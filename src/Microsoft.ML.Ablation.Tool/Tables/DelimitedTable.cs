namespace Microsoft.ML.Ablation.Tool.Tables;

/// <summary>A table as its file has it: the names of the columns, and the cells of every row as text.</summary>
/// <param name="Path">The file, as the user gave it.</param>
/// <param name="Separator">What stands between cells.</param>
/// <param name="Names">The names of the columns, from the first line.</param>
/// <param name="Rows">The rows, at least one; each has a cell for every column.</param>
internal sealed record DelimitedTable(string Path, char Separator, IReadOnlyList<string> Names, IReadOnlyList<TableRow> Rows)
{
    /// <summary>The separator in words.</summary>
    public string SeparatorName => Separator switch { '\t' => "tabs", ';' => "semicolons", _ => "commas" };

    /// <summary>Where a column stands; −1 where there is none of this name.</summary>
    public int IndexOf(string name)
    {
        for (int i = 0; i < Names.Count; i++)
        {
            if (Names[i] == name)
                return i;
        }
        return -1;
    }

    /// <summary>The same table with some of its rows.</summary>
    public DelimitedTable With(IEnumerable<TableRow> rows) => this with { Rows = [.. rows] };

    /// <summary>Names of columns in a sentence: all of them, or the first and how many more.</summary>
    public static string Listed(IReadOnlyCollection<string> names, int most = 12)
    {
        string listed = string.Join(", ", names.Take(most).Select(name => $"'{name}'"));
        return names.Count > most ? FormattableString.Invariant($"{listed} and {names.Count - most} more") : listed;
    }
}
