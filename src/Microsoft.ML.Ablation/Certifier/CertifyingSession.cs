using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Voting;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Ablation;

/// <summary>
/// A certifier on data of one schema, bound once: how rows are read, who counts their votes, and what follows from the counts. It is immutable, and all cursors over such
/// data share it.
/// </summary>
internal sealed class CertifyingSession
{
    private readonly IHost _host;
    private readonly VoteEngine _engine;
    private readonly Ballot _ballot;

    public CertifyingSession(IHost host, SmoothedCertifierOptions options, BaseClassifierBinding binding, VoteCertifier mathematics, AblationSeed seed, VoteEngine engine)
    {
        _host = host;
        _engine = engine;
        _ballot = VoteRule.Of(options.Rule).Ballot;
        (Options, Binding, Mathematics, Seed) = (options, binding, mathematics, seed);
        int budget = options.ExactBudget ?? (int)Math.Min(100_000_000L, (long)options.Plan.SelectionCount + options.Plan.EstimationCount);
        ExactCount = budget > 0 && SubsetEnumerator.TryCount(mathematics.D, mathematics.K, budget, out long count) ? (int)count : null;
    }

    /// <summary>The certifier's options.</summary>
    public SmoothedCertifierOptions Options { get; }

    /// <summary>The base classifier on such data.</summary>
    public BaseClassifierBinding Binding { get; }

    /// <summary>From counts to certificates.</summary>
    public VoteCertifier Mathematics { get; }

    /// <summary>The seed that votes are drawn with.</summary>
    public AblationSeed Seed { get; }

    /// <summary>How many ablations there are, when they are few enough to classify all; null when votes are sampled.</summary>
    public int? ExactCount { get; }

    /// <summary>The votes of a cursor's rows; the cursor disposes them.</summary>
    /// <exception cref="ObjectDisposedException">The certifier was disposed.</exception>
    public VoteLease OpenVotes(DataViewRow input) => _engine.Open(Binding, input);

    /// <inheritdoc cref="VoteEngine.Release"/>
    public void ReleaseVotes() => _engine.Release();

    /// <exception cref="OperationCanceledException">The context or the token of the options was cancelled.</exception>
    public void CheckAlive()
    {
        Options.CancellationToken.ThrowIfCancellationRequested();
        _host.CheckAlive();
    }

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
}
