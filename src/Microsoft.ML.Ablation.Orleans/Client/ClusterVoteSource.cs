using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Orleans.Wire;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Voting;

namespace Microsoft.ML.Ablation.Orleans.Client;

/// <summary>Votes that the workers of a cluster count.</summary>
internal sealed class ClusterVoteSource : ClusterSource, IVoteSource
{
    // One is at hand when the other is done.
    private const int RowsPerWorker = 2;

    private readonly int _retained;

    /// <param name="queue">The work of the workers.</param>
    /// <param name="model">The hash of the model.</param>
    /// <param name="input">The shape of its rows, and how they are ablated.</param>
    /// <param name="classCount">Classes of the model.</param>
    public ClusterVoteSource(PieceQueue queue, string model, VoteInput input, int classCount)
        : base(queue, model, input, classCount, RowsPerWorker)
        => _retained = input.RetainedCount!.Value;

    public int SamplesAtOnce => 1;

    public Task<int[][]> CountVotesAsync(ReadOnlyMemory<float> planar, AblationKey key, IReadOnlyList<SampleRange> ranges, Ballot ballot = Ballot.Plurality)
        => Ask(new CountJob(SubjectOf(_retained, ballot), RowKey.Of(key), planar.ToArray(), ranges, ballot.CountLength(ClassCount)));

    public int[][] CountVotes(ReadOnlyMemory<float> planar, AblationKey key, IReadOnlyList<SampleRange> ranges, Ballot ballot = Ballot.Plurality)
        => CountVotesAsync(planar, key, ranges, ballot).GetAwaiter().GetResult();

    public int[] Answer(ReadOnlyMemory<float> planar, AblationKey key, AblationStage stage, ReadOnlyMemory<uint> samples)
        => samples.IsEmpty
            ? []
            : Ask(new AnswerJob(SubjectOf(_retained, Ballot.Plurality), RowKey.Of(key), planar.ToArray(), stage, samples.ToArray())).GetAwaiter().GetResult();
}
