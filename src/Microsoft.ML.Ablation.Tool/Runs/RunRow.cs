using System.Text.Json;
using System.Text.Json.Serialization;

namespace Microsoft.ML.Ablation.Tool.Runs;

/// <summary>One finished row of a run.</summary>
/// <param name="Row">Its number in the data, from 0.</param>
/// <param name="Key">The key of its ablations, a function of seed and content; with fixed masks of content alone.</param>
/// <param name="Label">Its true class.</param>
/// <param name="File">The image file that it comes from, if any.</param>
/// <param name="Seconds">How long it took.</param>
[JsonConverter(typeof(KindConverter<RunRow>))]
internal abstract record RunRow(
    [property: JsonPropertyOrder(1)] long Row,
    [property: JsonPropertyOrder(1)] string Key,
    [property: JsonPropertyOrder(1)] string Label,
    [property: JsonPropertyOrder(1)] string? File,
    [property: JsonPropertyOrder(3)] double Seconds) : IRunRow, IKind
{
    /// <summary>Rows with answers are those of fixed masks.</summary>
    public static Type KindOf(JsonElement json) => IKind.Has(json, nameof(MaskRow.Answers)) ? typeof(MaskRow) : typeof(SampledRow);

    /// <summary>Of a text: how many words it has, of one without words 1; else null.</summary>
    [JsonPropertyOrder(1)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Words { get; init; }

    /// <summary>Of a row of a table: the cells that the model read, in the order of the manifest's; else null.</summary>
    [JsonPropertyOrder(3)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Attributes { get; init; }

    /// <summary>What is thrown where a run is resumed with other data.</summary>
    public static InvalidDataException IsAnother(long row) => new(FormattableString.Invariant($"Row {row} is not the one that the run certified: its content or its label has changed. ")
        + "Give the data that the run began with, or another folder.");
}
