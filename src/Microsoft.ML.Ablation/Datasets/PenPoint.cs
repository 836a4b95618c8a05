namespace Microsoft.ML.Ablation.Datasets;

/// <summary>A point that the pen passes; <see cref="X"/> to the right, <see cref="Y"/> downwards.</summary>
internal readonly record struct PenPoint(double X, double Y);
