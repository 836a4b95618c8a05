namespace Microsoft.ML.Ablation.Certification;

/// <summary>The answer of CERTIFY for one row.</summary>
/// <param name="SelectedClass">The class with most votes of the first stage, whether it could be certified or not.</param>
/// <param name="LowerBound">
/// p̲: a lower bound on the probability that the base classifier answers <paramref name="SelectedClass"/>.
/// </param>
/// <param name="Radius">
/// The certified radius: with probability at least 1 − α over the votes, <c>g</c> answers <paramref name="SelectedClass"/>
/// for every input that differs in at most that many positions. −1 means that nothing is certified.
/// </param>
public readonly record struct CertifiedPrediction(int SelectedClass, double LowerBound, int Radius)
{
    /// <summary>The class index that stands for no class.</summary>
    public const int Abstain = -1;

    /// <summary>Whether the votes do not settle the class, so that CERTIFY gives no answer.</summary>
    public bool Abstained => Radius < 0;

    /// <summary><see cref="SelectedClass"/>, or <see cref="Abstain"/> when nothing is certified.</summary>
    public int PredictedClass => Abstained ? Abstain : SelectedClass;
}
