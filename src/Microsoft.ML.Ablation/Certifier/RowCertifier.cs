using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Voting;

namespace Microsoft.ML.Ablation;

/// <summary>Draws the votes of rows as the plan asks for them, and certifies.</summary>
/// <param name="certifier">The plan and the mathematics.</param>
/// <param name="votes">Who counts.</param>
/// <param name="exactCount">How many ablations there are, where all are classified; null where votes are sampled.</param>
internal sealed class RowCertifier(VoteCertifier certifier, IVoteSource votes, int? exactCount)
{
    private readonly Ballot _ballot = Ballots.BallotOf(certifier.Options.Rule);

    /// <summary>The certified answer for one row. May be called from several threads.</summary>
    /// <param name="planar">The row's values in channel-major order; not to be changed until the answer is there.</param>
    /// <param name="key">The key of the row's ablations.</param>
    public Task<RowResult> CertifyAsync(ReadOnlyMemory<float> planar, AblationKey key)
        => exactCount is { } count ? CertifyExactlyAsync(planar, key, count) : CertifyFromSamplesAsync(planar, key);

    private async Task<RowResult> CertifyExactlyAsync(ReadOnlyMemory<float> planar, AblationKey key, int count)
    {
        int[][] counts = await votes.CountVotesAsync(planar, key, [new SampleRange(AblationStage.Exact, 0, count)], _ballot).ConfigureAwait(false);
        return RowResult.FromAll(certifier, counts[0]);
    }

    private async Task<RowResult> CertifyFromSamplesAsync(ReadOnlyMemory<float> planar, AblationKey key)
    {
        SamplingPlan plan = certifier.Plan;
        int[][] counts = await votes.CountVotesAsync(planar, key,
        [
            new SampleRange(AblationStage.Selection, 0, plan.SelectionCount),
            new SampleRange(AblationStage.Estimation, 0, plan.Looks[0]),
        ], _ballot).ConfigureAwait(false);
        int[] selection = counts[0], estimation = counts[1];
        SamplingDecision decision = certifier.Decide(selection, estimation);
        for (int drawn = plan.Looks[0]; !decision.IsFinal; drawn = decision.NextCount, decision = certifier.Decide(selection, estimation))
        {
            var more = new SampleRange(AblationStage.Estimation, (uint)drawn, decision.NextCount - drawn);
            int[] fresh = (await votes.CountVotesAsync(planar, key, [more], _ballot).ConfigureAwait(false))[0];
            for (int i = 0; i < fresh.Length; i++)
                estimation[i] += fresh[i];
        }
        return RowResult.From(certifier, decision.Prediction, selection, estimation);
    }
}
