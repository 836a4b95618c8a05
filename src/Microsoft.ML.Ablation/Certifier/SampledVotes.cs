using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Voting;

namespace Microsoft.ML.Ablation;

/// <summary>Votes of random ablations, drawn as the plan asks for them, or all counted where there are few.</summary>
internal sealed class SampledVotes
{
    private readonly Ballot _ballot;

    /// <param name="mathematics">From counts to certificates.</param>
    /// <param name="options">The certifier's options.</param>
    public SampledVotes(VoteCertifier mathematics, SmoothedCertifierOptions options)
    {
        Mathematics = mathematics;
        _ballot = VoteRule.Of(options.Rule).Ballot;
        int budget = options.ExactBudget ?? (int)Math.Min(100_000_000L, (long)options.Plan.SelectionCount + options.Plan.EstimationCount);
        ExactCount = budget > 0 && SubsetEnumerator.TryCount(mathematics.D, mathematics.K, budget, out long count) ? (int)count : null;
    }

    /// <summary>From counts to certificates.</summary>
    public VoteCertifier Mathematics { get; }

    /// <summary>How many ablations there are, when they are few enough to classify all; null when votes are sampled.</summary>
    public int? ExactCount { get; }

    /// <summary>Draws the votes of one row, and certifies.</summary>
    /// <param name="count">Counts the votes of the row for ranges of samples.</param>
    public Task<RowResult> CertifyAsync(Func<IReadOnlyList<SampleRange>, Ballot, Task<int[][]>> count)
        => ExactCount is { } all ? CertifyExactlyAsync(count, all) : CertifyFromSamplesAsync(count);

    private async Task<RowResult> CertifyExactlyAsync(Func<IReadOnlyList<SampleRange>, Ballot, Task<int[][]>> count, int all)
    {
        int[][] counts = await count([new SampleRange(AblationStage.Exact, 0, all)], _ballot).ConfigureAwait(false);
        return Mathematics.ConcludeExactly(counts[0]);
    }

    private async Task<RowResult> CertifyFromSamplesAsync(Func<IReadOnlyList<SampleRange>, Ballot, Task<int[][]>> count)
    {
        SamplingPlan plan = Mathematics.Plan;
        int[][] counts = await count(
        [
            new SampleRange(AblationStage.Selection, 0, plan.SelectionCount),
            new SampleRange(AblationStage.Estimation, 0, plan.Looks[0]),
        ], _ballot).ConfigureAwait(false);
        int[] selection = counts[0], estimation = counts[1];
        SamplingDecision decision = Mathematics.Decide(selection, estimation);
        for (int drawn = plan.Looks[0]; !decision.IsFinal; drawn = decision.NextCount, decision = Mathematics.Decide(selection, estimation))
        {
            var more = new SampleRange(AblationStage.Estimation, (uint)drawn, decision.NextCount - drawn);
            int[] fresh = (await count([more], _ballot).ConfigureAwait(false))[0];
            for (int i = 0; i < fresh.Length; i++)
                estimation[i] += fresh[i];
        }
        return Mathematics.Conclude(decision.Prediction, selection, estimation);
    }
}
