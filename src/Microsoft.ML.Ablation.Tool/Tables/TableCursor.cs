using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Tool.Tables;

/// <summary>Reads the rows of a <see cref="TableView"/>.</summary>
internal sealed class TableCursor : DataViewRowCursor
{
    private readonly Array?[] _values;
    private readonly int _count;
    private readonly HashSet<int> _active;
    private readonly int[]? _order;
    private int _position = -1;

    /// <param name="schema">The schema.</param>
    /// <param name="values">The values of each column; null for one without any.</param>
    /// <param name="count">The number of rows.</param>
    /// <param name="active">The columns that are read.</param>
    /// <param name="random">Shuffles rows; null for their order.</param>
    public TableCursor(DataViewSchema schema, Array?[] values, int count, HashSet<int> active, Random? random)
    {
        (Schema, _values, _count, _active) = (schema, values, count, active);
        if (random is null)
            return;
        _order = [.. Enumerable.Range(0, count)];
        random.Shuffle(_order);
    }

    public override DataViewSchema Schema { get; }

    public override long Position => Math.Max(-1, _position);

    public override long Batch => 0;

    private int Row => _position >= 0 ? _order?[_position] ?? _position : throw new InvalidOperationException("The cursor is not on a row: call MoveNext first, and stop when it returns false.");

    public override bool IsColumnActive(DataViewSchema.Column column) => _active.Contains(column.Index);

    public override bool MoveNext()
    {
        _position = _position + 1 < _count && _position >= -1 ? _position + 1 : -2;
        return _position >= 0;
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId value) => value = new DataViewRowId((ulong)Row, 0);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (!_active.Contains(column.Index))
            throw new ArgumentException($"Column '{column.Name}' was not asked for when this cursor was opened.", nameof(column));
        Delegate getter = column.Type is TextDataViewType ? Getter<ReadOnlyMemory<char>>(_values[column.Index], default) : Getter(_values[column.Index], float.NaN);
        return getter as ValueGetter<TValue> ?? throw new InvalidOperationException($"Column '{column.Name}' has values of type {column.Type.RawType}, not {typeof(TValue)}.");
    }

    private ValueGetter<T> Getter<T>(Array? values, T missing) => values is T[] known
        ? (ref T value) => value = known[Row]
        : (ref T value) => value = missing;
}
