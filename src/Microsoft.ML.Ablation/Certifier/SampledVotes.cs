using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Voting;

namespace Microsoft.ML.Ablation;

/// <summary>Votes of random ablations, drawn as the plan asks for them, or all counted where there are few.</summary>
internal sealed class SampledVotes
{
    private readonly SmoothedCertifierOptions _options;

    /// <param name="mathematics">From counts to certificates.</param>
    /// <param name="options">The certifier's options.</param>
    public SampledVotes(VoteCertifier mathematics, SmoothedCertifierOptions options)
    {
        Mathematics = mathematics;
        _options = options;
        Ballot = VoteRule.Of(options.Rule).Ballot;
        int budget = options.ExactBudget ?? (int)Math.Min(100_000_000L, (long)options.Plan.SelectionCount + options.Plan.EstimationCount);
        ExactCount = budget > 0 && SubsetEnumerator.TryCount(mathematics.D, mathematics.K, budget, out long count) ? (int)count : null;
    }

    /// <summary>From counts to certificates.</summary>
    public VoteCertifier Mathematics { get; }

    /// <summary>What is counted.</summary>
    public Ballot Ballot { get; }

    /// <summary>How many ablations there are, when they are few enough to classify all; null when votes are sampled.</summary>
    public int? ExactCount { get; }

    /// <summary>Draws the votes of one row, and certifies.</summary>
    /// <param name="count">Counts the votes of the row for ranges of samples.</param>
    /// <param name="samplesAtOnce">How many samples keep everything busy that counts.</param>
    /// <exception cref="OperationCanceledException">The token of the options was cancelled.</exception>
    public Task<RowResult> CertifyAsync(Func<IReadOnlyList<SampleRange>, Ballot, Task<int[][]>> count, int samplesAtOnce)
    {
        var votes = new VotePieces(ranges => count(ranges, Ballot), samplesAtOnce, _options);
        return ExactCount is { } all ? CertifyExactlyAsync(votes, all) : CertifyFromSamplesAsync(votes);
    }

    /// <summary>Whether a row's votes are as many as certificates are made of.</summary>
    public bool IsLook(RowResult row) => ExactCount is { } all ? row.EstimationCount == all : Mathematics.Plan.Looks.Contains(row.EstimationCount);

    /// <summary>The certificate that counts of the second stage, or of all ablations, give a class.</summary>
    public CertifiedPrediction CertificateOf(int fixedClass, int[] counts)
    {
        if (ExactCount is not { } all)
            return Mathematics.Certify(fixedClass, counts);
        CertificationOptions claimed = Mathematics.Options;
        int radius = ExactCertificate.Radius(fixedClass, Array.ConvertAll(counts, Convert.ToInt64), Mathematics.D, Mathematics.K, claimed.Rule, claimed.TopCount);
        return new CertifiedPrediction(fixedClass, (double)Ballot.SupportOf<int>(counts, fixedClass) / all, radius);
    }

    private async Task<RowResult> CertifyExactlyAsync(VotePieces votes, int all)
    {
        (int[][] counts, bool areComplete) = await votes.CountAsync([new SampleRange(AblationStage.Exact, 0, all)]).ConfigureAwait(false);
        return areComplete ? Mathematics.ConcludeExactly(counts[0]) : Unfinished(new int[counts[0].Length], counts[0], votes);
    }

    private async Task<RowResult> CertifyFromSamplesAsync(VotePieces votes)
    {
        SamplingPlan plan = Mathematics.Plan;
        (int[][] counts, bool areComplete) = await votes.CountAsync(
        [
            new SampleRange(AblationStage.Selection, 0, plan.SelectionCount),
            new SampleRange(AblationStage.Estimation, 0, plan.Looks[0]),
        ]).ConfigureAwait(false);
        int[] selection = counts[0], estimation = counts[1];
        if (!areComplete)
            return Unfinished(selection, estimation, votes);
        SamplingDecision decision = Mathematics.Decide(selection, estimation);
        for (int drawn = plan.Looks[0]; !decision.IsFinal; drawn = decision.NextCount, decision = Mathematics.Decide(selection, estimation))
        {
            (int[][] fresh, areComplete) = await votes.CountAsync([new SampleRange(AblationStage.Estimation, (uint)drawn, decision.NextCount - drawn)]).ConfigureAwait(false);
            // The certificates of all looks hold together, so that the last one reached holds, whatever ended the row. Votes since then belong to no look.
            if (!areComplete)
                break;
            for (int i = 0; i < estimation.Length; i++)
                estimation[i] += fresh[0][i];
        }
        return Mathematics.Conclude(decision.Prediction, selection, estimation) with { SampleCount = votes.Counted };
    }

    /// <summary>A row whose time was over before the first look: the votes so far, from which nothing follows.</summary>
    private RowResult Unfinished(int[] selection, int[] estimation, VotePieces votes)
    {
        int estimated = DrawnOf(estimation);
        var nothing = new CertifiedPrediction(Ballot.Select<int>(estimated > 0 ? estimation : selection), LowerBound: 0, Radius: -1);
        return new RowResult(nothing, CertifiedPrediction.Abstain, Ballot, selection, estimation, estimated, votes.Counted);
    }

    /// <summary>How many ablations were counted.</summary>
    private int DrawnOf(int[] counts) => Ballot == Ballot.Plurality ? counts.Sum() : counts[0];
}
