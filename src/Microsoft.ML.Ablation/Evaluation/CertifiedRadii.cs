namespace Microsoft.ML.Ablation;

/// <summary>The certified radii of those of some rows that are right and have a certificate.</summary>
internal sealed class CertifiedRadii
{
    private readonly int _rowCount;
    private readonly int[] _sorted;

    /// <param name="outcomes">All of the rows.</param>
    /// <param name="uncertifiedAsZero">Whether a row that is right but has no certificate counts as radius 0, instead of none.</param>
    public CertifiedRadii(IReadOnlyCollection<CertifiedOutcome> outcomes, bool uncertifiedAsZero)
    {
        _rowCount = outcomes.Count;
        _sorted = [.. outcomes.Where(outcome => outcome.IsCorrect && (outcome.CertifiedRadius >= 0 || uncertifiedAsZero)).Select(outcome => Math.Max(0, outcome.CertifiedRadius)).Order()];
    }

    /// <summary>The largest; −1 where there is none.</summary>
    public int Largest => _sorted.LastOrDefault(-1);

    /// <summary>The largest ρ that at least half of all rows reach; null where there is none.</summary>
    public int? Median
    {
        get
        {
            // With the radii sorted, the r-th from the end is reached by r rows.
            int needed = _rowCount - _rowCount / 2;
            return needed > 0 && _sorted.Length >= needed ? _sorted[^needed] : null;
        }
    }

    /// <summary>How many are at least <paramref name="rho"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rho"/> is negative.</exception>
    public int CountAt(int rho)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rho);
        int index = Array.BinarySearch(_sorted, rho);
        if (index < 0)
            index = ~index;
        while (index > 0 && _sorted[index - 1] == rho)
            index--;
        return _sorted.Length - index;
    }
}
