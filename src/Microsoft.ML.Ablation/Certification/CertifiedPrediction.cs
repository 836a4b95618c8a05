namespace Microsoft.ML.Ablation.Certification;

/// <summary>The answer of CERTIFY for one row.</summary>
/// <param name="SelectedClass">
/// The class that the certificate speaks of, whether it could be certified or not: the one with most votes of the first stage, or under <see cref="CertificationRule.Condorcet"/>
/// with the most of fewest wins; in exact mode the same of all ablations; or the class that the caller gave.
/// </param>
/// <param name="LowerBound">
/// p̲: a lower bound on the probability that the base classifier answers <paramref name="SelectedClass"/>, under <see cref="CertificationRule.Condorcet"/> on the probability
/// that it wins its closest contest. In exact mode that probability itself, rounded down.
/// </param>
/// <param name="Radius">
/// The certified radius: with probability at least 1 − α over the votes, in exact mode for certain, <c>g</c> answers <paramref name="SelectedClass"/>
/// for every input that differs in at most that many positions. Under <see cref="CertificationRule.Top"/> the class stays among the first
/// <see cref="CertificationOptions.TopCount"/> there, and under <see cref="CertificationRule.Condorcet"/> it wins every contest. −1 means that nothing is certified.
/// </param>
public readonly record struct CertifiedPrediction(int SelectedClass, double LowerBound, int Radius)
{
    /// <summary>The class index that stands for no class.</summary>
    public const int Abstain = -1;

    /// <summary>Whether there is a certificate. Without one CERTIFY gives no answer; PREDICT may still have one.</summary>
    public bool IsCertified => Radius >= 0;

    /// <summary><see cref="SelectedClass"/>, or <see cref="Abstain"/> when nothing is certified.</summary>
    public int PredictedClass => IsCertified ? SelectedClass : Abstain;
}
