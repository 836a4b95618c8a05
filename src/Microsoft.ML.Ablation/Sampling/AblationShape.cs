namespace Microsoft.ML.Ablation.Sampling;

/// <summary>The one check of <c>d</c> and <c>k</c>, and of sizes within an image, so that every function refuses the same things with the same words.</summary>
internal static class AblationShape
{
    /// <exception cref="ArgumentOutOfRangeException"><c>d</c> is less than 1, or <c>k</c> is not from 1 to <c>d</c>.</exception>
    public static void Require(int d, int k)
    {
        if (d < 1)
            throw new ArgumentOutOfRangeException(
                nameof(d),
                $"d is {d}, but an input has at least one position; d must be 1 or more.");
        if (k < 1 || k > d)
            throw new ArgumentOutOfRangeException(nameof(k), $"k is {k}, but d is {d}; k must be from 1 to {d}.");
    }
    /// <exception cref="ArgumentOutOfRangeException">A size is less than 1, or more than there is.</exception>
    public static void RequireWithin(int value, int most, string name)
    {
        if (value < 1 || value > most)
            throw new ArgumentOutOfRangeException(name, $"{name} is {value}; it must be from 1 to {most}.");
    }
}
