using System.Runtime.ExceptionServices;
using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Sampling;

namespace Microsoft.ML.Ablation.Voting;

/// <summary>
/// Counts votes over ranges of samples of one row, cut into batches for streams. The index of a sample determines its slot,
/// whatever range it belongs to, so that its arithmetic does not depend on how the work is cut.
/// </summary>
internal sealed class VoteJob : IScoringJob
{
    private readonly Lock _adding = new();
    private readonly VoteBatch[] _batches;
    private readonly int _classCount;
    private int _taken = -1;

    /// <param name="row">The row.</param>
    /// <param name="key">The key of the row's ablations.</param>
    /// <param name="ranges">The samples to count.</param>
    /// <param name="batchSize">Samples per batch.</param>
    /// <param name="classCount">Number of classes.</param>
    /// <param name="ballot">What to count.</param>
    /// <param name="before">The left-over batch of an earlier job on the same row, if any.</param>
    public VoteJob(EncodedRow row, AblationKey key, IReadOnlyList<SampleRange> ranges, int batchSize, int classCount, Ballot ballot,
        AnsweredBatch? before)
    {
        Row = row;
        Key = key;
        Ballot = ballot;
        _classCount = classCount;
        Votes = [.. ranges.Select(_ => new int[ballot.CountLength(classCount)])];
        var batches = new List<VoteBatch>();
        foreach (VoteBatch batch in ranges.SelectMany((range, index) => Cut(range, index, (uint)batchSize)))
        {
            if (before is not null && before.Covers(key, batch))
                Add(batch, before.Scores);
            else
                batches.Add(batch);
        }
        _batches = [.. batches];
        LeftOver ??= before?.Key == key ? before : null;
    }

    /// <summary>
    /// The scores of a batch that was only partly counted, for a plan that asks for more votes of the row.
    /// </summary>
    public AnsweredBatch? LeftOver { get; private set; }

    public EncodedRow Row { get; }

    public AblationKey Key { get; }

    public Ballot Ballot { get; }

    /// <summary>The counts of each range.</summary>
    public int[][] Votes { get; }

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

    /// <summary>The batches that the network has to score.</summary>
    public IReadOnlyList<VoteBatch> Batches => _batches;

    public VoteBatch? Next()
    {
        int index = Interlocked.Increment(ref _taken);
        return index < _batches.Length ? _batches[index] : null;
    }

    /// <summary>Counts the votes of a batch, and keeps the scores of slots that are not needed yet.</summary>
    public void Add(VoteBatch batch, ReadOnlySpan<float> scores)
    {
        int[] votes = Votes[batch.Range];
        lock (_adding)
        {
            for (int slot = batch.Start; slot < batch.End; slot++)
                Ballot.Add(scores.Slice(slot * _classCount, _classCount), votes);
            Keep(batch, scores);
        }
    }

    /// <summary>Adds counts from elsewhere to those of a range.</summary>
    public void Add(int range, ReadOnlySpan<long> counts)
    {
        for (int i = 0; i < counts.Length; i++)
            Votes[range][i] += (int)counts[i];
    }

    /// <summary>
    /// Keeps the scores of a batch if some of its slots are not needed yet. A plan continues with the later stage.
    /// </summary>
    public void Keep(VoteBatch batch, ReadOnlySpan<float> scores)
    {
        if (batch.End * _classCount < scores.Length && (LeftOver is null || batch.Stage >= LeftOver.Stage))
            LeftOver = new AnsweredBatch(Key, batch.Stage, batch.First, scores.ToArray());
    }
}
