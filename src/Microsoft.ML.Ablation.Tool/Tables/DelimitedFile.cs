using System.Text;
using Microsoft.ML.Ablation.Files;
using Microsoft.ML.Ablation.Tool.Commands;

namespace Microsoft.ML.Ablation.Tool.Tables;

/// <summary>Reads a table from a file in UTF-8: the first line names the columns, commas, semicolons or tabs separate cells.</summary>
internal static class DelimitedFile
{
    /// <summary>The endings of names of tables.</summary>
    public static IReadOnlyList<string> Endings { get; } = [".csv", ".tsv", ".txt"];

    /// <summary>Whether a path is meant to be a table: it has such an ending, and is no folder.</summary>
    public static bool IsTable(string path) => Endings.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase) && !Directory.Exists(path);

    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is no table, or an empty one.</exception>
    public static DelimitedTable Read(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no table '{path}'; give --data the path of a file that ends in {string.Join(" or ", Endings)}.");
        try
        {
            return FileReadException.Named(path, () =>
            {
                using var reader = new StreamReader(path, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));
                return Parse(path, reader.ReadToEnd());
            });
        }
        catch (DecoderFallbackException)
        {
            throw new InvalidDataException($"'{path}' is no text in UTF-8; save it as \"CSV UTF-8\".");
        }
    }

    private static DelimitedTable Parse(string path, string text)
    {
        char separator = SeparatorOf(path, text);
        var records = new DelimitedRecords(path, text, separator);
        if (!records.TryNext(out string[] names, out int _))
            throw new InvalidDataException($"'{path}' is empty; its first line must name the columns.");
        names = Array.ConvertAll(names, name => name.Trim());
        RequireNames(path, names);
        var rows = new List<TableRow>();
        while (records.TryNext(out string[] cells, out int line))
        {
            if (cells.Length != names.Length)
            {
                throw new InvalidDataException(FormattableString.Invariant($"'{path}', line {line}: the row has {cells.Length} cells, but the first line names {names.Length} columns; ")
                    + (separator == '\t' ? "correct the row." : "put a cell that holds the separator in quotation marks, or correct the row."));
            }
            if (rows.Count == OptionLimits.RowsInMemory)
                throw new InvalidDataException(FormattableString.Invariant($"'{path}' has more than {OptionLimits.RowsInMemory:N0} rows; divide it."));
            rows.Add(new TableRow(rows.Count, line, cells));
        }
        return rows.Count > 0
            ? new DelimitedTable(path, separator, names, rows)
            : throw new InvalidDataException($"'{path}' has no row below the line that names its columns; give a table with rows.");
    }

    /// <exception cref="InvalidDataException">Two columns have the same name, or the first line looks like a row.</exception>
    private static void RequireNames(string path, string[] names)
    {
        if (names.Where(name => name.Length > 0).GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new InvalidDataException($"'{path}' has two columns '{twice.Key}'; give each a name of its own in the first line.");
        if (names.All(name => TableNumber.TryRead(name, out _)))
            throw new InvalidDataException($"'{path}' begins with a row of numbers; its first line must name the columns.");
    }

    /// <summary>The separator: a tab in files that say so, else the one that the first line has most of.</summary>
    private static char SeparatorOf(string path, string text)
    {
        if (Path.GetExtension(path).Equals(".tsv", StringComparison.OrdinalIgnoreCase))
            return '\t';
        bool isQuoted = false;
        (int commas, int semicolons, int tabs) = (0, 0, 0);
        foreach (char c in text)
        {
            if (c == '"')
                isQuoted = !isQuoted;
            if (isQuoted)
                continue;
            // Blank lines before the names are none.
            if (c is '\r' or '\n' && commas + semicolons + tabs > 0)
                break;
            commas += c == ',' ? 1 : 0;
            semicolons += c == ';' ? 1 : 0;
            tabs += c == '\t' ? 1 : 0;
        }
        return tabs > Math.Max(commas, semicolons) ? '\t' : semicolons > commas ? ';' : ',';
    }
}
