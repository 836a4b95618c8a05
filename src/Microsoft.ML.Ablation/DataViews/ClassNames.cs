using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation;

/// <summary>The names of the classes, from the key values of the base classifier's answer.</summary>
internal static class ClassNames
{
    private static readonly ReadOnlyMemory<char>[] s_boolean = [bool.FalseString.AsMemory(), bool.TrueString.AsMemory()];

    /// <summary>Whether the classes of a column have names of their own: a Boolean's have, a key's where it has KeyValues.</summary>
    public static bool AreKnown(DataViewSchema.Column label) => label.Type is BooleanDataViewType || HasKeyValues(label.Annotations);

    /// <summary>The KeyValues annotation of the column, as it is; of a Boolean column False and True, as text.</summary>
    public static DataViewSchema.Annotations KeyValues(DataViewSchema.Column label)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        if (label.Type is BooleanDataViewType)
            builder.AddKeyValues(s_boolean.Length, TextDataViewType.Instance, (ref VBuffer<ReadOnlyMemory<char>> names) => names = new(s_boolean.Length, s_boolean));
        else if (label.Annotations.Schema.GetColumnOrNull(AnnotationUtils.Kinds.KeyValues) is { } keyValues)
            builder.Add(label.Annotations, name => name == keyValues.Name);
        return builder.ToAnnotations();
    }

    /// <summary>The class names as slot names: the key values as text, or 0, 1, 2, … where the key has none.</summary>
    public static DataViewSchema.Annotations SlotNames(DataViewSchema.Column label)
    {
        int count = ClassColumn.CountOf(label.Type);
        var builder = new DataViewSchema.Annotations.Builder();
        builder.AddSlotNames(count, (ref VBuffer<ReadOnlyMemory<char>> names) => Read(label, count, ref names));
        return builder.ToAnnotations();
    }

    /// <summary>The names of the classes of a column.</summary>
    public static string[] Of(DataViewSchema.Column label)
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        Read(label, ClassColumn.CountOf(label.Type), ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }

    private static bool HasKeyValues(DataViewSchema.Annotations annotations)
        => annotations.Schema.GetColumnOrNull(AnnotationUtils.Kinds.KeyValues)?.Type is VectorDataViewType;

    private static void Read(DataViewSchema.Column label, int count, ref VBuffer<ReadOnlyMemory<char>> names)
    {
        if (label.Type is BooleanDataViewType)
        {
            names = new VBuffer<ReadOnlyMemory<char>>(count, s_boolean);
            return;
        }
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
