using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation;

/// <summary>Columns that hold a class: a key, or a Boolean, whose classes are False and True. Two of them are compared by <see cref="ClassMap"/>.</summary>
internal static class ClassColumn
{
    /// <summary>Whether a column of the type can hold a class.</summary>
    public static bool Allows(DataViewType type) => type is KeyDataViewType or BooleanDataViewType;

    /// <summary>How many classes there are.</summary>
    public static int CountOf(DataViewType type) => type is KeyDataViewType key ? checked((int)key.Count) : 2;

    /// <summary>A column with the true class.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such column, or it is of another type.</exception>
    public static DataViewSchema.Column FindLabel(DataViewSchema schema, string name)
        => Find(schema, "label", name, "use Conversion.MapValueToKey, whatever the order of its keys; classes are compared by their values");

    /// <summary>A column with a model's answers.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such column, or it is of another type.</exception>
    public static DataViewSchema.Column FindPrediction(DataViewSchema schema, string name)
        => Find(schema, "predicted label", name, "leave the model's answer as it is, and put MapKeyToValue behind, or give its result another name");

    /// <summary>The Boolean column that says where a model abstains: needed beside a Boolean answer, which cannot be missing; null beside a key.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is needed, and there is no such column, or it is of another type.</exception>
    public static DataViewSchema.Column? FindAbstained(DataViewSchema schema, DataViewSchema.Column predicted, string name)
    {
        if (predicted.Type is KeyDataViewType)
            return null;
        DataViewSchema.Column column = SchemaColumns.Find(schema, "abstained", name);
        return column.Type is BooleanDataViewType
            ? column
            : throw new ArgumentOutOfRangeException(nameof(schema), $"The abstained column '{name}' has type {column.Type}, but beside the Boolean '{predicted.Name}' the Boolean column "
                + "of the smoothed certifier is needed.");
    }

    private static DataViewSchema.Column Find(DataViewSchema schema, string role, string name, string advice)
    {
        DataViewSchema.Column column = SchemaColumns.Find(schema, role, name);
        return Allows(column.Type)
            ? column
            : throw new ArgumentOutOfRangeException(nameof(schema), $"The {role} column '{name}' has type {column.Type}, but a key or a Boolean is needed; {advice}.");
    }

    /// <summary>What is thrown for a row whose class is missing.</summary>
    public static ArgumentException MissingLabel(long position, string label)
        => new($"Row {position} has no label, or one that the training data did not have, in column '{label}'; "
            + "drop such rows (FilterRowsByMissingValues) or give them a known label.");

    /// <summary>What is thrown for a row whose class the model does not have.</summary>
    public static ArgumentException UnknownLabel(long position, string label, string value, string predicted, IEnumerable<string> classes)
        => new($"Row {position} has the label '{value}' in column '{label}', but '{predicted}' has only the classes {SchemaColumns.Listed(classes)}; drop such rows "
            + "(FilterByCustomPredicate), or use a model that was trained on this class.");

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
