using Orleans;

namespace Microsoft.ML.Ablation.Orleans.Wire;

/// <summary>The outcome of a piece.</summary>
internal enum PieceState
{
    /// <summary>It was counted.</summary>
    Counted,

    /// <summary>The worker does not have the row (any more); send it.</summary>
    RowNeeded,

    /// <summary>The worker's queue is full; try again later.</summary>
    Busy,

    /// <summary>The worker is not (or no longer) ready for the model; open it.</summary>
    NotOpen,

    /// <summary>It failed.</summary>
    Failed,
}

/// <summary>The answer to a piece.</summary>
/// <param name="State">Its outcome.</param>
/// <param name="Counts">Per range what was counted, or the class of every single sample; null where masks are fixed.</param>
/// <param name="Seconds">How long it was counted, without the time in the queue.</param>
/// <param name="Reason">Why it failed.</param>
/// <param name="Scores">The scores of all masks, where masks are fixed: the one of class j for mask n at n·c + j.</param>
[GenerateSerializer, Immutable, Alias("ablation.answer")]
internal sealed record PieceAnswer(
    [property: Id(0)] PieceState State,
    [property: Id(1)] int[][]? Counts = null,
    [property: Id(2)] double Seconds = 0,
    [property: Id(3)] string? Reason = null,
    [property: Id(4)] float[]? Scores = null);
