using Microsoft.ML.Ablation.Certification;

namespace Microsoft.ML.Ablation;

/// <summary>What the certifier says of one row.</summary>
/// <param name="Certified">The answer of CERTIFY.</param>
/// <param name="PredictedClass">The class index, −1 when abstained.</param>
/// <param name="SelectionVotes">What speaks for each class in the first stage: its votes, under Condorcet its fewest wins.</param>
/// <param name="EstimationVotes">The same of the second stage.</param>
/// <param name="EstimationCount">Ablations of the second stage.</param>
/// <param name="SampleCount">Ablations of both stages.</param>
internal readonly record struct RowResult(CertifiedPrediction Certified, int PredictedClass, int[] SelectionVotes, int[] EstimationVotes,
    int EstimationCount, int SampleCount)
{
    public bool Abstained => PredictedClass == CertifiedPrediction.Abstain;

    /// <summary>
    /// The class is the certified one. A row without a certificate has the answer of PREDICT from the second stage's votes, at the
    /// level that the plan spends where it stopped; each statement is wrong with probability at most α. Under Condorcet a certificate
    /// of radius 0 is PREDICT.
    /// </summary>
    public static RowResult From(VoteCertifier certifier, CertifiedPrediction certified, int[] selection, int[] estimation)
    {
        CertificationRule rule = certifier.Options.Rule;
        int count = rule.SampleCount(estimation, nameof(estimation));
        int predicted = certified.Abstained ? CertifiedPrediction.Abstain : certified.SelectedClass;
        if (certified.Abstained && rule.HasPredict())
        {
            double alpha = certifier.Plan.AlphaAt(certifier.Plan.LookAt(count, nameof(estimation)), certifier.Options.Alpha);
            predicted = SmoothedPrediction.Predict(estimation, alpha);
        }
        return new RowResult(certified, predicted, PerClass(rule, selection), PerClass(rule, estimation), count, certifier.Plan.SelectionCount + count);
    }

    /// <summary>
    /// The answer from all ablations: no α; the class is g's own. A tie for the first place abstains, and under Condorcet a row where no
    /// class wins every contest.
    /// </summary>
    public static RowResult FromAll(VoteCertifier certifier, int[] votes)
    {
        CertificationOptions options = certifier.Options;
        long[] counts = Array.ConvertAll(votes, Convert.ToInt64);
        CertifiedPrediction certified = ExactCertificate.Certify(counts, certifier.D, certifier.K, options.Rule, options.TopCount);
        int count = options.Rule.SampleCount(votes, nameof(votes));
        bool open = options.Rule.HasPredict()
            ? votes.Count(of => of == votes[certified.SelectedClass]) > 1
            : certified.Abstained;
        int[] perClass = PerClass(options.Rule, votes);
        return new RowResult(certified, open ? CertifiedPrediction.Abstain : certified.SelectedClass, new int[perClass.Length], perClass, count, count);
    }

    private static int[] PerClass(CertificationRule rule, int[] counts) =>
        [.. Enumerable.Range(0, rule.ClassCount(counts.Length)).Select(i => rule.Of<int>(counts, i))];
}
