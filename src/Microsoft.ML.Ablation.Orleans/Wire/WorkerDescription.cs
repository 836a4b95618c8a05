using Orleans;

namespace Microsoft.ML.Ablation.Orleans.Wire;

/// <summary>A worker.</summary>
/// <param name="Version">The version of the library; only votes of the same version are added.</param>
/// <param name="Threads">The threads that it counts with.</param>
/// <param name="Architecture">Its kind of processor.</param>
[GenerateSerializer, Immutable, Alias("ablation.description")]
internal sealed record WorkerDescription(
    [property: Id(0)] string Version,
    [property: Id(1)] int Threads,
    [property: Id(2)] string Architecture);
