using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Voting;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Ablation;

/// <summary>A session with random ablations: votes are sampled as the plan asks, or all counted where there are few.</summary>
internal sealed class SampledSession : CertifyingSession
{
    private readonly int _retained;
    private readonly Ballot _ballot;

    public SampledSession(IHost host, SmoothedCertifierOptions options, BaseClassifierBinding binding, VoteCertifier mathematics, AblationSeed seed, VoteEngine engine)
        : base(host, options, binding, seed, engine)
    {
        Mathematics = mathematics;
        _retained = mathematics.K;
        _ballot = VoteRule.Of(options.Rule).Ballot;
        int budget = options.ExactBudget ?? (int)Math.Min(100_000_000L, (long)options.Plan.SelectionCount + options.Plan.EstimationCount);
        ExactCount = budget > 0 && SubsetEnumerator.TryCount(mathematics.D, mathematics.K, budget, out long count) ? (int)count : null;
    }

    /// <summary>From counts to certificates.</summary>
    public VoteCertifier Mathematics { get; }

    /// <summary>How many ablations there are, when they are few enough to classify all; null when votes are sampled.</summary>
    public int? ExactCount { get; }

    /// <summary>The votes of a cursor's rows; the cursor disposes them.</summary>
    /// <exception cref="ObjectDisposedException">The certifier was disposed.</exception>
    public VoteLease<IVoteSource> OpenVotes(DataViewRow input) => Engine.Open(Binding, input, new VoteSourceMaker(_retained));

    public override RowVoter Open(DataViewRow input) => new SampledVoter(this, OpenVotes(input));

    /// <summary>Draws the votes of one row as the plan asks for them, and certifies. May be called from several threads.</summary>
    /// <param name="votes">Who counts.</param>
    /// <param name="planar">The row's values in channel-major order; not to be changed until the answer is there.</param>
    /// <param name="key">The key of the row's ablations.</param>
    public Task<RowResult> CertifyAsync(IVoteSource votes, ReadOnlyMemory<float> planar, AblationKey key)
        => ExactCount is { } all ? CertifyExactlyAsync(votes, planar, key, all) : CertifyFromSamplesAsync(votes, planar, key);

    private async Task<RowResult> CertifyExactlyAsync(IVoteSource votes, ReadOnlyMemory<float> planar, AblationKey key, int all)
    {
        int[][] counts = await votes.CountVotesAsync(planar, key, [new SampleRange(AblationStage.Exact, 0, all)], _ballot).ConfigureAwait(false);
        return Mathematics.ConcludeExactly(counts[0]);
    }

    private async Task<RowResult> CertifyFromSamplesAsync(IVoteSource votes, ReadOnlyMemory<float> planar, AblationKey key)
    {
        SamplingPlan plan = Mathematics.Plan;
        int[][] counts = await votes.CountVotesAsync(planar, key,
        [
            new SampleRange(AblationStage.Selection, 0, plan.SelectionCount),
            new SampleRange(AblationStage.Estimation, 0, plan.Looks[0]),
        ], _ballot).ConfigureAwait(false);
        int[] selection = counts[0], estimation = counts[1];
        SamplingDecision decision = Mathematics.Decide(selection, estimation);
        for (int drawn = plan.Looks[0]; !decision.IsFinal; drawn = decision.NextCount, decision = Mathematics.Decide(selection, estimation))
        {
            var more = new SampleRange(AblationStage.Estimation, (uint)drawn, decision.NextCount - drawn);
            int[] fresh = (await votes.CountVotesAsync(planar, key, [more], _ballot).ConfigureAwait(false))[0];
            for (int i = 0; i < fresh.Length; i++)
                estimation[i] += fresh[i];
        }
        return Mathematics.Conclude(decision.Prediction, selection, estimation);
    }

    public override void LogReach(IChannel channel)
    {
        int classes = Binding.ClassCount;
        if (ExactCount is { } all)
        {
            channel.Info($"Exact mode: d = {Mathematics.D} and k = {Mathematics.K} have only {all} ablations, and each is classified once.");
            return;
        }
        int reachable = Mathematics.LargestReachableRadius(classes);
        if (reachable < 0)
        {
            channel.Warning(FormattableString.Invariant($"{Mathematics.Plan.EstimationCount} votes certify nothing at alpha {Mathematics.Options.Alpha}, whatever they are; at least ")
                + $"{Mathematics.SmallestUsefulCount(classes)} are needed.");
            return;
        }
        channel.Info($"With d = {Mathematics.D} and k = {Mathematics.K} no radius exceeds {Mathematics.LargestCertifiableRadius}, and with this plan {reachable}.");
    }
}
