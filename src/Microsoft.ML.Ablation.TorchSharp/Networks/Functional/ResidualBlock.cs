namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>A block of a residual network: relu(path(x) + shortcut(x)), with ReLU between the convolutions of the path.</summary>
/// <param name="Path">The convolutions, in order.</param>
/// <param name="Shortcut">The projection beside them; null if x itself is added.</param>
internal sealed record ResidualBlock(IReadOnlyList<ResidualConvolution> Path, ResidualConvolution? Shortcut);
