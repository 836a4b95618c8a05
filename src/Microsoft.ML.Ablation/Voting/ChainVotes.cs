using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Sampling;

namespace Microsoft.ML.Ablation.Voting;

/// <summary>Votes of any fitted ML.NET transformers: ablations go through them row by row, in as many threads as allowed.</summary>
/// <param name="threads">The transformers; this becomes their owner.</param>
internal sealed class ChainVotes(ChainThreads<ChainScorer> threads) : IDisposable
{
    /// <inheritdoc cref="IVoteSource.ClassCount"/>
    public int ClassCount => threads.First.ClassCount;

    /// <inheritdoc cref="IVoteSource.SamplesAtOnce"/>
    public int SamplesAtOnce => threads.PieceSize(0) * threads.Count;

    /// <summary>Counts the answers of each range. One call at a time.</summary>
    /// <param name="row">The row.</param>
    /// <param name="ranges">The samples to draw.</param>
    /// <param name="ballot">What to count.</param>
    public int[][] Count(ShownRow row, IReadOnlyList<SampleRange> ranges, Ballot ballot)
    {
        int[][] counts = [.. ranges.Select(_ => new int[ballot.CountLength(ClassCount)])];
        threads.Show(row);
        int size = threads.PieceSize(ranges.Sum(range => (long)range.Count));
        (int Range, uint First, int Count)[] pieces =
        [
            .. ranges.SelectMany((range, index) => Enumerable.Range(0, (range.Count + size - 1) / size)
                .Select(i => (index, range.First + (uint)(i * size), Math.Min(size, range.Count - i * size)))),
        ];
        threads.Run(pieces.Length, ranges[0], (scorer, index) =>
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
        return counts;
    }

    /// <summary>The answers to single samples. One call at a time.</summary>
    /// <param name="row">The row.</param>
    /// <param name="stage">The stage of the samples.</param>
    /// <param name="samples">Their indices.</param>
    public int[] Answer(ShownRow row, AblationStage stage, ReadOnlyMemory<uint> samples)
    {
        var answers = new int[samples.Length];
        threads.Show(row);
        int size = threads.PieceSize(samples.Length);
        threads.Run((samples.Length + size - 1) / size, new SampleRange(stage, samples.Span[0], 1), (scorer, index) =>
        {
            for (int i = index * size; i < Math.Min((index + 1) * size, answers.Length); i++)
                answers[i] = scorer.ClassOf(stage, samples.Span[i]);
        });
        return answers;
    }

    /// <summary>The scores of some masks, one after the other. One call at a time.</summary>
    /// <param name="row">The row.</param>
    /// <param name="masks">The masks.</param>
    public float[] Score(ShownRow row, int masks)
    {
        // Masks are so few that waking a thread has to be worth it.
        int classes = ClassCount, size = Math.Max(threads.PieceSize(0), (masks + threads.Count - 1) / threads.Count);
        var scores = new float[masks * classes];
        threads.Show(row);
        threads.Run((masks + size - 1) / size, new SampleRange(AblationStage.Exact, 0, masks), (scorer, piece) =>
        {
            for (int mask = piece * size; mask < Math.Min((piece + 1) * size, masks); mask++)
                scorer.Score(AblationStage.Exact, (uint)mask, scores.AsSpan(mask * classes, classes));
        });
        return scores;
    }

    public void Dispose() => threads.Dispose();
}
