using Microsoft.ML.Ablation.Certification;

namespace Microsoft.ML.Ablation;

/// <summary>How the votes of the second stage become a certified radius. The proofs are in docs/guarantees.md.</summary>
public enum CertificationRule
{
    /// <summary>
    /// Corollary 1 of Levine and Feizi, the paper's own: the probability of the class, bounded from below at α, is more than
    /// 1/2 + Δ(ρ).
    /// </summary>
    [DecidedBy<MajorityRule>]
    Majority = 0,

    /// <summary>
    /// Corollary 2 of Levine and Feizi: the probabilities of all <c>c</c> classes are bounded at α/c each, and the class
    /// leads every other by more than 2Δ(ρ).
    /// </summary>
    [DecidedBy<BonferroniRule>]
    Bonferroni = 1,

    /// <summary>
    /// Corollary 2 with two bounds only: the class is bounded from below at α₁, every other from above at α₂, α₁ + α₂ = α. This is
    /// enough because the class is fixed by the first stage, and only one other class, the truly second-best, has to be covered. Of two classes the class itself gets
    /// all of α, as under <see cref="Majority"/>.
    /// </summary>
    [DecidedBy<GapRule>]
    Gap = 2,

    /// <summary>
    /// The class stays among the <c>m</c> classes that the base classifier answers most often (Jia, Wang, Liu and Gong, ICLR 2022, Theorem 1), with bounds at
    /// α₁ for the class and α₂/m for every other. With m = 1 this is the condition of <see cref="Gap"/>, with bounds rounded to whole ablations, which on small tables can
    /// certify more.
    /// </summary>
    [DecidedBy<TopRule>]
    Top = 3,

    /// <summary>
    /// Corollary 1 for the contest of the class with each other: it has the greater score on more than 1/2 + Δ(ρ) of the
    /// ablations, against whichever class it wins least often against. Decided from <see cref="Contests"/> instead of votes, and
    /// about another smoothed classifier: its answer is the class that wins every contest (the Condorcet winner), if there is one. For the same class and the same
    /// ablations, none of which has equal scores, it never certifies less than <see cref="Majority"/>, and at small <c>k</c> usually far more; but its first stage may select
    /// another class, which need not be certified where the other is.
    /// </summary>
    [DecidedBy<CondorcetRule>]
    Condorcet = 4,
}
