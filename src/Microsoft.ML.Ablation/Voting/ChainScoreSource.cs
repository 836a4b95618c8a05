namespace Microsoft.ML.Ablation.Voting;

/// <summary>Scores of any fitted ML.NET transformers for all masks of a family over rows of numbers.</summary>
/// <param name="votes">The transformers; the source becomes their owner.</param>
/// <param name="encoder">How rows are encoded.</param>
/// <param name="masks">N.</param>
internal sealed class ChainScoreSource(ChainVotes votes, AblationEncoder encoder, int masks) : IMaskScoreSource
{
    private readonly Lock _lock = new();
    private readonly float[] _encoded = new float[encoder.EncodedValues];

    public int ClassCount => votes.ClassCount;

    public float[] Score(ReadOnlyMemory<float> planar)
    {
        lock (_lock)
            return votes.Score(ShownVector.Of(encoder, planar.Span, default, _encoded), masks);
    }

    public void Dispose() => votes.Dispose();
}
