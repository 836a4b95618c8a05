using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Ablation.Voting;

/// <summary>Makes the column of a <see cref="RepeatedRowView"/> that differs from row to row.</summary>
/// <param name="index">The row, from 0.</param>
/// <param name="values">Receives its values.</param>
internal delegate void RowMaker(int index, ref VBuffer<float> values);

/// <summary>One row of data again and again, each time with another vector in one of the columns.</summary>
/// <param name="host">Host of the cursors.</param>
/// <param name="schema">The schema of the view.</param>
/// <param name="source">The row; whoever has it does not move on while a cursor is open.</param>
/// <param name="madeColumn">The index of the column that is made.</param>
/// <param name="isAdded">Whether the row has no such column; those behind it are then one further than in the row.</param>
internal abstract class RepeatedRowView(IHost host, DataViewSchema schema, DataViewRow source, int madeColumn, bool isAdded) : IDataView
{
    public DataViewSchema Schema => schema;

    public bool CanShuffle => false;

    public long? GetRowCount() => Count;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
        => new Cursor(host, this, columnsNeeded.Select(column => column.Index).ToHashSet());

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
        => [GetRowCursor(columnsNeeded, rand)];

    /// <summary>Rows of the next cursor.</summary>
    protected abstract int Count { get; }

    /// <summary>What makes the column's vectors for one cursor, with what is to be shown now.</summary>
    protected abstract RowMaker OpenMaker();

    /// <summary>The index in the row of a column at an index of a view with one more; null for the one that is added.</summary>
    public static int? InputIndex(int index, int addedColumn)
        => index == addedColumn ? null : index < addedColumn ? index : index - 1;

    private int? SourceIndex(int index) => isAdded ? InputIndex(index, madeColumn) : index == madeColumn ? null : index;

    private DataViewRow Source => source;

    private sealed class Cursor(IHost host, RepeatedRowView view, HashSet<int> active) : RootCursorBase(host)
    {
        private readonly int _count = view.Count;
        private readonly RowMaker _make = view.OpenMaker();

        public override DataViewSchema Schema => view.Schema;

        public override long Batch => 0;

        public override bool IsColumnActive(DataViewSchema.Column column) => active.Contains(column.Index);

        public override ValueGetter<DataViewRowId> GetIdGetter()
            => (ref DataViewRowId id) => id = new DataViewRowId((ulong)Position, 0);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
            => view.SourceIndex(column.Index) is { } index
                ? view.Source.GetGetter<TValue>(view.Source.Schema[index])
                : (ValueGetter<TValue>)(Delegate)(ValueGetter<VBuffer<float>>)Make;

        private void Make(ref VBuffer<float> values) => _make((int)Position, ref values);

        protected override bool MoveNextCore() => Position + 1 < _count;
    }
}
