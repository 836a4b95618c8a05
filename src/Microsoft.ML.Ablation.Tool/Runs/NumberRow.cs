namespace Microsoft.ML.Ablation.Tool.Runs;

/// <summary>A row of a table whose number was predicted.</summary>
/// <param name="Row">Its number in the data, from 0.</param>
/// <param name="Key">The key of its ablations, a function of seed and content; with fixed masks of content alone.</param>
/// <param name="Label">The true number.</param>
/// <param name="Attributes">The cells that the model read, in the order of the manifest's.</param>
/// <param name="Outputs">The base regressor's outputs for the ablations, in their order, as <see cref="OutputText"/>.</param>
/// <param name="Seconds">How long it took.</param>
internal sealed record NumberRow(long Row, string Key, float Label, IReadOnlyList<string> Attributes, string Outputs, double Seconds) : IRunRow;
