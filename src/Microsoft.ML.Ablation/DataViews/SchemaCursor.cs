using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Ablation;

/// <summary>A cursor shown under an equal schema: ML.NET asks that a cursor's schema be the very object of its view.</summary>
internal sealed class SchemaCursor(IChannelProvider provider, DataViewRowCursor input, DataViewSchema schema)
    : SynchronizedCursorBase(provider, input)
{
    public override DataViewSchema Schema => schema;

    public override bool IsColumnActive(DataViewSchema.Column column) => Input.IsColumnActive(Input.Schema[column.Index]);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        => Input.GetGetter<TValue>(Input.Schema[column.Index]);
}
