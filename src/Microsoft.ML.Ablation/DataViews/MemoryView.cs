using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Ablation;

/// <summary>Rows in memory: all their columns are there, in any order and from any number of threads.</summary>
internal sealed class MemoryView : IDataView
{
    /// <summary>Rows that one cursor of several reads on end.</summary>
    private const int BlockSize = 64;

    private readonly IHost _host;
    private readonly MemoryColumn[] _columns;
    private readonly int _rows;

    /// <param name="env">The environment.</param>
    /// <param name="schema">The columns.</param>
    /// <param name="columns">Their values, the same number of each.</param>
    /// <param name="rows">That number.</param>
    public MemoryView(IHostEnvironment env, DataViewSchema schema, MemoryColumn[] columns, int rows)
        => (_host, Schema, _columns, _rows) = (env.Register(nameof(MemoryView)), schema, columns, rows);

    public DataViewSchema Schema { get; }

    public bool CanShuffle => true;

    public long? GetRowCount() => _rows;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) => GetRowCursorSet(columnsNeeded, 1, rand)[0];

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        HashSet<int> active = [.. columnsNeeded.Select(column => column.Index)];
        int[] order = [.. Enumerable.Range(0, _rows)];
        rand?.Shuffle(order);
        int cursors = Math.Clamp(n, 1, Math.Max(1, (_rows + BlockSize - 1) / BlockSize));
        return [.. Enumerable.Range(0, cursors).Select(first => new Cursor(this, active, order, first, cursors))];
    }

    /// <summary>Reads the blocks <paramref name="first"/>, first + <paramref name="cursors"/>, … of the rows in an order.</summary>
    private sealed class Cursor(MemoryView view, HashSet<int> active, int[] order, int first, int cursors) : RootCursorBase(view._host)
    {
        private int _place = first * BlockSize - 1;

        public override DataViewSchema Schema => view.Schema;

        // Who puts the rows of several cursors together again goes by the number of the batch.
        public override long Batch => Math.Max(0, _place) / BlockSize;

        private int Row => order[_place];

        public override bool IsColumnActive(DataViewSchema.Column column) => active.Contains(column.Index);

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)Row, 0);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            if (!IsColumnActive(column))
                throw new InvalidOperationException($"Column '{column.Name}' is read, but the cursor was opened without it.");
            return view._columns[column.Index].Getter(() => Row) as ValueGetter<TValue>
                ?? throw new InvalidOperationException($"Column '{column.Name}' has type {column.Type}, which is not read as {typeof(TValue).Name}.");
        }

        protected override bool MoveNextCore()
        {
            _place++;
            if (_place % BlockSize == 0 && _place != first * BlockSize)
                _place += (cursors - 1) * BlockSize;
            return _place < order.Length;
        }
    }
}
