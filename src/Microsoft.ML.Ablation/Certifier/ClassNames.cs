using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation;

/// <summary>The names of the classes, from the key values of the base classifier's answer.</summary>
internal static class ClassNames
{
    /// <summary>The KeyValues annotation of the column, as it is.</summary>
    public static DataViewSchema.Annotations KeyValues(DataViewSchema.Column label)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        if (label.Annotations.Schema.GetColumnOrNull(AnnotationUtils.Kinds.KeyValues) is { } keyValues)
            builder.Add(label.Annotations, name => name == keyValues.Name);
        return builder.ToAnnotations();
    }

    /// <summary>The class names as slot names: the key values as text, or 0, 1, 2, … where the key has none.</summary>
    public static DataViewSchema.Annotations SlotNames(DataViewSchema.Column label)
    {
        int count = checked((int)((KeyDataViewType)label.Type).Count);
        var builder = new DataViewSchema.Annotations.Builder();
        builder.AddSlotNames(count, (ref VBuffer<ReadOnlyMemory<char>> names) => Read(label, count, ref names));
        return builder.ToAnnotations();
    }

    /// <summary>The names of the classes of a key column.</summary>
    public static string[] Of(DataViewSchema.Column label)
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        Read(label, checked((int)((KeyDataViewType)label.Type).Count), ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }

    private static void Read(DataViewSchema.Column label, int count, ref VBuffer<ReadOnlyMemory<char>> names)
    {
        DataViewSchema.Annotations annotations = label.Annotations;
        if (annotations.Schema.GetColumnOrNull(AnnotationUtils.Kinds.KeyValues)?.Type is VectorDataViewType { ItemType: { } item })
        {
            if (item is TextDataViewType)
            {
                annotations.GetValue(AnnotationUtils.Kinds.KeyValues, ref names);
                return;
            }
            Func<DataViewSchema.Annotations, ReadOnlyMemory<char>[]> read = AsText<int>;
            Delegate generic = read.Method.GetGenericMethodDefinition().MakeGenericMethod(item.RawType).CreateDelegate(read.GetType());
            names = new VBuffer<ReadOnlyMemory<char>>(count, ((Func<DataViewSchema.Annotations, ReadOnlyMemory<char>[]>)generic)(annotations));
            return;
        }
        names = new VBuffer<ReadOnlyMemory<char>>(count, [.. Enumerable.Range(0, count).Select(i => $"{i}".AsMemory())]);
    }

    private static ReadOnlyMemory<char>[] AsText<T>(DataViewSchema.Annotations annotations)
    {
        VBuffer<T> values = default;
        annotations.GetValue(AnnotationUtils.Kinds.KeyValues, ref values);
        return [.. values.DenseValues().Select(value => FormattableString.Invariant($"{value}").AsMemory())];
    }
}
