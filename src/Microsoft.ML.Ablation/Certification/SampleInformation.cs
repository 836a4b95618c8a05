namespace Microsoft.ML.Ablation.Certification;

/// <summary>
/// How much one random sample tells about the input, for inputs whose values are independent and uniform: the comparison of
/// Levine and Feizi, equations 20 and 21.
/// </summary>
public static class SampleInformation
{
    /// <summary>Equation 20: an ablation shows <c>k</c> values, k·log₂|S| bits.</summary>
    /// <param name="k">The number of retained values, 1 or more.</param>
    /// <param name="values">|S|, the number of values, at least 2.</param>
    /// <returns>The information in bits.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range.</exception>
    public static double OfAblation(int k, int values)
    {
        if (k < 1)
            throw new ArgumentOutOfRangeException(nameof(k), $"k is {k}; at least 1 value is retained.");
        Require.Replacement(values, 0.5);
        return k * Math.Log2(values);
    }

    /// <summary>
    /// Equation 21: a sample in which each value is kept with probability κ, else replaced by one of the others, has
    /// d·(log₂|S| + κ·log₂κ + (1 − κ)·log₂((1 − κ)/(|S| − 1))) bits.
    /// </summary>
    /// <param name="d">The number of values of an input, at least 1.</param>
    /// <param name="values">|S|, the number of values, at least 2.</param>
    /// <param name="kappa">κ, the probability to keep a value; greater than 0 and less than 1.</param>
    /// <returns>The information in bits.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range.</exception>
    public static double OfReplacement(int d, int values, double kappa)
    {
        if (d < 1)
            throw new ArgumentOutOfRangeException(
                nameof(d),
                $"d is {d}, but an input has at least one position; d must be 1 or more.");
        Require.Replacement(values, kappa);
        return d * (Math.Log2(values) + kappa * Math.Log2(kappa) + (1 - kappa) * Math.Log2((1 - kappa) / (values - 1)));
    }
}
