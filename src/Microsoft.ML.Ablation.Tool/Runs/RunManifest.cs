using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Microsoft.ML.Ablation.Certification;

namespace Microsoft.ML.Ablation.Tool.Runs;

/// <summary>What decides the votes of a run, and what was claimed from them when it was made. How rows were voted on tells which kind it is.</summary>
[JsonConverter(typeof(KindConverter<RunManifest>))]
internal abstract record RunManifest : IRunManifest, IKind
{
    public static int CurrentFormat => 3;

    public static string Verb => "certify";

    /// <summary>Manifests with words are those of texts, others with masks those of fixed ones.</summary>
    public static Type KindOf(JsonElement json) => IKind.Has(json, nameof(WordManifest.Words)) ? typeof(WordManifest)
        : IKind.Has(json, nameof(MaskManifest.Masks)) ? typeof(MaskManifest) : typeof(SampledManifest);

    /// <summary>Until format 1 a seed was always a number, until format 2 ablations were always random.</summary>
    public static void Upgrade(JsonObject manifest)
    {
    }

    [JsonPropertyOrder(1)]
    public int Format { get; init; } = CurrentFormat;

    /// <summary>SHA-256 of the model file.</summary>
    [JsonPropertyOrder(1)]
    public required string Model { get; init; }

    /// <summary>The name of the data.</summary>
    [JsonPropertyOrder(1)]
    public required string Data { get; init; }

    [JsonPropertyOrder(1)]
    public required long FirstRow { get; init; }

    [JsonPropertyOrder(1)]
    public required IReadOnlyList<string> Classes { get; init; }

    [JsonPropertyOrder(1)]
    public required int Positions { get; init; }

    [JsonPropertyOrder(3)]
    public required string Encoding { get; init; }

    [JsonPropertyOrder(5)]
    public required string Rule { get; init; }

    [JsonPropertyOrder(7)]
    public required int TopCount { get; init; }

    /// <summary>Where the rows are from a table; else null.</summary>
    [JsonPropertyOrder(7)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RunTable? Table { get; init; }

    [JsonPropertyOrder(8)]
    public RunMachine Machine { get; init; } = RunMachine.ThisOne();

    /// <summary>The description of a run of a certifier.</summary>
    public static RunManifest Of(CertifyingSession session, string modelHash, string data, long firstRow, IReadOnlyList<string> classes) => session switch
    {
        SampledSession sampled => SampledManifest.Of(sampled, modelHash, data, firstRow, classes),
        FamilySession masks => MaskManifest.Of(masks, modelHash, data, firstRow, classes),
        WordSession words => WordManifest.Of(words, modelHash, data, firstRow, classes),
        _ => throw new NotSupportedException($"{session.GetType().Name} votes in a way that runs do not know."),
    };

    /// <summary>The rule of the run.</summary>
    /// <exception cref="InvalidDataException">This version does not know it.</exception>
    public CertificationRule KnownRule() => Known<CertificationRule>(Rule, "rule");

    /// <summary>Certifies the run's rows, of which this and no other claims are made.</summary>
    /// <exception cref="InvalidDataException">The manifest names what this version does not know.</exception>
    /// <exception cref="ArgumentException">The run did not keep what the claims need, or one is out of its range.</exception>
    public abstract RunCertifier MakeCertifier(RunClaims claims);

    /// <summary>The model's certifier as the run had it, so that it votes on the same.</summary>
    public abstract SmoothedCertifierTransformer Restore(SmoothedCertifierTransformer certifier);

    /// <summary>The manifest for readers.</summary>
    public virtual JsonObject ToSettings() => RunJson.ToNode(this);

    /// <summary>What is kept of a row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="result">All that is said of it.</param>
    /// <param name="seconds">How long it took.</param>
    public abstract RunRow Record(RunRowName row, RowResult result, double seconds);

    /// <summary>Whether a row's ablations get the answers that the run has.</summary>
    /// <param name="cursor">The row.</param>
    /// <param name="row">What the run has of it.</param>
    /// <exception cref="InvalidDataException">The row is inconsistent.</exception>
    public abstract bool IsSame(CertifiedCursor cursor, RunRow row);

    /// <summary>The value of a name.</summary>
    /// <exception cref="InvalidDataException">This version does not know it.</exception>
    protected static T Known<T>(string name, string what)
        where T : struct, Enum => Enum.TryParse(name, out T value) && Enum.IsDefined(value)
        ? value
        : throw new InvalidDataException($"The run has the {what} '{name}', which this version does not know.");

    /// <summary>A row as a run of this kind keeps it.</summary>
    /// <exception cref="InvalidDataException">It was voted on in another way.</exception>
    public static T RowOf<T>(RunRow row)
        where T : RunRow => row as T ?? throw new InvalidDataException($"Row {row.Row} was not voted on as the manifest says.");
}
