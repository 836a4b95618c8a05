using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Tool.Serving;

/// <summary>The one row that an engine reads: it takes the values of one request after the other.</summary>
/// <param name="schema">The columns.</param>
internal sealed class ServedRow(DataViewSchema schema) : DataViewRow
{
    private readonly object?[] _values = new object?[schema.Count];
    private long _position = -1;

    public override DataViewSchema Schema => schema;

    /// <summary>Another one for each request, so that whoever keeps what belongs to a row knows when it is a new one.</summary>
    public override long Position => _position;

    public override long Batch => 0;

    /// <summary>Takes the values of the next request.</summary>
    /// <param name="values">A value for each column, of the column's type; null for a missing one.</param>
    public void Take(IReadOnlyList<object?> values)
    {
        if (values.Count != _values.Length)
            throw new ArgumentException(FormattableString.Invariant($"There are {values.Count} values for {_values.Length} columns."), nameof(values));
        for (int i = 0; i < _values.Length; i++)
            _values[i] = values[i];
        _position++;
    }

    public override bool IsColumnActive(DataViewSchema.Column column) => true;

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId value) => value = new DataViewRowId((ulong)_position, 0);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (column.Type.RawType != typeof(TValue))
            throw new InvalidOperationException($"Column '{column.Name}' has values of type {column.Type.RawType}, not {typeof(TValue)}.");
        int index = column.Index;
        TValue missing = typeof(TValue) == typeof(float) ? (TValue)(object)float.NaN : default!;
        return (ref TValue value) => value = _values[index] is TValue known ? known : missing;
    }
}
