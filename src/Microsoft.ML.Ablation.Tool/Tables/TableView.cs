using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Tool.Tables;

/// <summary>The columns of a table that a model reads, and its label, as ML.NET takes them: numbers as Single with NaN for a missing one, everything else as text.</summary>
internal sealed class TableView : IDataView
{
    private readonly int _count;
    private readonly Array?[] _values;

    /// <param name="table">The table.</param>
    /// <param name="columns">The columns.</param>
    /// <exception cref="InvalidDataException">The table lacks a column that is not the label, or a cell is no number.</exception>
    public TableView(DelimitedTable table, IReadOnlyList<TableColumn> columns)
    {
        string[] lacking = [.. columns.Where(column => column.Role is not (ColumnRole.Label or ColumnRole.Unread) && table.IndexOf(column.Name) < 0).Select(column => column.Name)];
        if (lacking.Length > 0)
        {
            throw new InvalidDataException($"'{table.Path}' has no column {DelimitedTable.Listed(lacking)}, which the model was trained on; its columns are "
                + $"{DelimitedTable.Listed([.. table.Names])}. Give a table with the columns of the training.");
        }
        _count = table.Rows.Count;
        Schema = TableColumn.ToSchema(columns);
        _values = [.. columns.Select(column => Read(table, column))];
    }

    public DataViewSchema Schema { get; }

    public bool CanShuffle => true;

    public long? GetRowCount() => _count;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        ArgumentNullException.ThrowIfNull(columnsNeeded);
        return new TableCursor(Schema, _values, _count, [.. columnsNeeded.Select(column => column.Index)], rand);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) => [GetRowCursor(columnsNeeded, rand)];

    /// <summary>The values of a column; null for a label that the table does not have, and for what no answer depends on.</summary>
    private static Array? Read(DelimitedTable table, TableColumn column)
    {
        int index = table.IndexOf(column.Name);
        if (index < 0 || column.Role == ColumnRole.Unread)
            return null;
        if (column.IsNumber)
            return table.Rows.Select(row => Number(table, row, column.Name, row.Cells[index])).ToArray();
        return table.Rows.Select(row => column.Role == ColumnRole.Text ? row.Cells[index].AsMemory() : row.Cells[index].AsMemory().Trim()).ToArray();
    }

    private static float Number(DelimitedTable table, TableRow row, string name, string cell)
    {
        if (TableNumber.IsMissing(cell))
            return float.NaN;
        return TableNumber.TryRead(cell, out float value)
            ? value
            : throw new InvalidDataException(FormattableString.Invariant($"'{table.Path}', line {row.Line}, column '{name}': '{cell.Trim()}' is no number; ") + $"{TableNumber.Allowed}.");
    }
}
