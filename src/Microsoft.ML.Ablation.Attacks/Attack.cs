namespace Microsoft.ML.Ablation.Attacks;

/// <summary>A way to look for an input that differs in few pixels and is answered otherwise.</summary>
public abstract class Attack
{
    private protected Attack()
    {
    }

    /// <summary>What the attack is called in results.</summary>
    public abstract string Name { get; }

    /// <summary>Looks for an adversarial input near to the target's current row, which is answered rightly.</summary>
    /// <returns>The nearest one found; null for none.</returns>
    internal abstract Adversarial? Search(AttackTarget target, AttackOptions options, Random random, CancellationToken cancellation);
}

/// <summary>An input that the model does not answer with the true class.</summary>
/// <param name="Features">Its features, in the order of the column's slots.</param>
/// <param name="Distance">Pixels in which it differs from the original.</param>
/// <param name="Answer">What the model says, <see cref="AttackTarget.Abstained"/> for nothing.</param>
/// <param name="IsVerified">Whether fresh votes say so too.</param>
/// <param name="ClassesAhead">How many other classes they put ahead of the true one; null where that is not asked.</param>
internal sealed record Adversarial(float[] Features, int Distance, int Answer, bool IsVerified, int? ClassesAhead)
{
    public bool IsBetterThan(Adversarial? other)
        => other is null || (IsVerified == other.IsVerified ? Distance < other.Distance : IsVerified);
}
