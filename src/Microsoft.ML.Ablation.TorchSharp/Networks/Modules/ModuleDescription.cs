namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>Describes the modules that a factory makes for a shape.</summary>
/// <param name="Parameters">Names and shapes of parameters and persistent buffers, ordered by name.</param>
/// <param name="WorkingValues">The most values in memory at once while one image is scored, its input included.</param>
/// <param name="NarrowConvolutions">
/// Names of the strided convolutions whose output is one column wide (<see cref="Convolution.Apply"/>).
/// </param>
internal sealed record ModuleDescription(IReadOnlyList<TensorSpec> Parameters, long WorkingValues,
    IReadOnlySet<string> NarrowConvolutions);
