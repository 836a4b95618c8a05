namespace Microsoft.ML.Ablation;

/// <summary>How right, and how robustly right, a smoothed classifier is on a data set (Levine and Feizi, AAAI 2020).</summary>
public sealed class CertifiedMetrics
{
    private readonly int[] _radii;

    private CertifiedMetrics(long rowCount, long abstained, long correct, int[] radii)
    {
        RowCount = rowCount;
        AbstainedCount = abstained;
        CorrectCount = correct;
        _radii = radii;
        Array.Sort(_radii);
        CertifiedAccuracy = [.. Enumerable.Range(0, _radii.LastOrDefault(-1) + 1).Select(CertifiedAccuracyAt)];
    }

    /// <summary>Counts outcomes that were obtained in any way.</summary>
    /// <param name="outcomes">One per row, at least one.</param>
    /// <param name="uncertifiedAsZero">Whether a row that is right but has no certificate counts as radius 0, as in the paper's
    /// tables, instead of none.</param>
    /// <exception cref="ArgumentException">There are no rows.</exception>
    public static CertifiedMetrics From(IEnumerable<CertifiedOutcome> outcomes, bool uncertifiedAsZero = false)
    {
        ArgumentNullException.ThrowIfNull(outcomes);
        long rows = 0, abstained = 0, correct = 0;
        var radii = new List<int>();
        foreach (CertifiedOutcome outcome in outcomes)
        {
            rows++;
            if (outcome.IsAbstained)
                abstained++;
            if (!outcome.IsCorrect)
                continue;
            correct++;
            if (outcome.CertifiedRadius >= 0)
                radii.Add(outcome.CertifiedRadius);
            else if (uncertifiedAsZero)
                radii.Add(0);
        }
        return rows > 0
            ? new CertifiedMetrics(rows, abstained, correct, [.. radii])
            : throw new ArgumentException("There are no rows to evaluate.", nameof(outcomes));
    }

    /// <summary>Number of rows.</summary>
    public long RowCount { get; }

    /// <summary>Number of rows without an answer.</summary>
    public long AbstainedCount { get; }

    /// <summary>Number of rows with the right class.</summary>
    public long CorrectCount { get; }

    /// <summary>Share of all rows with the right class, 0 to 1; an abstention is not right.</summary>
    public double ClassificationAccuracy => (double)CorrectCount / RowCount;

    /// <summary>Share of rows without an answer, 0 to 1.</summary>
    public double AbstainedShare => (double)AbstainedCount / RowCount;

    /// <summary>
    /// Share of all rows that are right and certified at radius ρ or more, for ρ = 0, 1, … up to the largest certified radius;
    /// empty when no right row has a certificate.
    /// </summary>
    public IReadOnlyList<double> CertifiedAccuracy { get; }

    /// <summary>
    /// The largest ρ at which at least half of all rows are right and certified; null (N/A) when there is none. Rows that are
    /// misclassified count as −∞.
    /// </summary>
    public int? MedianCertifiedRadius
    {
        get
        {
            // With the radii sorted, the r-th from the end is reached by r rows.
            int needed = checked((int)((RowCount + 1) / 2));
            return _radii.Length >= needed ? _radii[^needed] : null;
        }
    }

    /// <summary>Share of all rows that are right and certified at radius <paramref name="rho"/> or more, 0 to 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rho"/> is negative.</exception>
    public double CertifiedAccuracyAt(int rho)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rho);
        int index = Array.BinarySearch(_radii, rho);
        if (index < 0)
            index = ~index;
        while (index > 0 && _radii[index - 1] == rho)
            index--;
        return (double)(_radii.Length - index) / RowCount;
    }
}
