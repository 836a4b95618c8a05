using System.Globalization;

namespace Microsoft.ML.Ablation.Tool.Tables;

/// <summary>What the values of one column of a table look like.</summary>
internal sealed class ColumnValues
{
    private readonly HashSet<string> _distinct = new(StringComparer.Ordinal);

    /// <param name="table">The table.</param>
    /// <param name="index">The column.</param>
    public ColumnValues(DelimitedTable table, int index)
    {
        (Name, IsWhole) = (table.Names[index], true);
        foreach (TableRow row in table.Rows)
            Add(row, row.Cells[index]);
    }

    /// <summary>The column's name.</summary>
    public string Name { get; }

    /// <summary>Rows with a value.</summary>
    public int Count { get; private set; }

    /// <summary>The lines of rows without one.</summary>
    public List<int> MissingLines { get; } = [];

    /// <summary>Rows whose value is a number.</summary>
    public int Numbers { get; private set; }

    /// <summary>Whether all values are numbers.</summary>
    public bool AreNumbers => Count > 0 && Numbers == Count;

    /// <summary>Whether all numbers are whole.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>Whether nearly all values are numbers: the others look like mistakes.</summary>
    public bool AreNearlyNumbers => Numbers < Count && Numbers >= 0.9 * Count;

    /// <summary>Whether nearly all values are numbers, but for decimal commas.</summary>
    public bool HaveDecimalCommas => Commas > 0 && Commas + Numbers >= 0.9 * Count;

    /// <summary>The first value that is no number, with its line.</summary>
    public (string Cell, int Line)? NoNumber { get; private set; }

    /// <summary>The smallest number.</summary>
    public float Least { get; private set; } = float.PositiveInfinity;

    /// <summary>The largest one.</summary>
    public float Most { get; private set; } = float.NegativeInfinity;

    /// <summary>The different values; missing ones are none.</summary>
    public IReadOnlyCollection<string> Distinct => _distinct;

    private int Commas { get; set; }

    /// <summary>Where the first value that is no number stands, and what numbers look like.</summary>
    public string NumberProblem(DelimitedTable table) => FormattableString.Invariant(
        $"'{table.Path}', line {NoNumber!.Value.Line}, column '{Name}': '{NoNumber.Value.Cell}' is no number, but {Numbers + Commas:N0} of the column's {Count:N0} values are")
        + $"{(Commas > 0 ? ", with decimal commas" : "")}; {TableNumber.Allowed}.";

    private void Add(TableRow row, string cell)
    {
        if (TableNumber.IsMissing(cell))
        {
            MissingLines.Add(row.Line);
            return;
        }
        Count++;
        string value = cell.Trim();
        if (TableNumber.TryRead(value, out float number))
        {
            Numbers++;
            IsWhole &= number == MathF.Floor(number);
            (Least, Most) = (MathF.Min(Least, number), MathF.Max(Most, number));
            // 1 and 1.0 are one number, and two classes.
            value = number.ToString(CultureInfo.InvariantCulture);
        }
        else
        {
            Commas += TableNumber.HasDecimalComma(value) ? 1 : 0;
            NoNumber ??= (value, row.Line);
        }
        _distinct.Add(value);
    }
}
