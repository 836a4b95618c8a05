using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Sampling;

namespace Microsoft.ML.Ablation.Voting;

/// <summary>Votes of any fitted ML.NET transformers over ablations of rows of numbers.</summary>
/// <param name="votes">The transformers; the source becomes their owner.</param>
/// <param name="encoder">How rows are encoded.</param>
internal sealed class ChainVoteSource(ChainVotes votes, AblationEncoder encoder) : IVoteSource
{
    private readonly Lock _lock = new();
    private readonly float[] _encoded = new float[encoder.EncodedValues];

    public int ClassCount => votes.ClassCount;

    public int SamplesAtOnce => votes.SamplesAtOnce;

    public int[][] CountVotes(ReadOnlyMemory<float> planar, AblationKey key, IReadOnlyList<SampleRange> ranges, Ballot ballot = Ballot.Plurality)
    {
        lock (_lock)
            return votes.Count(ShownVector.Of(encoder, planar.Span, key, _encoded), ranges, ballot);
    }

    public int[] Answer(ReadOnlyMemory<float> planar, AblationKey key, AblationStage stage, ReadOnlyMemory<uint> samples)
    {
        lock (_lock)
            return votes.Answer(ShownVector.Of(encoder, planar.Span, key, _encoded), stage, samples);
    }

    public void Dispose() => votes.Dispose();
}
