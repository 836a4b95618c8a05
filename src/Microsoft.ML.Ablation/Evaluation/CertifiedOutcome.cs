namespace Microsoft.ML.Ablation;

/// <summary>How one row came out.</summary>
/// <param name="IsCorrect">Whether the predicted class is the true one; false when abstained.</param>
/// <param name="IsAbstained">Whether there is no prediction.</param>
/// <param name="CertifiedRadius">Certified radius in positions, −1 for none.</param>
public readonly record struct CertifiedOutcome(bool IsCorrect, bool IsAbstained, int CertifiedRadius)
{
    /// <summary>An outcome that says its classes, from which figures for each class are made.</summary>
    /// <param name="label">The number of the true class, from 0.</param>
    /// <param name="prediction">The number of the predicted class, from 0; null where the row abstains.</param>
    /// <param name="certifiedRadius">Certified radius in positions, −1 for none.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of a class is negative.</exception>
    public static CertifiedOutcome Of(int label, int? prediction, int certifiedRadius)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(label);
        ArgumentOutOfRangeException.ThrowIfNegative(prediction ?? 0, nameof(prediction));
        return new CertifiedOutcome(prediction == label, prediction is null, certifiedRadius) { Label = label, Prediction = prediction };
    }

    /// <summary>The number of the true class, from 0; null where it is not known here.</summary>
    public int? Label { get; private init; }

    /// <summary>The number of the predicted class, from 0; null where the row abstains, or it is not known here.</summary>
    public int? Prediction { get; private init; }
}
