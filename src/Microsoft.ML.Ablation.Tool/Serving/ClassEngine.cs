using System.Text.Json.Nodes;
using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Tool.Serving;

/// <summary>Certified classes for rows that come by one of some entries.</summary>
internal sealed class ClassEngine : ServedEngine
{
    private readonly Way[] _ways;
    private readonly IReadOnlyList<string> _classes;
    private readonly ServedUnit _unit;
    private readonly Lazy<UploadedFile> _upload = new(() => new UploadedFile());

    /// <param name="certifier">The certifier.</param>
    /// <param name="entries">The ways into it.</param>
    /// <param name="classes">The names of the classes.</param>
    /// <param name="unit">What radii count.</param>
    public ClassEngine(SmoothedCertifierTransformer certifier, IReadOnlyList<ServedEntry> entries, IReadOnlyList<string> classes, ServedUnit unit)
    {
        _ways = [.. entries.Select(entry => Way.Open(certifier, entry))];
        (_classes, _unit) = (classes, unit);
    }

    public override JsonObject Ask(ServedQuestion question, int ablations)
    {
        Way way = _ways[question.Entry];
        RowResult result = Certify(way, question);
        int radius = result.Certified.Radius;
        JsonObject answer = new()
        {
            ["predictedLabel"] = result.Abstained ? null : _classes[result.PredictedClass],
            ["abstained"] = result.Abstained,
            ["certifiedRadius"] = radius < 0 ? null : radius,
            ["certain"] = _unit.Certain(radius, result.Abstained),
            ["votes"] = new JsonObject(_classes.Zip(result.EstimationVotes(), (name, votes) => KeyValuePair.Create(name, (JsonNode?)JsonValue.Create(votes)))),
            ["voteCount"] = result.EstimationCount,
            ["sampleCount"] = result.SampleCount,
        };
        if (way.Session is WordSession words)
            answer["words"] = Json(words.Tokenizer.Split(((ReadOnlyMemory<char>)question.Values[words.Binding.FeatureColumn.Index]!).Span));
        if (ablations > 0 && way.Certified is RowCursor row)
            answer["ablations"] = new JsonArray([.. Spread(row, result, ablations).Select(Show)]);
        return answer;
    }

    public override void Dispose()
    {
        Array.ForEach(_ways, way => way.Dispose());
        if (_upload.IsValueCreated)
            _upload.Value.Dispose();
    }

    private RowResult Certify(Way way, ServedQuestion question)
    {
        if (question.File is not var (column, content))
        {
            way.Row.Take(question.Values);
            return way.Certified.Current;
        }
        object?[] values = [.. question.Values];
        string path = _upload.Value.Write(content);
        values[column] = path.AsMemory();
        way.Row.Take(values);
        try
        {
            return way.Certified.Current;
        }
        catch (InvalidDataException exception)
        {
            throw RefusedRequestException.BadRow(exception.Message.Replace($"'{path}'", "The uploaded file", StringComparison.Ordinal).Replace(path, "The uploaded file", StringComparison.Ordinal));
        }
    }

    /// <summary>Some of the row's random ablations, or of its masks: all over the family, because neighbours show nearly the same.</summary>
    private static IEnumerable<AblationAnswer> Spread(RowCursor row, RowResult result, int count)
    {
        int voting = result.Answers?.Count ?? count, shown = Math.Min(count, voting);
        IReadOnlyList<AblationAnswer> answers = row.Answers(voting);
        return Enumerable.Range(0, shown).Select(i => answers[(int)((long)i * voting / shown)]);
    }

    private JsonNode Show(AblationAnswer ablation) => new JsonObject
    {
        ["retained"] = Json(ablation.Retained),
        ["answer"] = ablation.Class < 0 ? null : _classes[ablation.Class],
    };

    private static JsonArray Json<T>(IEnumerable<T> values) => new([.. values.Select(value => (JsonNode?)JsonValue.Create(value))]);

    /// <summary>An entry that is open.</summary>
    private sealed record Way(ServedRow Row, DataViewRow Mapped, CertifyingSession Session, CertifiedRow Certified) : IDisposable
    {
        public static Way Open(SmoothedCertifierTransformer certifier, ServedEntry entry)
        {
            var row = new ServedRow(entry.Schema);
            CertifyingSession session = certifier.Bind(entry.OutputSchema);
            DataViewRow mapped = entry.Map(row, session.Binding.Dependencies().Select(index => entry.OutputSchema[index]));
            return new Way(row, mapped, session, session.OpenRow(mapped, view: null));
        }

        public void Dispose()
        {
            Certified.Dispose();
            Mapped.Dispose();
            Row.Dispose();
        }
    }
}
