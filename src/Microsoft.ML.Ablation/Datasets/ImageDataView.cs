using System.Globalization;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Datasets;

/// <summary>
/// Shows an <see cref="IImageSource"/> as rows: <c>Features</c>, a vector of Single with the dimensions channels × height ×
/// width and values in [0, 1], and <c>Label</c>, the class as text. Rows are made when they are read; nothing but the source is kept.
/// </summary>
internal sealed class ImageDataView : IDataView
{
    public const string FeaturesName = "Features";
    public const string LabelName = "Label";

    // Labels of nearly all data sets, so that reading one makes no string.
    private static readonly ReadOnlyMemory<char>[] s_labels = [.. Enumerable.Range(0, 256).Select(TextOf)];

    private readonly IImageSource _source;

    public ImageDataView(IImageSource source)
    {
        _source = source;
        (int channels, int height, int width) = source.Shape;
        var schema = new DataViewSchema.Builder();
        schema.AddColumn(FeaturesName, new VectorDataViewType(NumberDataViewType.Single, channels, height, width));
        schema.AddColumn(LabelName, TextDataViewType.Instance);
        Schema = schema.ToSchema();
    }

    public DataViewSchema Schema { get; }

    public bool CanShuffle => true;

    public long? GetRowCount() => _source.Count;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        ArgumentNullException.ThrowIfNull(columnsNeeded);
        return new Cursor(this, columnsNeeded, rand);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private static ReadOnlyMemory<char> TextOf(int label) => label.ToString(CultureInfo.InvariantCulture).AsMemory();

    private sealed class Cursor : DataViewRowCursor
    {
        private readonly ImageDataView _view;
        private readonly bool[] _active;
        private readonly int[]? _order;
        private readonly byte[] _scratch;
        private int _next;
        private int _position = -1; // no row, before the first and after the last

        public Cursor(ImageDataView view, IEnumerable<DataViewSchema.Column> columnsNeeded, Random? random)
        {
            _view = view;
            _active = new bool[view.Schema.Count];
            foreach (DataViewSchema.Column column in columnsNeeded)
                _active[column.Index] = true;
            _scratch = new byte[view._source.Shape.Values];
            if (random is not null)
            {
                _order = [.. Enumerable.Range(0, view._source.Count)];
                random.Shuffle(_order);
            }
        }

        public override DataViewSchema Schema => _view.Schema;

        public override long Position => _position;

        public override long Batch => 0;

        public override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];

        public override bool MoveNext()
        {
            if (_next == _view._source.Count)
            {
                _position = -1;
                return false;
            }
            _position = _next++;
            return true;
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() =>
            (ref DataViewRowId value) => value = new DataViewRowId((ulong)CurrentImage(), 0);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            if (column.Index >= _active.Length || !_active[column.Index])
            {
                throw new ArgumentException(
                    $"Column '{column.Name}' was not asked for when this cursor was opened.", nameof(column));
            }
            Delegate getter = column.Name == FeaturesName
                ? (ValueGetter<VBuffer<float>>)GetFeatures
                : (ValueGetter<ReadOnlyMemory<char>>)GetLabel;
            return getter as ValueGetter<TValue> ?? throw new InvalidOperationException(
                $"Column '{column.Name}' has values of type {column.Type.RawType}, not {typeof(TValue)}.");
        }

        private void GetLabel(ref ReadOnlyMemory<char> value)
        {
            int label = _view._source.LabelOf(CurrentImage());
            value = label >= 0 && label < s_labels.Length ? s_labels[label] : TextOf(label);
        }

        private void GetFeatures(ref VBuffer<float> value)
        {
            int image = CurrentImage();
            VBufferEditor<float> editor = VBufferEditor.Create(ref value, _view._source.Shape.Values);
            _view._source.Read(image, _scratch, editor.Values);
            value = editor.Commit();
        }

        private int CurrentImage()
        {
            if (_position < 0)
            {
                throw new InvalidOperationException(
                    "The cursor is not on a row: call MoveNext first, and stop when it returns false.");
            }
            return _order is null ? _position : _order[_position];
        }
    }
}
