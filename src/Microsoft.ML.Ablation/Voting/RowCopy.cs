using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Voting;

/// <summary>
/// Some columns of a row as they were when they were last taken: threads may read the copy at once, which a cursor's own row does not allow.
/// </summary>
internal sealed class RowCopy
{
    private readonly Dictionary<int, ColumnCopy> _columns;

    /// <param name="source">The row; null where there are no columns to copy.</param>
    /// <param name="columns">The indices of the columns to copy.</param>
    public RowCopy(DataViewRow? source, IEnumerable<int> columns)
    {
        _columns = columns.ToDictionary(index => index, index => ColumnCopy.Of(source!, source!.Schema[index]));
    }

    /// <summary>Takes the columns of the row as it is now.</summary>
    public void Refresh()
    {
        foreach (ColumnCopy column in _columns.Values)
            column.Refresh();
    }

    /// <summary>Reads a column's copy.</summary>
    public ValueGetter<TValue> Getter<TValue>(int index) => (ValueGetter<TValue>)_columns[index].Getter;

    private abstract class ColumnCopy
    {
        public abstract Delegate Getter { get; }

        public abstract void Refresh();

        public static ColumnCopy Of(DataViewRow source, DataViewSchema.Column column)
        {
            (Type copy, Type value) = column.Type is VectorDataViewType vector
                ? (typeof(VectorCopy<>), vector.ItemType.RawType)
                : (typeof(ScalarCopy<>), column.Type.RawType);
            return (ColumnCopy)Activator.CreateInstance(copy.MakeGenericType(value), source, column)!;
        }
    }

    private sealed class ScalarCopy<T>(DataViewRow source, DataViewSchema.Column column) : ColumnCopy
    {
        private readonly ValueGetter<T> _read = source.GetGetter<T>(column);
        private T _value = default!;

        public override Delegate Getter => (ValueGetter<T>)((ref T value) => value = _value);

        public override void Refresh() => _read(ref _value);
    }

    private sealed class VectorCopy<T>(DataViewRow source, DataViewSchema.Column column) : ColumnCopy
    {
        private readonly ValueGetter<VBuffer<T>> _read = source.GetGetter<VBuffer<T>>(column);
        private VBuffer<T> _value;

        public override Delegate Getter => (ValueGetter<VBuffer<T>>)((ref VBuffer<T> value) => _value.CopyTo(ref value));

        public override void Refresh() => _read(ref _value);
    }
}
