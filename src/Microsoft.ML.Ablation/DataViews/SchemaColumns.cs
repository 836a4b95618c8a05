using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation;

/// <summary>Looks up columns, with errors that name the role, what was looked for and what is there.</summary>
internal static class SchemaColumns
{
    /// <exception cref="ArgumentOutOfRangeException">There is no such column.</exception>
    public static DataViewSchema.Column Find(DataViewSchema schema, string role, string name)
        => schema.GetColumnOrNull(name) ?? throw new ArgumentOutOfRangeException(nameof(schema),
            $"There is no {role} column '{name}'; the data has {Listed(schema.Where(c => !c.IsHidden).Select(c => c.Name))}.");

    /// <exception cref="ArgumentOutOfRangeException">There is no such column.</exception>
    public static SchemaShape.Column Find(SchemaShape schema, string role, string name)
        => schema.TryFindColumn(name, out SchemaShape.Column column)
            ? column
            : throw new ArgumentOutOfRangeException(nameof(schema),
                $"There is no {role} column '{name}'; the data has {Listed(schema.Select(c => c.Name))}.");

    /// <summary>The shape of a schema, as estimators see it.</summary>
    public static SchemaShape ShapeOf(DataViewSchema schema) => SchemaShape.Create(schema);

    /// <exception cref="ArgumentOutOfRangeException">The column is not a vector of Single of known size.</exception>
    public static void CheckFeatures(SchemaShape.Column column)
    {
        if (column.Kind != SchemaShape.Column.VectorKind.Vector || column.ItemType != NumberDataViewType.Single)
        {
            throw new ArgumentOutOfRangeException(nameof(column), $"Column '{column.Name}' has type {column.GetTypeString()}, but a "
                + "vector of Single of known size is needed; combine numeric columns with Concatenate.");
        }
    }

    /// <summary>Names of columns or classes, for messages.</summary>
    public static string Listed(IEnumerable<string> names)
    {
        const int most = 100;
        string[] all = [.. names.Select(name => $"'{name}'")];
        string list = string.Join(", ", all.Take(most));
        return all.Length == 0 ? "no columns" : all.Length > most ? $"{list} and {all.Length - most} more" : list;
    }
}
