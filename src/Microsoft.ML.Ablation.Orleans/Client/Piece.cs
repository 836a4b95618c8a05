using Microsoft.ML.Ablation.Voting;

namespace Microsoft.ML.Ablation.Orleans.Client;

/// <summary>A part of a job that one worker does.</summary>
/// <param name="Job">The job.</param>
/// <param name="Ranges">What is to be counted, each with the number of the job's range that it belongs to.</param>
internal sealed record Piece(Job Job, IReadOnlyList<(int Index, SampleRange Range)> Ranges)
{
    /// <summary>Samples of all ranges.</summary>
    public int Count { get; } = Ranges.Sum(range => range.Range.Count);

    /// <summary>Whether its votes are in; later ones are ignored.</summary>
    public bool IsDone { get; set; }

    /// <summary>Whether it was given to a second worker already.</summary>
    public bool IsDoubled { get; set; }

    /// <summary>How often a worker failed at it.</summary>
    public int Failures { get; set; }

    /// <summary>The worker that took it last, and when.</summary>
    public WorkerState? Worker { get; set; }

    /// <inheritdoc cref="Worker"/>
    public long Taken { get; set; }

    /// <summary>Whether that worker has to be sent the row.</summary>
    public bool NeedsRow { get; set; }
}
