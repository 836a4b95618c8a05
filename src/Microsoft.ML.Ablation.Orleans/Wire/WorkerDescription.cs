using Orleans;

namespace Microsoft.ML.Ablation.Orleans.Wire;

/// <summary>What a worker is.</summary>
/// <param name="Version">The version of the library; votes are compared only within one.</param>
/// <param name="Threads">The threads that it counts with.</param>
/// <param name="Architecture">Its kind of processor.</param>
[GenerateSerializer, Immutable, Alias("ablation.description")]
internal sealed record WorkerDescription(
    [property: Id(0)] string Version,
    [property: Id(1)] int Threads,
    [property: Id(2)] string Architecture);
