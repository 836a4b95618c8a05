namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>What was found out about the modules that a factory makes for a shape.</summary>
/// <param name="Parameters">Names and shapes of parameters and persistent buffers, ordered by name.</param>
/// <param name="WorkingValues">The most values in memory at once while one image is scored, its input included.</param>
internal sealed record ModuleDescription(IReadOnlyList<TensorSpec> Parameters, long WorkingValues);
