using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Tool.Serving;

/// <summary>The values of one request as rows for transformers: a single one.</summary>
/// <param name="schema">The columns.</param>
/// <param name="values">A value for each of them; null for a missing one.</param>
internal sealed class ServedView(DataViewSchema schema, IReadOnlyList<object?> values) : IDataView
{
    public DataViewSchema Schema => schema;

    public bool CanShuffle => false;

    public long? GetRowCount() => 1;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) => new Cursor(schema, values);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) => [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor : DataViewRowCursor
    {
        private readonly ServedRow _row;
        private long _position = -1;

        public Cursor(DataViewSchema schema, IReadOnlyList<object?> values)
        {
            _row = new ServedRow(schema);
            _row.Take(values);
        }

        public override DataViewSchema Schema => _row.Schema;

        public override long Position => _position;

        public override long Batch => 0;

        public override bool MoveNext() => ++_position == 0;

        public override bool IsColumnActive(DataViewSchema.Column column) => _row.IsColumnActive(column);

        public override ValueGetter<DataViewRowId> GetIdGetter() => _row.GetIdGetter();

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => _row.GetGetter<TValue>(column);
    }
}
