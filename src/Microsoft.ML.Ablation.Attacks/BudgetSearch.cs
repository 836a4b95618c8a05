namespace Microsoft.ML.Ablation.Attacks;

/// <summary>Finds the smallest number of pixels, or size of a patch, for which an attack succeeds.</summary>
internal static class BudgetSearch
{
    /// <summary>Bisects between the largest number that failed and the smallest that succeeded.</summary>
    /// <param name="largest">The number that is tried first.</param>
    /// <param name="attack">Attacks with a number of pixels; its second argument is the best success so far.</param>
    /// <returns>The closest success, a verified one if there is any; null for none.</returns>
    public static Adversarial? Run(int largest, Func<int, Adversarial?, Adversarial?> attack)
    {
        Adversarial? best = null, unverified = null;
        int safe = 0, budget = largest;
        while (safe < budget)
        {
            Adversarial? found = attack(budget, best);
            if (found is { IsVerified: true })
                best = found;
            else
                safe = budget;
            if (found is { IsVerified: false } && found.IsBetterThan(unverified))
                unverified = found;
            budget = best is null ? safe : (safe + best.Distance) / 2;
        }
        return best ?? unverified;
    }
}
