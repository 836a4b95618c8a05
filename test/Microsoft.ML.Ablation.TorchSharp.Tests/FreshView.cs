using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.TorchSharp.Tests;

/// <summary>Behaves towards a trainer as a random ablation does, and counts how it is read.</summary>
internal sealed class FreshView(IDataView inner, bool canShuffle = true) : IDataView
{
    /// <summary>Seeds aside: how many rows share a mask, per cursor opened with chance.</summary>
    public List<int> RowsPerMask { get; } = [];

    public bool CanShuffle => canShuffle && inner.CanShuffle;

    public DataViewSchema Schema => inner.Schema;

    public long? GetRowCount() => inner.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        if (rand is AblationRandom ours)
        {
            ours.Consumed = true;
            RowsPerMask.Add(ours.RowsPerMask);
        }
        return inner.GetRowCursor(columnsNeeded, CanShuffle ? rand : null);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
        => [GetRowCursor(columnsNeeded, rand)];
}
