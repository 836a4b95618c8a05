using System.Runtime.ExceptionServices;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Voting;

namespace Microsoft.ML.Ablation.TorchSharp.Voting;

/// <summary>
/// The samples of one row, cut into batches that streams take one after the other. A sample has its slot by its index,
/// whatever range it was asked for in, so that its arithmetic does not depend on how the work was cut.
/// </summary>
internal sealed class VoteJob
{
    private readonly VoteBatch[] _batches;
    private int _taken = -1;

    public VoteJob(EncodedRow row, AblationKey key, IReadOnlyList<SampleRange> ranges, int batchSize, int classCount)
    {
        Row = row;
        Key = key;
        _batches = [.. ranges.SelectMany((range, index) => Cut(range, index, (uint)batchSize))];
        Votes = [.. ranges.Select(_ => new int[classCount])];
    }

    public EncodedRow Row { get; }

    public AblationKey Key { get; }

    /// <summary>Per range the count of each class.</summary>
    public int[][] Votes { get; }

    /// <summary>What a stream failed with.</summary>
    public ExceptionDispatchInfo? Failure { get; set; }

    private static IEnumerable<VoteBatch> Cut(SampleRange range, int index, uint batchSize)
    {
        uint end = checked(range.First + (uint)range.Count);
        for (uint first = range.First / batchSize * batchSize; first < end; first += batchSize)
        {
            int start = (int)(Math.Max(first, range.First) - first);
            yield return new VoteBatch(index, range.Stage, first, start, (int)Math.Min(batchSize, end - first));
        }
    }

    /// <summary>The next batch that nobody has taken; null when all are.</summary>
    public VoteBatch? Next()
    {
        int index = Interlocked.Increment(ref _taken);
        return index < _batches.Length ? _batches[index] : null;
    }

    /// <summary>Counts the answers of a batch's slots.</summary>
    public void Add(VoteBatch batch, ReadOnlySpan<long> classes)
    {
        int[] votes = Votes[batch.Range];
        foreach (long answer in classes[batch.Start..batch.End])
            Interlocked.Increment(ref votes[answer]);
    }
}
