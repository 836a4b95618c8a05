namespace Microsoft.ML.Ablation.Sampling;

/// <summary>
/// All subsets of {0, ..., d − 1} with <c>k</c> elements, each once, in lexicographic order. Allocates nothing per subset.
/// </summary>
/// <example>
/// <code>
/// var subsets = new SubsetEnumerator(d: 12, k: 4);
/// while (subsets.MoveNext())
///     Classify(subsets.Current);
/// </code>
/// </example>
public sealed class SubsetEnumerator
{
    private readonly int _d;
    private readonly int[] _subset;
    private bool _started;

    /// <summary>Creates an enumerator, positioned before the first subset.</summary>
    /// <param name="d">The number of positions, at least 1.</param>
    /// <param name="k">The number of retained positions, from 1 to <paramref name="d"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="d"/> or <paramref name="k"/> is out of range.</exception>
    public SubsetEnumerator(int d, int k)
    {
        AblationShape.Require(d, k);
        _d = d;
        _subset = new int[k];
        for (int i = 0; i < k; i++)
            _subset[i] = i;
    }

    /// <summary>The current subset in increasing order; valid until the next call of <see cref="MoveNext"/>.</summary>
    public ReadOnlySpan<int> Current => _subset;

    /// <summary>Goes to the next subset.</summary>
    /// <returns>Whether there is one.</returns>
    public bool MoveNext()
    {
        if (!_started)
            return _started = true;

        int k = _subset.Length;
        int last = k - 1;
        while (last >= 0 && _subset[last] == _d - k + last)
            last--;
        if (last < 0)
            return false;

        int value = _subset[last] + 1;
        for (int i = last; i < k; i++)
            _subset[i] = value++;
        return true;
    }

    /// <summary>Computes C(d, k), the number of subsets, if it is within a budget.</summary>
    /// <param name="d">The number of positions, at least 1.</param>
    /// <param name="k">The number of retained positions, from 1 to <paramref name="d"/>.</param>
    /// <param name="budget">The largest number of interest, at least 1.</param>
    /// <param name="count">C(d, k), or 0 when it is greater than <paramref name="budget"/>.</param>
    /// <returns>Whether C(d, k) is at most <paramref name="budget"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range.</exception>
    public static bool TryCount(int d, int k, long budget, out long count)
    {
        AblationShape.Require(d, k);
        if (budget < 1)
            throw new ArgumentOutOfRangeException(nameof(budget), $"budget is {budget}; there is always at least 1 ablation.");

        // The products C(d, 1), C(d, 2), ... grow up to the middle, so the first one beyond the budget decides.
        Int128 product = 1;
        for (int j = 0; j < Math.Min(k, d - k) && product <= budget; j++)
            product = product * (d - j) / (j + 1);
        count = product <= budget ? (long)product : 0;
        return product <= budget;
    }
}
