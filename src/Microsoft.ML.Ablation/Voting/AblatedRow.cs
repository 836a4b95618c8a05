using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Voting;

/// <summary>A row of which the ablated column is made, and the others are copies.</summary>
internal sealed class AblatedRow(ChainPlan plan, RowCopy columns, AblationEncoder encoder, IRetention retention) : DataViewRow
{
    private float[] _encoded = [];
    private AblationKey _key;
    private AblationStage _stage;
    private uint _sample;
    private long _position = -1;

    public override DataViewSchema Schema => plan.Schema;

    // Getters remember what they have computed for a position, so that it has to be another one for every ablation.
    public override long Position => _position;

    public override long Batch => 0;

    public void Show(float[] encoded, AblationKey key) => (_encoded, _key) = (encoded, key);

    public void MoveTo(AblationStage stage, uint sample)
    {
        (_stage, _sample) = (stage, sample);
        _position++;
    }

    public override bool IsColumnActive(DataViewSchema.Column column) => plan.IsNeeded(column.Index);

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)_position, 0);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        => plan.InputIndex(column.Index) is { } index
            ? columns.Getter<TValue>(index)
            : (ValueGetter<TValue>)(Delegate)(ValueGetter<VBuffer<float>>)Make;

    private void Make(ref VBuffer<float> ablated)
    {
        VBufferEditor<float> editor = VBufferEditor.Create(ref ablated, _encoded.Length);
        encoder.Ablate(_encoded, retention.Of(_key, _stage, _sample), editor.Values);
        ablated = editor.Commit();
    }
}
