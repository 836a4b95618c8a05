namespace Microsoft.ML.Ablation.Attacks;

/// <summary>A search for an input that differs in few pixels, or in a small patch, and that the model misclassifies.</summary>
public abstract class Attack
{
    private protected Attack()
    {
    }

    /// <summary>The name of the attack in results.</summary>
    public abstract string Name { get; }

    /// <summary>The patch that distances are multiples of; null where they are numbers of pixels.</summary>
    internal virtual PatchUnit? PatchOn(AttackTarget target) => null;

    /// <summary>
    /// Searches for an adversarial input close to the target's current row, which the model classifies correctly.
    /// </summary>
    /// <returns>The closest one found; null for none.</returns>
    internal abstract Adversarial? Search(AttackTarget target, AttackOptions options, Random random, CancellationToken cancellation);
}

/// <summary>An input that the model does not assign to the true class.</summary>
/// <param name="Features">Its features, in the order of the column's slots.</param>
/// <param name="Distance">Number of pixels in which it differs from the original, or the size of the patch.</param>
/// <param name="Answer">The predicted class, or <see cref="AttackTarget.Abstained"/>.</param>
/// <param name="IsVerified">Whether fresh votes confirm it.</param>
/// <param name="ClassesAhead">
/// Number of other classes that fresh votes put ahead of the true one; null except under the rule Top.
/// </param>
internal sealed record Adversarial(float[] Features, int Distance, int Answer, bool IsVerified, int? ClassesAhead)
{
    public bool IsBetterThan(Adversarial? other)
        => other is null || (IsVerified == other.IsVerified ? Distance < other.Distance : IsVerified);
}
