namespace Microsoft.ML.Ablation.Certification;

/// <summary>
/// What a rule leaves for an attacker: ρ changed positions are certified when Δ(ρ) is less than the margin. The margin is the
/// exact sum of two doubles.
/// </summary>
internal readonly record struct Margin(double High, double Low)
{
    /// <summary>Corollary 1: p̲ − 1/2. Exact for p̲ of at least 1/4; below, it only has to stay negative.</summary>
    public static Margin OfMajority(double lowerBound) => new(lowerBound - 0.5, 0);

    /// <summary>
    /// Corollary 2: half the distance from p̲ to the largest upper bound of another class. No other class can have more than
    /// 1 − p̲, which makes this at least the margin of Corollary 1.
    /// </summary>
    public static Margin OfGap(double lowerBound, double upperBound)
    {
        (double sum, double sumError) = UntouchedProbability.TwoSum(lowerBound, upperBound);
        if (sum - 1 + sumError >= 0)
            return OfMajority(lowerBound);
        (double gap, double gapError) = UntouchedProbability.TwoSum(lowerBound, -upperBound);
        return new(gap / 2, gapError / 2);
    }
}
