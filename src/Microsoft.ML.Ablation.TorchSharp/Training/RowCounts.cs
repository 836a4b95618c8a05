namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>The numbers of rows of a training set.</summary>
/// <param name="All">All rows.</param>
/// <param name="Training">Rows trained on.</param>
/// <param name="HeldOut">Rows held out for validation.</param>
/// <param name="MissingLabel">Rows skipped because they have no label.</param>
internal sealed record RowCounts(long All, long Training, long HeldOut, long MissingLabel);
