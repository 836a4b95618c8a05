using Microsoft.ML.Ablation.Sampling;

namespace Microsoft.ML.Ablation.Voting;

/// <summary>Scores of any fitted ML.NET transformers for all masks of a family, in as many threads as allowed.</summary>
/// <param name="threads">The transformers; the source becomes their owner.</param>
/// <param name="masks">N.</param>
internal sealed class ChainScoreSource(ChainThreads<ChainScorer> threads, int masks) : IMaskScoreSource
{
    // Masks are so few that waking a thread has to be worth it.
    private const int SmallestPiece = 16;

    private readonly Lock _lock = new();

    public int ClassCount => threads.First.ClassCount;

    public float[] Score(ReadOnlyMemory<float> planar)
    {
        int classes = ClassCount, size = Math.Max(SmallestPiece, (masks + threads.Count - 1) / threads.Count);
        var scores = new float[masks * classes];
        lock (_lock)
        {
            threads.Show(planar.Span, default);
            threads.Run((masks + size - 1) / size, new SampleRange(AblationStage.Exact, 0, masks), (scorer, piece) =>
            {
                for (int mask = piece * size; mask < Math.Min((piece + 1) * size, masks); mask++)
                    scorer.Score(AblationStage.Exact, (uint)mask, scores.AsSpan(mask * classes, classes));
            });
        }
        return scores;
    }

    public void Dispose() => threads.Dispose();
}
