using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Ablation;

/// <summary>
/// All rows of a view, once for each copy, with the number of the copy: <c>RandomAblation</c> draws another ablation for each. Passes follow each other, as
/// epochs do, so that learners which see rows in order do not see one row many times on end.
/// </summary>
internal sealed class AblatedCopiesView : IDataView
{
    /// <summary>The UInt32 column with the number of the copy, from 0.</summary>
    public const string CopyColumn = "AblationCopy";

    private readonly IHost _host;
    private readonly IDataView _source;
    private readonly int _copies;

    public AblatedCopiesView(IHostEnvironment env, IDataView source, int copies)
    {
        _host = env.Register(nameof(AblatedCopiesView));
        (_source, _copies) = (source, copies);
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(source.Schema);
        builder.AddColumn(CopyColumn, NumberDataViewType.UInt32);
        Schema = builder.ToSchema();
    }

    public DataViewSchema Schema { get; }

    public bool CanShuffle => _source.CanShuffle;

    /// <summary>The column with the number of the copy; null where rows are not copied.</summary>
    public static int? ColumnOf(DataViewSchema schema)
        => schema.GetColumnOrNull(CopyColumn) is { } column && column.Type == NumberDataViewType.UInt32 ? column.Index : null;

    public long? GetRowCount() => _source.GetRowCount() * _copies;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
        => new Cursor(this, columnsNeeded.Select(column => column.Index).ToHashSet(), rand);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
        => [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor : RootCursorBase
    {
        private readonly AblatedCopiesView _view;
        private readonly HashSet<int> _active;
        private readonly Random? _random;
        private DataViewRowCursor _pass;
        private uint _copy;

        public Cursor(AblatedCopiesView view, HashSet<int> active, Random? random)
            : base(view._host)
        {
            (_view, _active, _random) = (view, active, random);
            _pass = Open();
        }

        public override DataViewSchema Schema => _view.Schema;

        public override long Batch => 0;

        public override bool IsColumnActive(DataViewSchema.Column column) => _active.Contains(column.Index);

        public override ValueGetter<DataViewRowId> GetIdGetter()
            => (ref DataViewRowId id) => id = new DataViewRowId((ulong)Position, 0);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            if (column.Index == _view._source.Schema.Count)
                return (ValueGetter<TValue>)(Delegate)(ValueGetter<uint>)((ref uint copy) => copy = _copy);
            DataViewRowCursor pass = _pass;
            ValueGetter<TValue> get = pass.GetGetter<TValue>(pass.Schema[column.Index]);
            return (ref TValue value) =>
            {
                if (pass != _pass)
                {
                    pass = _pass;
                    get = pass.GetGetter<TValue>(pass.Schema[column.Index]);
                }
                get(ref value);
            };
        }

        protected override bool MoveNextCore()
        {
            while (!_pass.MoveNext())
            {
                if (_copy + 1 == _view._copies)
                    return false;
                _copy++;
                _pass.Dispose();
                _pass = Open();
            }
            return true;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _pass.Dispose();
            base.Dispose(disposing);
        }

        private DataViewRowCursor Open()
            => _view._source.GetRowCursor(_view._source.Schema.Where(column => _active.Contains(column.Index)), _random);
    }
}
