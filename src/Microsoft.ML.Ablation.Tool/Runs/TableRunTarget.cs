namespace Microsoft.ML.Ablation.Tool.Runs;

/// <summary>The folder that keeps the finished rows of a table, and what they are of.</summary>
/// <param name="Directory">The folder.</param>
/// <param name="ModelHash">SHA-256 of the model file.</param>
/// <param name="Data">The name of the rows.</param>
/// <param name="FirstRow">The number of the first row in the data.</param>
internal sealed record TableRunTarget(string Directory, string ModelHash, string Data, long FirstRow);
