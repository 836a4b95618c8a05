using Orleans;

namespace Microsoft.ML.Ablation.Orleans.Wire;

/// <summary>A part of a model's file.</summary>
/// <param name="Model">SHA-256 of the whole file.</param>
/// <param name="Transfer">Which transfer it belongs to: two clients may send the same file at once.</param>
/// <param name="Length">Bytes of the whole file.</param>
/// <param name="Offset">The place of the part.</param>
/// <param name="Content">The part.</param>
[GenerateSerializer, Immutable, Alias("ablation.part")]
internal sealed record ModelPart(
    [property: Id(0)] string Model,
    [property: Id(1)] Guid Transfer,
    [property: Id(2)] long Length,
    [property: Id(3)] long Offset,
    [property: Id(4)] byte[] Content);

/// <summary>The outcome of a part.</summary>
/// <param name="Refusal">Why the transfer ended; null when the part was taken.</param>
[GenerateSerializer, Immutable, Alias("ablation.put")]
internal sealed record PutAnswer([property: Id(0)] string? Refusal);
