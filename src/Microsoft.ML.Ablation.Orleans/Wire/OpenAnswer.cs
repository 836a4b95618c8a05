using Orleans;

namespace Microsoft.ML.Ablation.Orleans.Wire;

/// <summary>Whether a worker can count votes of a model.</summary>
internal enum OpenState
{
    /// <summary>It can.</summary>
    Ready,

    /// <summary>It does not have the model's file, and takes it from the client.</summary>
    SendModel,

    /// <summary>It cannot.</summary>
    Refused,
}

/// <summary>The answer to a request to open a model.</summary>
/// <param name="State">Whether it is ready.</param>
/// <param name="Reason">Why it is refused.</param>
/// <param name="SamplesAtOnce">Samples that the worker scores at once; pieces are multiples of it. Where masks are fixed, their number.</param>
[GenerateSerializer, Immutable, Alias("ablation.open")]
internal sealed record OpenAnswer(
    [property: Id(0)] OpenState State,
    [property: Id(1)] string? Reason = null,
    [property: Id(2)] int SamplesAtOnce = 0);
