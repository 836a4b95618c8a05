using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Orleans.Wire;
using Microsoft.ML.Ablation.Voting;

namespace Microsoft.ML.Ablation.Orleans.Client;

/// <summary>Rows that the workers of a cluster are asked about.</summary>
/// <param name="queue">The work of the workers.</param>
/// <param name="model">The hash of the model.</param>
/// <param name="input">The shape of the rows, and how they are ablated.</param>
/// <param name="classCount">Classes of the model.</param>
/// <param name="rowsPerWorker">How many rows keep a worker busy.</param>
internal abstract class ClusterSource(PieceQueue queue, string model, VoteInput input, int classCount, int rowsPerWorker) : IDisposable
{
    // Two more rows are at hand when others are done, and memory is bounded, however many workers there are.
    private const int FewestRows = 4, MostRows = 4_096;
    private const long RowMemory = 512L << 20;

    // With room for what else a message holds.
    private const long MostNumbers = (MessageLimits.Bytes - (1 << 20)) / sizeof(float);

    private bool _disposed;

    public int ClassCount => classCount;

    public int RowsAtOnce
    {
        get
        {
            long bytes = sizeof(float) * input.Dimensions.Aggregate(1L, (product, size) => product * size);
            return (int)Math.Max(1, Math.Min(Math.Clamp(rowsPerWorker * Math.Max(1, queue.Workers.Count) + 2, FewestRows, MostRows), RowMemory / bytes));
        }
    }

    /// <summary>Ends the open jobs.</summary>
    public void Dispose()
    {
        _disposed = true;
        queue.FailAll(job => job.Owner == this, _ => new OperationCanceledException("The source of votes was disposed."));
    }

    /// <summary>What workers open for such rows.</summary>
    /// <param name="retained">k; 0 for the masks of the model.</param>
    /// <param name="ballot">What is counted.</param>
    protected VoteSubject SubjectOf(int retained, Ballot ballot) => new(model, [.. input.Dimensions], retained, input.MemoryLimitInMegabytes, ballot);

    /// <exception cref="ArgumentException">The row is too large for a message.</exception>
    protected Task<T> Ask<T>(Job<T> job)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        RequireMessage("A row has", "values", job.Row.LongLength);
        job.Owner = this;
        queue.Add(job);
        return job.Result;
    }

    /// <exception cref="ArgumentException">So many numbers are too many for a message.</exception>
    protected static void RequireMessage(string what, string noun, long count)
    {
        if (count > MostNumbers)
            throw new ArgumentException(FormattableString.Invariant($"{what} {count:N0} {noun}, but a message to or from workers has at most {MostNumbers:N0}; count votes in this process."));
    }
}
