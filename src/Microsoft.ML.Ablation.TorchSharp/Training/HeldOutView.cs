using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>The rows of a view that a training holds out, or all others.</summary>
/// <param name="host">The host.</param>
/// <param name="source">All rows.</param>
/// <param name="seed">The seed of the training.</param>
/// <param name="share">The share that is held out.</param>
/// <param name="heldOut">Whether the rows are those held out.</param>
internal sealed class HeldOutView(IHost host, IDataView source, TrainingSeed seed, double share, bool heldOut = true) : IDataView
{
    public DataViewSchema Schema => source.Schema;

    public bool CanShuffle => source.CanShuffle;

    public long? GetRowCount() => null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        DataViewSchema.Column[] columns = [.. columnsNeeded];
        return new Cursor(host, source.GetRowCursor(columns, rand), columns, this);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
        => [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor : LinkedRowFilterCursorBase
    {
        private readonly HeldOutView _view;
        private readonly ValueGetter<DataViewRowId> _getId;
        private DataViewRowId _id;

        public Cursor(IHost host, DataViewRowCursor input, DataViewSchema.Column[] columns, HeldOutView view)
            : base(host, input, view.Schema, [.. view.Schema.Select(column => columns.Any(active => active.Index == column.Index))])
        {
            _view = view;
            _getId = input.GetIdGetter();
        }

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => Input.GetGetter<TValue>(column);

        protected override bool Accept()
        {
            _getId(ref _id);
            return _view.Holds(_id);
        }
    }

    private bool Holds(DataViewRowId id) => seed.IsHeldOut(id, share) == heldOut;
}
