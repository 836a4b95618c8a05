using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Tool.Tables;

/// <summary>A column that a model reads, or its label.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Role">What it is to the model.</param>
/// <param name="IsNumber">Whether its values are numbers; else they are texts.</param>
internal sealed record TableColumn(string Name, ColumnRole Role, bool IsNumber)
{
    private const string RoleKind = "TableRole";

    /// <summary>The type of its values.</summary>
    public DataViewType Type => IsNumber ? NumberDataViewType.Single : TextDataViewType.Instance;

    /// <summary>The schema of such columns: what a model's file says of the table that it takes.</summary>
    public static DataViewSchema ToSchema(IEnumerable<TableColumn> columns)
    {
        var schema = new DataViewSchema.Builder();
        foreach (TableColumn column in columns)
        {
            var annotations = new DataViewSchema.Annotations.Builder();
            ReadOnlyMemory<char> role = column.Role.ToString().AsMemory();
            annotations.Add(RoleKind, TextDataViewType.Instance, (ref ReadOnlyMemory<char> value) => value = role);
            schema.AddColumn(column.Name, column.Type, annotations.ToAnnotations());
        }
        return schema.ToSchema();
    }

    /// <summary>The columns of a schema; null where it is not that of a table.</summary>
    public static IReadOnlyList<TableColumn>? From(DataViewSchema? schema)
    {
        TableColumn[] columns = [.. schema?.Select(From).OfType<TableColumn>() ?? []];
        return columns.Length == schema?.Count && columns.Count(column => column.Role == ColumnRole.Label) == 1 ? columns : null;
    }

    private static TableColumn? From(DataViewSchema.Column column)
    {
        if (column.Annotations.Schema.GetColumnOrNull(RoleKind)?.Type is not TextDataViewType || column.Type is not (TextDataViewType or NumberDataViewType))
            return null;
        ReadOnlyMemory<char> role = default;
        column.Annotations.GetValue(RoleKind, ref role);
        return Enum.TryParse(role.ToString(), out ColumnRole known) ? new TableColumn(column.Name, known, column.Type is NumberDataViewType) : null;
    }
}
