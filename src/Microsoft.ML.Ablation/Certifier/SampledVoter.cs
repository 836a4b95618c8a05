using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Voting;

namespace Microsoft.ML.Ablation;

/// <summary>The votes of random ablations.</summary>
/// <param name="session">The certifier on the rows' schema.</param>
/// <param name="votes">Who counts; the voter disposes it.</param>
internal sealed class SampledVoter(SampledSession session, VoteLease<IVoteSource> votes) : RowVoter
{
    public IVoteSource Source => votes.Source;

    public override int RowsAtOnce => votes.Source.RowsAtOnce;

    public override Task<RowResult> CertifyAsync(ReadOnlyMemory<float> planar, AblationKey key) => session.CertifyAsync(votes.Source, planar, key);

    /// <summary>The first ablations of the second stage.</summary>
    public override IReadOnlyList<AblationAnswer> Answers(ReadOnlyMemory<float> planar, AblationKey key, int count)
    {
        var sampler = new SubsetSampler(session.Mathematics.D, session.Mathematics.K);
        return
        [
            .. Enumerable.Range(0, count).Select(i => new AblationAnswer(
                sampler.Sample(key, AblationStage.Estimation, (uint)i).ToArray(),
                Array.IndexOf(votes.Source.CountVotes(planar, key, [new SampleRange(AblationStage.Estimation, (uint)i, 1)])[0], 1))),
        ];
    }

    public override void Dispose() => votes.Dispose();
}
