using System.Text.Json.Serialization;

namespace Microsoft.ML.Ablation.Tool.Runs;

/// <summary>A row that random ablations voted on.</summary>
/// <param name="Row">Its number in the data, from 0.</param>
/// <param name="Key">The key of its ablations, a function of seed and content.</param>
/// <param name="Label">Its true class.</param>
/// <param name="File">The image file that it comes from, if any.</param>
/// <param name="Selection">What was counted in the first stage, as <see cref="CountPairs"/>.</param>
/// <param name="Estimation">What was counted in the second stage, as <see cref="CountPairs"/>.</param>
/// <param name="Seconds">How long it took.</param>
internal sealed record SampledRow(long Row, string Key, string Label, string? File,
    [property: JsonPropertyOrder(2)] int[] Selection,
    [property: JsonPropertyOrder(2)] int[] Estimation, double Seconds) : RunRow(Row, Key, Label, File, Seconds);
