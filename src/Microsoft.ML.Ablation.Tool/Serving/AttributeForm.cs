using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML.Ablation.Tool.Tables;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Tool.Serving;

/// <summary>An attribute of a table in requests and on the page.</summary>
internal sealed class AttributeForm
{
    private readonly string[] _categories;

    /// <param name="column">The attribute.</param>
    /// <param name="prepared">The schema in which a category has a slot for each of its values.</param>
    public AttributeForm(TableColumn column, DataViewSchema prepared)
    {
        Column = column;
        _categories = column.Role == ColumnRole.Category ? SlotsOf(prepared[column.Name]) : [];
    }

    /// <summary>The attribute.</summary>
    public TableColumn Column { get; }

    /// <summary>A value in words.</summary>
    public string ValueText => Column.IsNumber ? "a number or null" : Column.Role == ColumnRole.Text ? "a text" : "a text or null";

    /// <summary>What the page needs for an input.</summary>
    public JsonObject Describe() => new()
    {
        ["name"] = Column.Name,
        ["role"] = Column.Role.ToString(),
        ["categories"] = new JsonArray([.. _categories.Select(category => (JsonNode?)JsonValue.Create(category))]),
    };

    /// <summary>Its schema, as OpenAPI has it.</summary>
    public JsonObject Schema()
    {
        if (Column.Role == ColumnRole.Text)
            return new JsonObject { ["type"] = "string" };
        JsonObject schema = new() { ["type"] = new JsonArray(Column.IsNumber ? "number" : "string", "null") };
        if (_categories.Length > 0)
            schema["examples"] = new JsonArray([.. _categories.Select(category => (JsonNode?)JsonValue.Create(category))]);
        return schema;
    }

    /// <summary>Reads a value as it would be read in a cell of a table.</summary>
    /// <exception cref="RefusedRequestException">It is none of the attribute's.</exception>
    public object Read(JsonElement value, string place)
    {
        string? cell = value.ValueKind switch
        {
            JsonValueKind.Null when Column.Role != ColumnRole.Text => "",
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Number when Column.Role != ColumnRole.Text => value.GetRawText(),
            _ => null,
        };
        if (cell is not null && !Column.IsNumber)
            return Column.Role == ColumnRole.Text ? cell.AsMemory() : cell.AsMemory().Trim();
        if (cell is not null && TableNumber.IsMissing(cell) && !cell.Trim().Equals("NaN", StringComparison.OrdinalIgnoreCase))
            return float.NaN;
        return cell is not null && TableNumber.TryRead(cell, out float number)
            ? number
            : throw RefusedRequestException.BadRow($"{place}'{Column.Name}' is {Short(value.GetRawText())}; give {ValueText}.");
    }

    /// <summary>A cell of a table as a request has it.</summary>
    public JsonNode? Cell(string cell)
    {
        if (!Column.IsNumber)
            return Column.Role == ColumnRole.Text ? cell : cell.Trim();
        return TableNumber.TryRead(cell, out float number) ? JsonValue.Create(number) : null;
    }

    private static string[] SlotsOf(DataViewSchema.Column column)
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        if (column.HasSlotNames())
            column.GetSlotNames(ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }

    private static string Short(string text) => text.Length <= 40 ? text : $"{text[..40]}…";
}
