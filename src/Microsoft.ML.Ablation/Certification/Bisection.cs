namespace Microsoft.ML.Ablation.Certification;

/// <summary>Halving of an interval of whole numbers.</summary>
internal static class Bisection
{
    /// <summary>The largest number for which a condition holds that, where it fails, also fails for every larger number.</summary>
    /// <param name="low">The number that is returned when the condition fails for all above it; it is not asked for.</param>
    /// <param name="high">A number for which the condition fails, greater than <paramref name="low"/>; it is not asked for.</param>
    /// <param name="state">What the condition needs; it is passed on, so that nothing is allocated for a call.</param>
    /// <param name="holds">The condition.</param>
    public static int Last<TState>(int low, int high, TState state, Func<TState, int, bool> holds)
    {
        while (high - low > 1)
        {
            int middle = low + (high - low) / 2;
            if (holds(state, middle))
                low = middle;
            else
                high = middle;
        }

        return low;
    }
}
