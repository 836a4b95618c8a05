namespace Microsoft.ML.Ablation.Attacks;

/// <summary>What an attack has asked for.</summary>
/// <param name="Queries">Candidates that the model answered, by a look or in full.</param>
/// <param name="Votes">Ablations that the base classifier answered for them; for a plain classifier as many as queries.</param>
public readonly record struct AttackCost(long Queries, long Votes)
{
    /// <summary>Both together.</summary>
    public static AttackCost operator +(AttackCost left, AttackCost right) => new(left.Queries + right.Queries, left.Votes + right.Votes);

    /// <summary>What one has beyond the other.</summary>
    public static AttackCost operator -(AttackCost left, AttackCost right) => new(left.Queries - right.Queries, left.Votes - right.Votes);
}
