using Microsoft.ML.Ablation.Certification;

namespace Microsoft.ML.Ablation;

/// <summary>What the certifier says of one row.</summary>
/// <param name="Certified">The answer of CERTIFY.</param>
/// <param name="SelectionVotes">First-stage votes per class.</param>
/// <param name="EstimationVotes">Second-stage votes per class.</param>
internal readonly record struct RowResult(CertifiedPrediction Certified, int[] SelectionVotes, int[] EstimationVotes)
{
    public int PredictedClass => Certified.PredictedClass;

    public bool Abstained => PredictedClass < 0;

    public double LowerBound => Certified.LowerBound;

    public int Radius => Certified.Radius;

    public int SampleCount => SelectionVotes.Sum() + EstimationVotes.Sum();
}
