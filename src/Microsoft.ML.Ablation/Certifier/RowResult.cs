using Microsoft.ML.Ablation.Certification;

namespace Microsoft.ML.Ablation;

/// <summary>What the certifier says of one row.</summary>
/// <param name="Certified">The answer of CERTIFY.</param>
/// <param name="PredictedClass">The class index, −1 when abstained.</param>
/// <param name="SelectionVotes">First-stage votes per class.</param>
/// <param name="EstimationVotes">Second-stage votes per class.</param>
internal readonly record struct RowResult(CertifiedPrediction Certified, int PredictedClass, int[] SelectionVotes, int[] EstimationVotes)
{
    public bool Abstained => PredictedClass == CertifiedPrediction.Abstain;

    public int SampleCount => SelectionVotes.Sum() + EstimationVotes.Sum();

    /// <summary>
    /// The class is the certified one; a row without a certificate has the answer of PREDICT from the second stage's votes, at the
    /// level that the plan spends where it stopped. Each statement is wrong with probability at most α.
    /// </summary>
    public static RowResult From(VoteCertifier certifier, CertifiedPrediction certified, int[] selection, int[] estimation)
    {
        double alpha = certifier.Plan.AlphaAt(certifier.Plan.LookAt(estimation.Sum(), nameof(estimation)), certifier.Options.Alpha);
        int predicted = certified.Abstained ? SmoothedPrediction.Predict(estimation, alpha) : certified.SelectedClass;
        return new RowResult(certified, predicted, selection, estimation);
    }

    /// <summary>The answer from the votes of all ablations: no α; the class is g's own, and a tie for the first place abstains.</summary>
    public static RowResult FromAll(VoteCertifier certifier, int[] votes)
    {
        CertificationOptions options = certifier.Options;
        long[] counts = Array.ConvertAll(votes, count => (long)count);
        CertifiedPrediction certified = ExactCertificate.Certify(counts, certifier.D, certifier.K, options.Rule, options.TopCount);
        bool tied = votes.Count(count => count == votes[certified.SelectedClass]) > 1;
        return new RowResult(certified, tied ? CertifiedPrediction.Abstain : certified.SelectedClass, new int[votes.Length], votes);
    }
}
