namespace Microsoft.ML.Ablation.Attacks;

/// <summary>How far a model is from giving up the true class, estimated for one candidate after the other.</summary>
internal interface IMargin
{
    /// <summary>How far margins may be off: two standard errors of what is estimated, 0 for what is exact.</summary>
    double Doubt { get; }

    /// <summary>
    /// The share or score of the true class less that of the best other class: above 0 while the answer is right, at most 0 for an
    /// adversarial candidate.
    /// </summary>
    /// <param name="candidate">The features, in the order of the column's slots.</param>
    double Of(float[] candidate);

    /// <summary>Says that the last candidate is what the next ones will be near to.</summary>
    void MoveThere();
}
