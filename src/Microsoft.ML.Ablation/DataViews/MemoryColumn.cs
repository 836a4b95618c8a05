using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation;

/// <summary>The values of one column in memory, in the order of the rows.</summary>
internal abstract class MemoryColumn
{
    /// <summary>Whether values of a type can be kept: numbers, texts, keys and the like, and vectors of them. Images are no values, but files or pixels that somebody may dispose.</summary>
    public static bool CanHold(DataViewType type) => (type is VectorDataViewType vector ? vector.ItemType : type) is PrimitiveDataViewType;

    /// <summary>An empty column for values of a type that it <see cref="CanHold"/>.</summary>
    public static MemoryColumn For(DataViewType type)
    {
        (Type column, Type value) = type is VectorDataViewType vector ? (typeof(Vectors<>), vector.ItemType.RawType) : (typeof(Scalars<>), type.RawType);
        return (MemoryColumn)Activator.CreateInstance(column.MakeGenericType(value))!;
    }

    /// <summary>What appends the value of a row, as it is when it is called.</summary>
    public abstract Action AppenderFor(DataViewRow source, DataViewSchema.Column column);

    /// <summary>Reads the value of the row whose number is told.</summary>
    public abstract Delegate Getter(Func<int> row);

    private sealed class Scalars<T> : MemoryColumn
    {
        private readonly List<T> _values = [];

        public override Action AppenderFor(DataViewRow source, DataViewSchema.Column column)
        {
            ValueGetter<T> read = source.GetGetter<T>(column);
            return () =>
            {
                T value = default!;
                read(ref value);
                _values.Add(value);
            };
        }

        public override Delegate Getter(Func<int> row) => (ValueGetter<T>)((ref T value) => value = _values[row()]);
    }

    private sealed class Vectors<T> : MemoryColumn
    {
        private readonly List<VBuffer<T>> _values = [];

        public override Action AppenderFor(DataViewRow source, DataViewSchema.Column column)
        {
            ValueGetter<VBuffer<T>> read = source.GetGetter<VBuffer<T>>(column);
            VBuffer<T> current = default;
            return () =>
            {
                read(ref current);
                VBuffer<T> copy = default;
                current.CopyTo(ref copy);
                _values.Add(copy);
            };
        }

        public override Delegate Getter(Func<int> row) => (ValueGetter<VBuffer<T>>)((ref VBuffer<T> value) => _values[row()].CopyTo(ref value));
    }
}
