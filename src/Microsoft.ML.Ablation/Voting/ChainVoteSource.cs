using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Sampling;

namespace Microsoft.ML.Ablation.Voting;

/// <summary>Votes of any fitted ML.NET transformers: ablations go through them row by row, in as many threads as allowed.</summary>
/// <param name="threads">The transformers; the source becomes their owner.</param>
internal sealed class ChainVoteSource(ChainThreads<ChainScorer> threads) : IVoteSource
{
    private readonly Lock _lock = new();

    public int ClassCount => threads.First.ClassCount;

    public int SamplesAtOnce => threads.PieceSize(0) * threads.Count;

    public int[][] CountVotes(ReadOnlyMemory<float> planar, AblationKey key, IReadOnlyList<SampleRange> ranges, Ballot ballot = Ballot.Plurality)
    {
        int[][] counts = [.. ranges.Select(_ => new int[ballot.CountLength(ClassCount)])];
        lock (_lock)
        {
            threads.Show(planar.Span, key);
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
        }
        return counts;
    }

    public int[] Answer(ReadOnlyMemory<float> planar, AblationKey key, AblationStage stage, ReadOnlyMemory<uint> samples)
    {
        var answers = new int[samples.Length];
        lock (_lock)
        {
            threads.Show(planar.Span, key);
            int size = threads.PieceSize(samples.Length);
            threads.Run((samples.Length + size - 1) / size, new SampleRange(stage, samples.Span[0], 1), (scorer, index) =>
            {
                for (int i = index * size; i < Math.Min((index + 1) * size, answers.Length); i++)
                    answers[i] = scorer.ClassOf(stage, samples.Span[i]);
            });
        }
        return answers;
    }

    public void Dispose() => threads.Dispose();
}
