using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML.Ablation.Images;
using Microsoft.ML.Ablation.Tool.Output;
using Microsoft.ML.Ablation.Tool.Report;
using Microsoft.ML.Data;
using SkiaSharp;

namespace Microsoft.ML.Ablation.Tool.Serving;

/// <summary>A model of images, given by their pixels; where the model reads files, by the content of files too.</summary>
internal sealed class ServedImages : ServedModel
{
    private const int FileEntry = 1;
    private const long MostFilePixels = 64_000_000;

    private readonly ITransformer _model;
    private readonly SmoothedCertifierTransformer _certifier;
    private readonly CertifyingSession _session;
    private readonly VotingScheme _scheme;
    private readonly ServedEntry[] _entries;
    private readonly int _pixelColumn;
    private readonly int? _fileColumn;
    private readonly bool _isOwnInput;
    private readonly PixelForm _form;
    private readonly string[] _classes;
    private readonly ServedUnit _unit;

    /// <param name="model">The model; this owns it.</param>
    /// <param name="schema">What its file says of its input.</param>
    /// <param name="name">Its name, for messages.</param>
    /// <exception cref="InvalidDataException">It is no model of images.</exception>
    public ServedImages(ITransformer model, DataViewSchema? schema, string name)
    {
        SmoothedCertifierTransformer saved = CertificationRun.FindCertifier(model);
        // One thread for each engine, where the base classifier is a chain of transformers. The engines of a network share one source of votes, which uses all cores.
        _certifier = saved.WithOptions(saved.Options with { Threads = 1 });
        _model = CertifierChain.With(model, _certifier);
        ITransformer[] before = [.. CertifierChain.Parts(_model).TakeWhile(part => part != _certifier)];
        if (schema is null)
            throw new InvalidDataException($"'{name}' does not say what it takes; save the model with the schema of its data (ml.Model.Save).");
        var whole = new ServedEntry(schema, before);
        _session = _certifier.Bind(whole.OutputSchema);
        if (_session is not VectorSession vectors || !Layout.HasSides)
            throw new InvalidDataException($"'{name}' takes neither images nor a table that {Tables.TableModel.Maker} was given; the column '{_certifier.FeatureColumnName}' tells no rows and columns.");
        string column = _certifier.FeatureColumnName;
        _fileColumn = before.OfType<LoadImageFilesTransformer>().FirstOrDefault()?.InputColumnName is { } files ? schema[files].Index : null;
        _isOwnInput = _fileColumn is null && schema.GetColumnOrNull(column) is { } own && own.Type.Equals(_session.Binding.FeatureColumn.Type);
        ServedEntry pixels = _isOwnInput ? whole : AtCertifier(before);
        _pixelColumn = pixels.Schema[column].Index;
        _entries = _fileColumn is null ? [pixels] : [pixels, whole];
        _form = new PixelForm(Layout);
        _classes = ClassNames.Of(_session.Binding.PredictedLabel);
        _scheme = VotingScheme.Of(vectors);
        _unit = ServedUnit.Pixels(_scheme.Unit) with { Top = _scheme.Rule == CertificationRule.Top ? _certifier.Options.TopCount : 1 };
    }

    public override string Kind => "image";

    public override ServedQuestion Blank => Question(_form.Black);

    // A file is at most as large as what it would be as numbers, or 8 MB.
    public override int MostRowBytes => ReadsFiles ? Math.Max(_form.MostBytes, 8 << 20) : _form.MostBytes;

    public override string RowText => ReadsFiles ? $"{_form.Text}, or {{\"file\": \"a PNG or JPEG file in base64\"}}" : _form.Text;

    /// <summary>Whether it takes the content of image files too.</summary>
    public bool ReadsFiles => _fileColumn is not null;

    private FeatureLayout Layout => _session.Binding.Encoder.Layout;

    public override ServedQuestion Read(JsonElement row, string place)
    {
        string[] known = ReadsFiles ? ["pixels", "bytes", "file"] : ["pixels", "bytes"];
        JsonProperty[] given = row.ValueKind == JsonValueKind.Object ? [.. row.EnumerateObject()] : [];
        if (given.Length != 1 || !known.Contains(given[0].Name))
        {
            string found = given.Length == 0 ? "neither pixels nor bytes" : string.Join(" and ", given.Select(property => $"'{property.Name}'"));
            throw RefusedRequestException.BadRow($"{place}there is {found}; give {RowText}.");
        }
        return given[0].Name switch
        {
            "pixels" => Question(_form.ReadPixels(given[0].Value, place, RowText)),
            "bytes" => Question(_form.ReadBytes(given[0].Value, place, RowText)),
            _ => FileQuestion(PixelForm.Base64(given[0].Value, $"{place}file", RowText), place),
        };
    }

    public override ServedEngine MakeEngine() => new ClassEngine(_certifier, _entries, _classes, _unit);

    public override JsonObject Describe()
    {
        ImageShape shape = Layout.Shape;
        JsonObject description = new()
        {
            ["kind"] = Kind,
            ["classes"] = new JsonArray([.. _classes.Select(name => (JsonNode?)JsonValue.Create(name))]),
            ["shape"] = new JsonObject { ["channels"] = shape.Channels, ["height"] = shape.Height, ["width"] = shape.Width },
            ["unit"] = new JsonObject { ["one"] = _unit.One, ["many"] = _unit.Many, ["letter"] = _unit.Counted.Letter },
            ["patch"] = _unit.Counted is { IsPatch: true } patch ? new JsonObject { ["height"] = patch.Height, ["width"] = patch.Width } : null,
            ["ablations"] = _scheme.Retained is { } retained ? $"random, {retained} pixels each" : $"fixed masks, {_scheme.Masks}",
            ["isSampled"] = _scheme.Retained is not null,
            ["rule"] = _scheme.RuleAndAlpha,
            ["confidence"] = _scheme.Confidence,
        };
        return description;
    }

    public override JsonObject RowSchema()
    {
        JsonObject[] ways = _form.Schemas();
        JsonObject file = AnswerSchemas.Of(new JsonObject
        {
            ["file"] = new JsonObject { ["type"] = "string", ["contentEncoding"] = "base64", ["description"] = "A PNG or JPEG file." },
        }, "file");
        return new JsonObject { ["oneOf"] = new JsonArray([.. ReadsFiles ? ways.Append(file) : ways]) };
    }

    public override JsonObject AnswerSchema() => AnswerSchemas.OfClasses(_classes, new JsonObject
    {
        ["ablations"] = new JsonObject
        {
            ["type"] = "array",
            ["items"] = AnswerSchemas.Of(new JsonObject
            {
                ["retained"] = new JsonObject { ["type"] = "array", ["items"] = new JsonObject { ["type"] = "integer" }, ["description"] = "The pixels that it shows, row · width + column." },
                ["answer"] = new JsonObject { ["type"] = new JsonArray("string", "null") },
            }, "retained", "answer"),
            ["description"] = "Some ablations with the answers to them, where the request asks for them.",
        },
    });

    /// <summary>The rows of data as examples.</summary>
    /// <exception cref="InvalidDataException">They are no images that the model takes.</exception>
    public ServedExamples ExamplesOf(IDataView rows, string name)
    {
        IDataView input;
        try
        {
            input = _isOwnInput ? rows : CertifierChain.InputOf(_certifier, _model, rows);
            if (input.Schema.GetColumnOrNull(_certifier.FeatureColumnName) is not { } column || !column.Type.Equals(_session.Binding.FeatureColumn.Type))
                throw new ArgumentException($"its images have another shape than the model's {Layout.Shape}");
        }
        catch (ArgumentException exception)
        {
            throw new InvalidDataException($"The images of {name} are none that the model takes: {exception.Message.TrimEnd('.')}; give --data with images like those of its training.", exception);
        }
        return new ServedExamples(name, rows.GetRowCount(), Rows(input));
    }

    public override void Dispose()
    {
        base.Dispose();
        (_model as IDisposable)?.Dispose();
    }

    private IEnumerable<ServedExample> Rows(IDataView input)
    {
        DataViewSchema.Column features = input.Schema[_certifier.FeatureColumnName];
        DataViewSchema.Column? label = input.Schema.GetColumnOrNull("Label");
        NormalizeChannelsTransformer? normalized = _isOwnInput ? null : CertifierChain.Parts(_model).OfType<NormalizeChannelsTransformer>().LastOrDefault();
        using DataViewRowCursor cursor = SingleCursor.Open(input, label is { } known ? [features, known] : [features]);
        ValueGetter<VBuffer<float>> getFeatures = cursor.GetGetter<VBuffer<float>>(features);
        Func<string?> getLabel = LabelReader(cursor, label);
        VBuffer<float> values = default;
        var planar = new float[Layout.Shape.Values];
        for (int number = 0; cursor.MoveNext(); number++)
        {
            getFeatures(ref values);
            Layout.ToPlanar(values, planar);
            yield return new ServedExample(number, getLabel(), PixelForm.ToRow(RowPictures.Restore(planar, Layout.Shape, normalized)));
        }
    }

    private static Func<string?> LabelReader(DataViewRow row, DataViewSchema.Column? label)
    {
        if (label?.Type is TextDataViewType)
        {
            ValueGetter<ReadOnlyMemory<char>> text = row.GetGetter<ReadOnlyMemory<char>>(label.Value);
            return () =>
            {
                ReadOnlyMemory<char> value = default;
                text(ref value);
                return value.ToString();
            };
        }
        if (label?.Type is not KeyDataViewType { RawType: var raw } || raw != typeof(uint))
            return () => null;
        string[] names = ClassNames.Of(label.Value);
        ValueGetter<uint> key = row.GetGetter<uint>(label.Value);
        return () =>
        {
            uint value = 0;
            key(ref value);
            return value == 0 ? null : names[value - 1];
        };
    }

    /// <summary>The way for pixels as the certifier sees them, but for normalisation: what is painted on a picture is then what is certified.</summary>
    private ServedEntry AtCertifier(ITransformer[] before)
    {
        var schema = new DataViewSchema.Builder();
        schema.AddColumn(_certifier.FeatureColumnName, _session.Binding.FeatureColumn.Type);
        return new ServedEntry(schema.ToSchema(), before.OfType<NormalizeChannelsTransformer>());
    }

    private ServedQuestion Question(VBuffer<float> pixels)
    {
        var values = new object?[_entries[0].Schema.Count];
        values[_pixelColumn] = pixels;
        return new ServedQuestion(values);
    }

    private ServedQuestion FileQuestion(byte[] content, string place)
    {
        using SKData data = SKData.CreateCopy(content);
        using var codec = SKCodec.Create(data);
        if (codec is null)
            throw RefusedRequestException.BadRow($"{place}file is no image that can be decoded; give {RowText}.");
        if ((long)codec.Info.Width * codec.Info.Height > MostFilePixels)
        {
            throw RefusedRequestException.BadRow(FormattableString.Invariant($"{place}file has {codec.Info.Width:N0} × {codec.Info.Height:N0} pixels, but at most {MostFilePixels:N0} are read; ")
                + "make it smaller.");
        }
        return new ServedQuestion(new object?[_entries[FileEntry].Schema.Count], FileEntry) { File = (_fileColumn!.Value, content) };
    }
}
