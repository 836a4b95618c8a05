using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Ablation;

/// <summary>
/// A view over mapped rows that opens a single cursor. ML.NET's own row mapper view opens one per core and lets them read
/// ahead hundreds of rows, which is wrong for rows that take thousands of network calls each.
/// </summary>
/// <param name="host">Host of the cursors.</param>
/// <param name="ordered">The mapped rows for a cursor without a <see cref="Random"/>.</param>
/// <param name="fresh">The mapped rows for a cursor with one, of an equal schema; null when a Random changes only the order.</param>
internal sealed class SingleCursorView(IHost host, RowToRowMapperTransform ordered, Func<Random, RowToRowMapperTransform>? fresh = null)
    : IDataView
{
    public DataViewSchema Schema => ordered.OutputSchema;

    /// <summary>A view with something to draw afresh takes a <see cref="Random"/> whatever its source does with the order.</summary>
    public bool CanShuffle => fresh is not null || ordered.Source.CanShuffle;

    public long? GetRowCount() => ordered.Source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        if (rand is null || fresh is null)
            return Open(ordered, columnsNeeded, rand);
        RowToRowMapperTransform view = fresh(rand);
        DataViewRowCursor cursor = Open(view, columnsNeeded.Select(column => view.OutputSchema[column.Index]), rand);
        return new SchemaCursor(host, cursor, Schema);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
        => [GetRowCursor(columnsNeeded, rand)];

    // A mapper's view can be shuffled when its source can.
    private static DataViewRowCursor Open(RowToRowMapperTransform view, IEnumerable<DataViewSchema.Column> columns, Random? rand)
        => SingleCursor.Open(view, columns, rand);
}
