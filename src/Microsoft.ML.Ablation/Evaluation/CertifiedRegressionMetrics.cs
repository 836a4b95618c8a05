namespace Microsoft.ML.Ablation;

/// <summary>How close a smoothed regressor is on a data set, and how close it stays however positions are changed.</summary>
public sealed class CertifiedRegressionMetrics
{
    private readonly CertifiedRegression[] _rows;

    private CertifiedRegressionMetrics(CertifiedRegression[] rows)
    {
        _rows = rows;
        LargestRadius = rows.Min(row => row.CertifiedLower.Count) - 1;
        MeanAbsoluteError = rows.Average(row => Math.Abs(row.Score - row.Label));
        double mean = rows.Average(row => (double)row.Label);
        RSquared = 1 - rows.Sum(row => Square(row.Score - row.Label)) / rows.Sum(row => Square(row.Label - mean));
        MeanWidth = ForEachRadius(rho => rows.Average(row => (double)row.CertifiedUpper[rho] - row.CertifiedLower[rho]));
        MedianWidth = ForEachRadius(rho => rows.Select(row => (double)row.CertifiedUpper[rho] - row.CertifiedLower[rho]).Order().ElementAt((rows.Length - 1) / 2));
        BoundedShare = ForEachRadius(rho => Share(row => float.IsFinite(row.CertifiedLower[rho]) && float.IsFinite(row.CertifiedUpper[rho])));

        static double Square(double value) => value * value;
    }

    /// <summary>Measures rows that were obtained in any way.</summary>
    /// <param name="rows">At least one row.</param>
    /// <exception cref="ArgumentException">There are no rows, or a row has no interval, or not as many lower as upper ends.</exception>
    public static CertifiedRegressionMetrics From(IEnumerable<CertifiedRegression> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        CertifiedRegression[] all = [.. rows];
        if (all.Length == 0)
            throw new ArgumentException("There are no rows to evaluate.", nameof(rows));
        int odd = Array.FindIndex(all, row => row.CertifiedLower.Count == 0 || row.CertifiedLower.Count != row.CertifiedUpper.Count);
        if (odd >= 0)
        {
            throw new ArgumentException($"Row {odd} has {all[odd].CertifiedLower.Count} lower ends and {all[odd].CertifiedUpper.Count} upper ends; there must be one of each for every "
                + "radius from 0.", nameof(rows));
        }
        return new CertifiedRegressionMetrics(all);
    }

    /// <summary>Number of rows.</summary>
    public int RowCount => _rows.Length;

    /// <summary>R, the largest number of changed positions for which every row has an interval.</summary>
    public int LargestRadius { get; }

    /// <summary>Mean absolute difference of the median and the label.</summary>
    public double MeanAbsoluteError { get; }

    /// <summary>
    /// Coefficient of determination of the median: 1 − Σ(score − label)² / Σ(label − mean label)². Where all labels are equal it is NaN if they are right, else −∞.
    /// </summary>
    public double RSquared { get; }

    /// <summary>Mean width of the intervals for ρ = 0, …, R; +∞ where one of them is infinite.</summary>
    public IReadOnlyList<double> MeanWidth { get; }

    /// <summary>Median width of the intervals for ρ = 0, …, R, of an even number of rows the lower one; +∞ where most are infinite.</summary>
    public IReadOnlyList<double> MedianWidth { get; }

    /// <summary>Share of rows whose interval has two finite ends, for ρ = 0, …, R.</summary>
    public IReadOnlyList<double> BoundedShare { get; }

    /// <summary>Share of rows whose whole interval is within a distance of the label, for ρ = 0, …, R: certified accuracy within ± the tolerance.</summary>
    /// <param name="tolerance">The distance, in units of the label, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="tolerance"/> is negative or not a number.</exception>
    public IReadOnlyList<double> CertifiedAccuracyWithin(double tolerance)
    {
        RequireTolerance(tolerance, nameof(tolerance));
        return ForEachRadius(rho => Share(row => IsWithin(row, rho, tolerance)));
    }

    /// <summary>Share of rows whose whole interval is within a share of the label's size, for ρ = 0, …, R.</summary>
    /// <param name="share">The distance as a share of the label's absolute value, such as 0.15 for 15 %; 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="share"/> is negative or not a number.</exception>
    public IReadOnlyList<double> CertifiedAccuracyWithinShare(double share)
    {
        RequireTolerance(share, nameof(share));
        return ForEachRadius(rho => Share(row => IsWithin(row, rho, share * Math.Abs((double)row.Label))));
    }

    /// <summary>A table: rows, errors, and for ρ = 0, …, R the mean width of the intervals and the share of those that have two finite ends.</summary>
    public override string ToString() => TextTable.Of(
    [
        ["Rows", FormattableString.Invariant($"{RowCount}"), ""],
        ["Mean absolute error", FormattableString.Invariant($"{MeanAbsoluteError:G5}"), ""],
        ["R²", FormattableString.Invariant($"{RSquared:F3}"), ""],
        ["Certified intervals", "mean width", "bounded"],
        .. Enumerable.Range(0, LargestRadius + 1).Select(rho => new[]
        {
            FormattableString.Invariant($"  at radius {rho}"), FormattableString.Invariant($"{MeanWidth[rho]:G5}"), TextTable.Percent(BoundedShare[rho]),
        }),
    ]);

    private static bool IsWithin(CertifiedRegression row, int rho, double tolerance)
        => row.Label - (double)row.CertifiedLower[rho] <= tolerance && row.CertifiedUpper[rho] - (double)row.Label <= tolerance;

    private static void RequireTolerance(double value, string name)
    {
        if (!(value >= 0))
            throw new ArgumentOutOfRangeException(name, FormattableString.Invariant($"{name} is {value}; it must be 0 or more."));
    }

    private double Share(Func<CertifiedRegression, bool> counts) => (double)_rows.Count(counts) / _rows.Length;

    private double[] ForEachRadius(Func<int, double> measure) => [.. Enumerable.Range(0, LargestRadius + 1).Select(measure)];
}
