namespace Microsoft.ML.Ablation.Certification;

/// <summary>What a plan wants after a look: more votes, or none.</summary>
/// <param name="NextCount">The cumulative number of second-stage votes of the next look; 0 when the row is finished.</param>
/// <param name="Prediction">What the votes of this look certify. It holds whether or not the row goes on.</param>
public readonly record struct SamplingDecision(int NextCount, CertifiedPrediction Prediction)
{
    /// <summary>Whether the row is finished.</summary>
    public bool IsFinal => NextCount == 0;
}
