using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML.Ablation.Tool.Tables;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Tool.Serving;

/// <summary>A model of tables: a row is an object with a value for each attribute, by its name.</summary>
internal sealed class ServedTable : ServedModel
{
    private const int MostTextBytes = 1 << 20, MostCellBytes = 4_096;

    private readonly TableModel _model;
    private readonly ServedEntry _entry;
    private readonly AttributeForm[] _attributes;
    private readonly Dictionary<string, int> _places;
    private readonly string[] _classes;
    private readonly ServedUnit _unit;

    /// <param name="model">The model; this owns it.</param>
    public ServedTable(TableModel model)
    {
        // One thread for each engine: as many rows are certified at once as there are engines.
        _model = model.Regressor is { } regressor
            ? model.With(regressor.WithOptions(regressor.Options with { Threads = 1 }))
            : model.With(model.Certifier!.WithOptions(model.Certifier.Options with { Threads = 1 }));
        ITransformer[] parts = [.. CertifierChain.Parts(_model.Chain)];
        var schema = TableColumn.ToSchema(_model.Columns);
        _entry = new ServedEntry(schema, _model.Regressor is null ? parts[..^1] : parts);
        _attributes = [.. _model.Columns.Where(column => column.Role != ColumnRole.Label).Select(column => new AttributeForm(column, _entry.OutputSchema))];
        _places = _model.Columns.Select((column, i) => (column.Name, i)).ToDictionary(StringComparer.Ordinal);
        _classes = _model.Certifier is { } certifier ? ClassNames.Of(certifier.Bind(_entry.OutputSchema).Binding.PredictedLabel) : [];
        _unit = UnitOf(_model) with { Top = _model.Certifier?.Options is { Rule: CertificationRule.Top, TopCount: var top } ? top : 1 };
    }

    public override string Kind => _model.Kind == TableTaskKind.Text ? "text" : "table";

    public override ServedQuestion Blank => new([.. _model.Columns.Select(column => column.IsNumber ? float.NaN : (object)"".AsMemory())]);

    public override int MostRowBytes => _attributes.Sum(attribute => attribute.Column.Role == ColumnRole.Text ? MostTextBytes : MostCellBytes);

    public override string RowText => _attributes.Length <= 4
        ? $"{{{string.Join(", ", _attributes.Select(attribute => $"\"{attribute.Column.Name}\": {attribute.ValueText}"))}}}"
        : FormattableString.Invariant($"an object with a value for each of the {_attributes.Length} attributes, such as {{\"{_attributes[0].Column.Name}\": {_attributes[0].ValueText}, …}}; null is a missing value");

    private bool IsFixed => _model.IsFixed;

    public override ServedQuestion Read(JsonElement row, string place)
    {
        if (row.ValueKind != JsonValueKind.Object)
            throw RefusedRequestException.BadRow($"{place}the row is no object; give {RowText}.");
        var values = new object?[_model.Columns.Count];
        foreach (JsonProperty property in row.EnumerateObject())
        {
            // A label that is known does no harm.
            if (property.Name == _model.Label.Name)
                continue;
            if (_attributes.FirstOrDefault(attribute => attribute.Column.Name == property.Name) is not { } attribute)
                throw RefusedRequestException.BadRow($"{place}the model has no attribute '{property.Name}'; give {RowText}.");
            values[_places[property.Name]] = attribute.Read(property.Value, place);
        }
        if (_attributes.FirstOrDefault(attribute => values[_places[attribute.Column.Name]] is null) is { } lacking)
            throw RefusedRequestException.BadRow($"{place}the row has no '{lacking.Column.Name}'; give {RowText}.");
        return new ServedQuestion(values);
    }

    public override ServedEngine MakeEngine() => _model.Regressor is { } regressor
        ? new NumberEngine(regressor, _entry)
        : new ClassEngine(_model.Certifier!, [_entry], _classes, _unit);

    public override JsonObject Describe() => new()
    {
        ["kind"] = Kind,
        ["task"] = _model.Kind.ToString(),
        ["label"] = _model.Label.Name,
        ["classes"] = new JsonArray([.. _classes.Select(name => (JsonNode?)JsonValue.Create(name))]),
        ["attributes"] = new JsonArray([.. _attributes.Select(attribute => attribute.Describe())]),
        ["unit"] = new JsonObject { ["one"] = _unit.One, ["many"] = _unit.Many, ["letter"] = _unit.Counted.Letter },
        ["ablations"] = IsFixed ? "fixed masks" : "random",
        ["isSampled"] = !IsFixed,
        ["confidence"] = IsFixed ? "Certificates hold without chance: each of the fixed masks was asked once."
            : FormattableString.Invariant($"Each certificate is wrong with a probability of at most {Alpha}, over the random ablations."),
    };

    public override JsonObject RowSchema()
        => AnswerSchemas.Of(new JsonObject(_attributes.Select(attribute => KeyValuePair.Create(attribute.Column.Name, (JsonNode?)attribute.Schema()))),
            [.. _attributes.Select(attribute => attribute.Column.Name)]);

    public override JsonObject AnswerSchema()
    {
        if (_model.Regressor is not null)
            return AnswerSchemas.OfNumbers();
        JsonObject more = [];
        if (_model.Kind == TableTaskKind.Text)
        {
            more["words"] = new JsonObject
            {
                ["type"] = "array",
                ["items"] = new JsonObject { ["type"] = "string" },
                ["description"] = "The words of the text, which a certificate counts.",
            };
        }
        return AnswerSchemas.OfClasses(_classes, more);
    }

    /// <summary>The rows of a table as examples.</summary>
    /// <exception cref="InvalidDataException">It lacks a column, or a cell is no number.</exception>
    public ServedExamples ExamplesOf(DelimitedTable table)
    {
        // Reads all cells, so that a bad one is named now.
        _ = new TableView(table.With([.. table.Rows.Take(ServedExamples.Most)]), _model.Columns);
        int label = table.IndexOf(_model.Label.Name);
        return new ServedExamples(Path.GetFileName(table.Path), table.Rows.Count, table.Rows.Select(row => new ServedExample(row.Number, label < 0 ? null : row.Cells[label],
            new JsonObject(_attributes.Select(attribute => KeyValuePair.Create(attribute.Column.Name, attribute.Cell(row.Cells[table.IndexOf(attribute.Column.Name)])))))));
    }

    public override void Dispose()
    {
        base.Dispose();
        _model.Dispose();
    }

    private double Alpha => _model.Regressor?.Options.Alpha ?? _model.Certifier!.Options.Alpha;

    private static ServedUnit UnitOf(TableModel model) => model.Kind != TableTaskKind.Text ? ServedUnit.Attributes
        : model.IsByWord ? ServedUnit.WordEdits
        : ServedUnit.Words;
}
