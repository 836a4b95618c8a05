namespace Microsoft.ML.Ablation.Certification;

/// <summary>The levels of the Clopper-Pearson bounds of one rule, which together spend no more than α; every rounding spends less.</summary>
/// <param name="Lower">The level of the lower bound of the class itself.</param>
/// <param name="Upper">The level of the upper bound of each other class; 0 when the rule needs none.</param>
internal readonly record struct ConfidenceLevels(double Lower, double Upper)
{
    /// <summary>No other class is bounded.</summary>
    public static ConfidenceLevels AllForTheClass(double alpha) => new(alpha, 0);

    /// <summary>A share for the class, and the rest for the one competitor that has to be bounded.</summary>
    public static ConfidenceLevels Shared(double alpha, double share)
    {
        double own = alpha * share;
        return new(own, Math.BitDecrement(alpha - own));
    }

    /// <summary>The same, with the rest divided equally among several competitors that have to be bounded at once.</summary>
    public static ConfidenceLevels Shared(double alpha, double share, int competitors)
    {
        ConfidenceLevels levels = Shared(alpha, share);
        return levels with { Upper = Math.BitDecrement(levels.Upper / competitors) };
    }

    /// <summary>The same for each class.</summary>
    public static ConfidenceLevels Equal(double alpha, int classes) => new(Math.BitDecrement(alpha / classes), Math.BitDecrement(alpha / classes));
}
