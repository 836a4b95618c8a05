using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Orleans.Wire;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Voting;

namespace Microsoft.ML.Ablation.Orleans.Client;

/// <summary>Votes that the workers of a cluster count.</summary>
/// <param name="queue">The work of the workers.</param>
/// <param name="model">The hash of the model.</param>
/// <param name="input">The shape of its rows, and how they are ablated.</param>
/// <param name="classCount">Classes of the model.</param>
internal sealed class ClusterVoteSource(PieceQueue queue, string model, VoteInput input, int classCount) : IVoteSource
{
    // Two rows for each worker, one of which is at hand when the other is done, and bounded memory, however many workers there are.
    private const int FewestRows = 4, MostRows = 4_096;
    private const long RowMemory = 512L << 20;

    // With room for what else a message holds.
    private const long LargestRow = (MessageLimits.Bytes - (1 << 20)) / sizeof(float);

    private bool _disposed;

    public int ClassCount => classCount;

    public int SamplesAtOnce => 1;

    public int RowsAtOnce
    {
        get
        {
            long bytes = sizeof(float) * input.Dimensions.Aggregate(1L, (product, size) => product * size);
            return (int)Math.Max(1, Math.Min(Math.Clamp(2 * Math.Max(1, queue.Workers.Count) + 2, FewestRows, MostRows), RowMemory / bytes));
        }
    }

    public Task<int[][]> CountVotesAsync(ReadOnlyMemory<float> planar, AblationKey key, IReadOnlyList<SampleRange> ranges, Ballot ballot = Ballot.Plurality)
        => Ask(new CountJob(SubjectOf(ballot), RowKey.Of(key), planar.ToArray(), ranges, ballot.CountLength(classCount)));

    public int[][] CountVotes(ReadOnlyMemory<float> planar, AblationKey key, IReadOnlyList<SampleRange> ranges, Ballot ballot = Ballot.Plurality)
        => CountVotesAsync(planar, key, ranges, ballot).GetAwaiter().GetResult();

    public int[] Answer(ReadOnlyMemory<float> planar, AblationKey key, AblationStage stage, ReadOnlyMemory<uint> samples)
        => samples.IsEmpty
            ? []
            : Ask(new AnswerJob(SubjectOf(Ballot.Plurality), RowKey.Of(key), planar.ToArray(), stage, samples.ToArray())).GetAwaiter().GetResult();

    /// <summary>Ends the open jobs.</summary>
    public void Dispose()
    {
        _disposed = true;
        queue.FailAll(job => job.Owner == this, _ => new OperationCanceledException("The source of votes was disposed."));
    }

    /// <exception cref="ArgumentException">The row is too large for a message.</exception>
    private Task<T> Ask<T>(Job<T> job)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (job.Row.LongLength > LargestRow)
            throw new ArgumentException(FormattableString.Invariant($"A row has {job.Row.LongLength:N0} values, but at most {LargestRow:N0} are sent to workers; count votes in this process."));
        job.Owner = this;
        queue.Add(job);
        return job.Result;
    }

    private VoteSubject SubjectOf(Ballot ballot) => new(model, [.. input.Dimensions], input.RetainedCount!.Value, input.MemoryLimitInMegabytes, ballot);
}
