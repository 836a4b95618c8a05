using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Ablation.Voting;

/// <summary>
/// The ablations of one row as a data view: the row's columns as they are, and the ablated column, anew in every row.
/// What it shows is set by <see cref="Show"/> before a cursor is opened.
/// </summary>
internal sealed class AblatedBatchView(IHost host, DataViewSchema schema, int ablatedColumn, DataViewRow source, AblationEncoder encoder,
    int retainedPixels) : IDataView
{
    private readonly float[] _encoded = new float[encoder.Layout.Positions * encoder.EncodedChannels];
    private AblationKey _key;
    private SampleRange _range;

    public DataViewSchema Schema => schema;

    public bool CanShuffle => false;

    public long? GetRowCount() => _range.Count;

    /// <summary>Chooses the row and the samples that the next cursor shows.</summary>
    public void Show(ReadOnlySpan<float> planar, AblationKey key, SampleRange range)
    {
        encoder.EncodeAll(planar, _encoded);
        _key = key;
        _range = range;
    }

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
        => new Cursor(host, this, columnsNeeded.Select(column => column.Index).ToHashSet());

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
        => [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(IHost host, AblatedBatchView view, HashSet<int> active) : RootCursorBase(host)
    {
        private readonly SubsetSampler _sampler = new(view.Encoder.Layout.Positions, view.RetainedPixels);
        private readonly SampleRange _range = view._range;

        public override DataViewSchema Schema => view.Schema;

        public override long Batch => 0;

        public override bool IsColumnActive(DataViewSchema.Column column) => active.Contains(column.Index);

        public override ValueGetter<DataViewRowId> GetIdGetter()
            => (ref DataViewRowId id) => id = new DataViewRowId((ulong)Position, 0);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            if (view.SourceIndex(column.Index) is { } index)
                return view.Source.GetGetter<TValue>(view.Source.Schema[index]);
            return (ValueGetter<TValue>)(Delegate)(ValueGetter<VBuffer<float>>)Ablate;
        }

        private void Ablate(ref VBuffer<float> ablated)
        {
            ReadOnlySpan<int> retained = _sampler.Sample(view._key, _range.Stage, _range.First + (uint)Position);
            VBufferEditor<float> editor = VBufferEditor.Create(ref ablated, view._encoded.Length);
            view.Encoder.Ablate(view._encoded, retained, editor.Values);
            ablated = editor.Commit();
        }

        protected override bool MoveNextCore() => Position + 1 < _range.Count;
    }

    private AblationEncoder Encoder => encoder;

    private int RetainedPixels => retainedPixels;

    private DataViewRow Source => source;

    /// <summary>The column of the source row at an index of this view; null for the ablated column, which stands between them.</summary>
    private int? SourceIndex(int index) => InputIndex(index, ablatedColumn);

    /// <summary>The index in the input of a column at an index after ablation; null for the ablated column itself.</summary>
    public static int? InputIndex(int index, int ablatedColumn)
        => index == ablatedColumn ? null : index < ablatedColumn ? index : index - 1;
}
