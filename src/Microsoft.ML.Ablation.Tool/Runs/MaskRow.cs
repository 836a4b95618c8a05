using System.Text.Json.Serialization;

namespace Microsoft.ML.Ablation.Tool.Runs;

/// <summary>A row that the masks of a fixed family voted on.</summary>
/// <param name="Row">Its number in the data, from 0.</param>
/// <param name="Key">A hash of its content.</param>
/// <param name="Label">Its true class.</param>
/// <param name="File">The image file that it comes from, if any.</param>
/// <param name="Answers">The answers to the masks, as <see cref="AnswerText"/>.</param>
/// <param name="Seconds">How long it took.</param>
internal sealed record MaskRow(long Row, string Key, string Label, string? File,
    [property: JsonPropertyOrder(2)] string Answers, double Seconds) : RunRow(Row, Key, Label, File, Seconds);
