namespace Microsoft.ML.Ablation.Attacks;

/// <summary>The number of queries of an attack.</summary>
/// <param name="Queries">Candidates put to the model, for a look or in full.</param>
/// <param name="Votes">
/// Ablations that the base classifier classified for them; for a plain classifier the same number as queries.
/// </param>
public readonly record struct AttackCost(long Queries, long Votes)
{
    /// <summary>The sum of two costs.</summary>
    public static AttackCost operator +(AttackCost left, AttackCost right) => new(left.Queries + right.Queries, left.Votes + right.Votes);

    /// <summary>The difference of two costs.</summary>
    public static AttackCost operator -(AttackCost left, AttackCost right) => new(left.Queries - right.Queries, left.Votes - right.Votes);
}
