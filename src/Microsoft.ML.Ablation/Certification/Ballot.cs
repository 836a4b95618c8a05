namespace Microsoft.ML.Ablation.Certification;

/// <summary>What is counted of the base classifier's answers; <see cref="Ballots"/> has how.</summary>
public enum Ballot
{
    /// <summary>The class of each answer: one count per class.</summary>
    Plurality,

    /// <summary>For every two classes, which has the greater score: see <see cref="Certification.Contests"/>.</summary>
    Contests,
}
