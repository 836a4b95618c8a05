using System.Runtime.ExceptionServices;
using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Voting;

/// <summary>Votes of any fitted ML.NET transformers: ablations go through them row by row, in as many threads as allowed.</summary>
internal sealed class ChainVoteSource : IVoteSource
{
    // So few that threads end together, so many that what is between them does not count.
    private const int LargestPiece = 256;
    private const int SmallestPiece = 16;

    private readonly Lock _lock = new();
    private readonly ChainPlan _plan;
    private readonly RowCopy _columns;
    private readonly AblationEncoder _encoder;
    private readonly ChainScorer[] _scorers;
    private readonly float[] _encoded;
    private bool _isChecked;

    /// <param name="plan">The transformers.</param>
    /// <param name="row">The row, of which columns beside the ablated one are read; null where the transformers read no others.</param>
    /// <param name="encoder">How rows are encoded.</param>
    /// <param name="retainedCount">The number k of retained positions.</param>
    /// <param name="threads">The most threads.</param>
    public ChainVoteSource(ChainPlan plan, DataViewRow? row, AblationEncoder encoder, int retainedCount, int threads)
    {
        _plan = plan;
        _columns = new RowCopy(row, plan.OtherColumns());
        _encoder = encoder;
        _encoded = new float[encoder.EncodedValues];
        _scorers = [.. Enumerable.Range(0, threads).Select(_ => new ChainScorer(plan, _columns, encoder, retainedCount))];
    }

    public int ClassCount => ClassColumn.CountOf(_plan.Answer.Type);

    public int SamplesAtOnce => SmallestPiece * _scorers.Length;

    public int[][] CountVotes(ReadOnlyMemory<float> planar, AblationKey key, IReadOnlyList<SampleRange> ranges, Ballot ballot = Ballot.Plurality)
    {
        int[][] counts = [.. ranges.Select(_ => new int[ballot.CountLength(ClassCount)])];
        lock (_lock)
        {
            Show(planar.Span, key);
            int size = PieceSize(ranges.Sum(range => (long)range.Count));
            (int Range, uint First, int Count)[] pieces =
            [
                .. ranges.SelectMany((range, index) => Enumerable.Range(0, (range.Count + size - 1) / size)
                    .Select(i => (index, range.First + (uint)(i * size), Math.Min(size, range.Count - i * size)))),
            ];
            if (pieces.Length > 1 && !_isChecked)
            {
                _isChecked = true;
                ScorerCheck.Require(_scorers, ranges[0]);
            }
            Run(pieces.Length, (scorer, index) =>
            {
                (int range, uint first, int count) = pieces[index];
                var fresh = new int[counts[range].Length];
                for (uint i = 0; i < count; i++)
                    scorer.Count(ranges[range].Stage, first + i, ballot, fresh);
                lock (counts)
                {
                    for (int i = 0; i < fresh.Length; i++)
                        counts[range][i] += fresh[i];
                }
            });
        }
        return counts;
    }

    public int[] Answer(ReadOnlyMemory<float> planar, AblationKey key, AblationStage stage, ReadOnlyMemory<uint> samples)
    {
        var answers = new int[samples.Length];
        lock (_lock)
        {
            Show(planar.Span, key);
            int size = PieceSize(samples.Length);
            Run((samples.Length + size - 1) / size, (scorer, index) =>
            {
                for (int i = index * size; i < Math.Min((index + 1) * size, answers.Length); i++)
                    answers[i] = scorer.ClassOf(stage, samples.Span[i]);
            });
        }
        return answers;
    }

    private void Show(ReadOnlySpan<float> planar, AblationKey key)
    {
        _columns.Refresh();
        _encoder.EncodeAll(planar, _encoded);
        foreach (ChainScorer scorer in _scorers)
            scorer.Show(_encoded, key);
    }

    private int PieceSize(long samples) => (int)Math.Clamp(samples / (4 * _scorers.Length), SmallestPiece, LargestPiece);

    /// <summary>Does all pieces, each by one of the scorers.</summary>
    private void Run(int pieces, Action<ChainScorer, int> work)
    {
        int threads = Math.Min(_scorers.Length, pieces);
        if (threads <= 1)
        {
            for (int i = 0; i < pieces; i++)
                work(_scorers[0], i);
            return;
        }
        int next = -1;
        try
        {
            Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, thread =>
            {
                for (int i = Interlocked.Increment(ref next); i < pieces; i = Interlocked.Increment(ref next))
                    work(_scorers[thread], i);
            });
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
    }

    public void Dispose() => Array.ForEach(_scorers, scorer => scorer.Dispose());
}
