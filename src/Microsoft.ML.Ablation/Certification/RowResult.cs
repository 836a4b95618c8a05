namespace Microsoft.ML.Ablation.Certification;

/// <summary>All that is said of one row: the answer of CERTIFY, that of PREDICT where there is no certificate, and the counts that both come from.</summary>
/// <param name="Certified">The answer of CERTIFY.</param>
/// <param name="PredictedClass">The class index, −1 when abstained.</param>
/// <param name="Ballot">What the counts are.</param>
/// <param name="SelectionCounts">What was counted in the first stage; zeros in exact mode and with fixed masks.</param>
/// <param name="EstimationCounts">What was counted in the second stage.</param>
/// <param name="EstimationCount">Ablations of the second stage.</param>
/// <param name="SampleCount">Ablations of both stages.</param>
internal readonly record struct RowResult(CertifiedPrediction Certified, int PredictedClass, Ballot Ballot, int[] SelectionCounts,
    int[] EstimationCounts, int EstimationCount, int SampleCount)
{
    /// <summary>The answers to all masks of a fixed family; null where ablations are random.</summary>
    public MaskAnswers? Answers { get; init; }

    public bool Abstained => PredictedClass == CertifiedPrediction.Abstain;

    /// <summary>What supports each class in the first stage: its votes, under Condorcet its wins in its closest contest.</summary>
    public int[] SelectionVotes() => PerClass(SelectionCounts);

    /// <summary>The same of the second stage.</summary>
    public int[] EstimationVotes() => PerClass(EstimationCounts);

    private int[] PerClass(int[] counts)
    {
        Ballot ballot = Ballot;
        return [.. Enumerable.Range(0, ballot.ClassCount(counts.Length)).Select(i => ballot.SupportOf<int>(counts, i))];
    }
}
