namespace Microsoft.ML.Ablation.Certification;

/// <summary>All that is said of one row: the answer of CERTIFY, that of PREDICT where there is no certificate, and the counts that both come from.</summary>
/// <param name="Certified">The answer of CERTIFY.</param>
/// <param name="PredictedClass">The class index, −1 when abstained.</param>
/// <param name="Ballot">What the counts are.</param>
/// <param name="SelectionCounts">What was counted in the first stage; zeros in exact mode.</param>
/// <param name="EstimationCounts">What was counted in the second stage.</param>
/// <param name="EstimationCount">Ablations of the second stage.</param>
/// <param name="SampleCount">Ablations of both stages.</param>
internal readonly record struct RowResult(CertifiedPrediction Certified, int PredictedClass, Ballot Ballot, int[] SelectionCounts,
    int[] EstimationCounts, int EstimationCount, int SampleCount)
{
    public bool Abstained => PredictedClass == CertifiedPrediction.Abstain;

    /// <summary>What supports each class in the first stage: its votes, under Condorcet its wins in its closest contest.</summary>
    public int[] SelectionVotes() => PerClass(SelectionCounts);

    /// <summary>The same of the second stage.</summary>
    public int[] EstimationVotes() => PerClass(EstimationCounts);

    /// <summary>
    /// The class is the certified one. A row without a certificate has the answer of PREDICT from the second stage's votes, at the
    /// level that the plan spends where it stopped. Each of the two statements is wrong with probability at most α, and the one that a row makes therefore with at most
    /// 2α. Under Condorcet there is no PREDICT.
    /// </summary>
    public static RowResult From(VoteCertifier certifier, CertifiedPrediction certified, int[] selection, int[] estimation)
    {
        var rule = VoteRule.Of(certifier.Options.Rule);
        int count = rule.Ballot.SampleCount(estimation, nameof(estimation));
        int predicted = certified.PredictedClass;
        if (!certified.IsCertified && rule.HasPredict)
        {
            double alpha = certifier.Plan.AlphaAt(certifier.Plan.LookAt(count, nameof(estimation)), certifier.Options.Alpha);
            predicted = SmoothedPrediction.Predict(estimation, alpha);
        }
        return new RowResult(certified, predicted, rule.Ballot, selection, estimation, count, certifier.Plan.SelectionCount + count);
    }

    /// <summary>
    /// The answer from all ablations: no α. The class is the certified one. A row without a certificate has the class with most votes, which is then g's own; it
    /// abstains where several have as many, and under Condorcet, where no class wins every contest.
    /// </summary>
    public static RowResult FromAll(VoteCertifier certifier, int[] counts)
    {
        CertificationOptions options = certifier.Options;
        var rule = VoteRule.Of(options.Rule);
        CertifiedPrediction certified = ExactCertificate.Certify(
            Array.ConvertAll(counts, Convert.ToInt64), certifier.D, certifier.K, options.Rule, options.TopCount);
        int total = rule.Ballot.SampleCount(counts, nameof(counts));
        bool isAnswered = certified.IsCertified
            || rule.HasPredict && counts.Count(votes => votes == counts[certified.SelectedClass]) == 1;
        return new RowResult(certified, isAnswered ? certified.SelectedClass : CertifiedPrediction.Abstain, rule.Ballot, new int[counts.Length], counts,
            total, total);
    }

    private int[] PerClass(int[] counts)
    {
        Ballot ballot = Ballot;
        return [.. Enumerable.Range(0, ballot.ClassCount(counts.Length)).Select(i => ballot.SupportOf<int>(counts, i))];
    }
}
