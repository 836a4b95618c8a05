using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation;

/// <summary>Columns that hold a class: a key, or a Boolean, whose classes are False and True.</summary>
internal static class ClassColumn
{
    /// <summary>Whether a column of the type can hold a class.</summary>
    public static bool Allows(DataViewType type) => type is KeyDataViewType or BooleanDataViewType;

    /// <summary>How many classes there are.</summary>
    public static int CountOf(DataViewType type) => type is KeyDataViewType key ? checked((int)key.Count) : 2;

    /// <summary>A column with a class.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such column, or it is of another type.</exception>
    public static DataViewSchema.Column Find(DataViewSchema schema, string role, string name)
    {
        DataViewSchema.Column column = SchemaColumns.Find(schema, role, name);
        return Allows(column.Type)
            ? column
            : throw new ArgumentOutOfRangeException(nameof(schema), $"The {role} column '{name}' has type {column.Type}, but a key or a Boolean is "
                + "needed; use Conversion.MapValueToKey.");
    }

    /// <exception cref="ArgumentOutOfRangeException">The columns do not have the same classes.</exception>
    public static void RequireSame(DataViewSchema.Column label, DataViewSchema.Column predicted)
    {
        if (CountOf(label.Type) != CountOf(predicted.Type))
        {
            throw new ArgumentOutOfRangeException(nameof(label), $"Column '{label.Name}' has type {label.Type}, but '{predicted.Name}' has {predicted.Type}; "
                + "both must be keys of the same values, from one MapValueToKey.");
        }
        // Which number stands for True is known of a Boolean, but of a key only by its values.
        foreach ((DataViewSchema.Column boolean, DataViewSchema.Column key) in new[] { (label, predicted), (predicted, label) })
        {
            string[] names = ClassNames.Of(key);
            if (boolean.Type is BooleanDataViewType && !names.SequenceEqual(ClassNames.Of(boolean)))
            {
                throw new ArgumentOutOfRangeException(nameof(label), $"Column '{boolean.Name}' is a Boolean, but '{key.Name}' is a key of {string.Join(", ", names)}; "
                    + "compare a Boolean with answers of a binary trainer, or use the key that the model was trained on.");
            }
        }
    }

    /// <summary>What is thrown for a row whose class is missing.</summary>
    public static ArgumentException MissingLabel(long position, string label, string? parameter = null)
        => new($"Row {position} has no label, or one that the training data did not have, in column '{label}'; "
            + "drop such rows (FilterRowsByMissingValues) or give them a known label.", parameter);

    /// <summary>Reads the class as a number from 1 on, 0 where it is missing.</summary>
    public static ValueGetter<uint> Getter(DataViewRow row, DataViewSchema.Column column)
    {
        if (column.Type is KeyDataViewType)
            return RowCursorUtils.GetGetterAs<uint>(NumberDataViewType.UInt32, row, column.Index);
        ValueGetter<bool> getBoolean = row.GetGetter<bool>(column);
        bool value = false;
        return (ref uint number) =>
        {
            getBoolean(ref value);
            number = value ? 2u : 1u;
        };
    }
}
