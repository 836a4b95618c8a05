using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Voting;

/// <summary>A row of which the ablated column is made, and the others are copies.</summary>
internal sealed class AblatedRow(ChainPlan plan, RowCopy columns, AblatedColumn ablated) : DataViewRow
{
    private long _position = -1;

    public override DataViewSchema Schema => plan.Schema;

    // Getters remember what they have computed for a position, so that it has to be another one for every ablation.
    public override long Position => _position;

    public override long Batch => 0;

    public void Show(ShownRow row) => ablated.Show(row);

    public void MoveTo(AblationStage stage, uint sample)
    {
        ablated.MoveTo(stage, sample);
        _position++;
    }

    public override bool IsColumnActive(DataViewSchema.Column column) => plan.IsNeeded(column.Index);

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)_position, 0);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        => plan.InputIndex(column.Index) is { } index
            ? columns.Getter<TValue>(index)
            : (ValueGetter<TValue>)ablated.Getter;
}
