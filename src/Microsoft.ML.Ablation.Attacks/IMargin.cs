namespace Microsoft.ML.Ablation.Attacks;

/// <summary>The margin of the true class, estimated for one candidate after the other.</summary>
internal interface IMargin
{
    /// <summary>The uncertainty of a margin: two standard errors of an estimate, 0 for an exact margin.</summary>
    double Uncertainty { get; }

    /// <summary>
    /// The share or score of the true class minus that of the best other class: above 0 if the answer is right, at most 0 for an
    /// adversarial candidate.
    /// </summary>
    /// <param name="candidate">The features, in the order of the column's slots.</param>
    double Of(float[] candidate);

    /// <summary>Accepts the last candidate: the next ones are compared with it.</summary>
    void Accept();
}
