namespace Microsoft.ML.Ablation.Tool.Runs;

/// <summary>A rectangle of pixels.</summary>
/// <param name="Height">Its rows.</param>
/// <param name="Width">Its columns.</param>
internal sealed record PatchSize(int Height, int Width);
