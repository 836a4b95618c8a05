namespace Microsoft.ML.Ablation.Certification;

/// <summary>The levels of the Clopper-Pearson bounds of one rule, which together spend no more than α.</summary>
/// <param name="Lower">The level of the lower bound of the class itself.</param>
/// <param name="Upper">The level of the upper bound of each other class; 0 when the rule needs none.</param>
internal readonly record struct ConfidenceLevels(double Lower, double Upper)
{
    /// <summary>Splits <paramref name="alpha"/> as the rule of the options needs it; every rounding spends less.</summary>
    public static ConfidenceLevels Of(CertificationOptions options, double alpha, int classes)
    {
        double first = alpha * options.LowerBoundShare;
        double rest = Math.BitDecrement(alpha - first);
        return options.Rule switch
        {
            CertificationRule.Bonferroni => new(Math.BitDecrement(alpha / classes), Math.BitDecrement(alpha / classes)),
            // The only competitor of two classes has the probability 1 − p, which the lower bound covers already.
            CertificationRule.Gap when classes > 2 => new(first, rest),
            CertificationRule.Top when classes > 2 => new(first, Math.BitDecrement(rest / options.TopCount)),
            _ => new(alpha, 0),
        };
    }
}
