namespace Microsoft.ML.Ablation.Tool.Runs;

/// <summary>The table that a run's rows are from.</summary>
/// <param name="Label">The column that is predicted.</param>
/// <param name="Attributes">The columns that the model reads.</param>
internal sealed record RunTable(string Label, IReadOnlyList<string> Attributes);
