using System.Text.Json.Nodes;
using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Tool.Serving;

/// <summary>Certified classes for rows that come by one of some entries.</summary>
internal sealed class ClassEngine : ServedEngine
{
    /// <summary>Ablations that tell which positions matter, where there are more.</summary>
    private const int ExplainingAblations = 500;

    /// <summary>The most positions that an explanation names.</summary>
    private const int MostPositions = 100;

    private readonly SmoothedCertifierTransformer _certifier;
    private readonly IReadOnlyList<ServedEntry> _entries;
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
        (_certifier, _entries, _classes, _unit) = (certifier, entries, classes, unit);
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

    public override JsonObject Explain(ServedQuestion question, CancellationToken cancellation) => WithFile(question, values =>
    {
        CertificateExplanation explanation = _certifier.Explain(_entries[question.Entry].Transform(values), ExplainingAblations, cancellation);
        return new JsonObject
        {
            ["text"] = explanation.ToString(),
            ["explained"] = explanation.Explained.Name,
            ["competitor"] = explanation.Competitor.Name,
            ["positions"] = new JsonArray([.. explanation.MostImportant(MostPositions).Select(position => (JsonNode)new JsonObject
            {
                ["position"] = position.Position,
                ["name"] = position.Name,
                ["importance"] = position.Importance,
                ["standardError"] = position.StandardError,
            })]),
        };
    });

    public override void Dispose()
    {
        Array.ForEach(_ways, way => way.Dispose());
        if (_upload.IsValueCreated)
            _upload.Value.Dispose();
    }

    private RowResult Certify(Way way, ServedQuestion question) => WithFile(question, values =>
    {
        way.Row.Take(values);
        return way.Certified.Current;
    });

    /// <summary>Does something with the values of a question, of which a file is written to where the model reads it.</summary>
    /// <exception cref="RefusedRequestException">The file is no image.</exception>
    private T WithFile<T>(ServedQuestion question, Func<IReadOnlyList<object?>, T> work)
    {
        if (question.File is not var (column, content))
            return work(question.Values);
        string path = _upload.Value.Write(content);
        object?[] values = [.. question.Values];
        values[column] = path.AsMemory();
        try
        {
            return work(values);
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
