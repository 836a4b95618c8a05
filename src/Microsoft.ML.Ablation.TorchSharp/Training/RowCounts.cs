namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>How many rows a training set has.</summary>
/// <param name="All">All rows.</param>
/// <param name="Training">Rows trained on.</param>
/// <param name="HeldOut">Rows held out for validation.</param>
/// <param name="MissingLabel">Rows left out because they have no label.</param>
internal sealed record RowCounts(long All, long Training, long HeldOut, long MissingLabel);
