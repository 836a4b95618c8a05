using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Ablation.Attacks;

/// <summary>A row with other features: the input of a model under attack.</summary>
/// <param name="host">Host of the cursors.</param>
/// <param name="row">The row; it must not move while a cursor is open.</param>
/// <param name="featureColumn">The index of the column with the features.</param>
internal sealed class CandidateView(IHost host, DataViewRow row, int featureColumn) : IDataView
{
    private IReadOnlyList<float[]> _candidates = [];

    public DataViewSchema Schema => row.Schema;

    public bool CanShuffle => false;

    /// <summary>The number of the row whose features are replaced.</summary>
    public long Row => row.Position;

    private DataViewRow Source => row;

    /// <summary>Sets the rows of the next cursor.</summary>
    /// <param name="candidates">
    /// The features of each row, in the order of the column's slots; they must not change while a cursor reads them.
    /// </param>
    public void Show(IReadOnlyList<float[]> candidates) => _candidates = candidates;

    public long? GetRowCount() => _candidates.Count;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
        => new Cursor(host, this, columnsNeeded.Select(column => column.Index).ToHashSet());

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
        => [GetRowCursor(columnsNeeded, rand)];

    private bool IsFeatures(DataViewSchema.Column column) => column.Index == featureColumn;

    private sealed class Cursor(IHost host, CandidateView view, HashSet<int> active) : RootCursorBase(host)
    {
        private readonly IReadOnlyList<float[]> _candidates = view._candidates;

        public override DataViewSchema Schema => view.Schema;

        public override long Batch => 0;

        public override bool IsColumnActive(DataViewSchema.Column column) => active.Contains(column.Index);

        public override ValueGetter<DataViewRowId> GetIdGetter()
            => (ref DataViewRowId id) => id = new DataViewRowId((ulong)Position, 0);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
            => view.IsFeatures(column)
                ? (ValueGetter<TValue>)(Delegate)(ValueGetter<VBuffer<float>>)ReadFeatures
                : view.Source.GetGetter<TValue>(view.Source.Schema[column.Index]);

        private void ReadFeatures(ref VBuffer<float> features)
        {
            float[] candidate = _candidates[(int)Position];
            VBufferEditor<float> editor = VBufferEditor.Create(ref features, candidate.Length);
            candidate.CopyTo(editor.Values);
            features = editor.Commit();
        }

        protected override bool MoveNextCore() => Position + 1 < _candidates.Count;
    }
}
