using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Tool.Tables;

/// <summary>Numbers with certified intervals.</summary>
internal sealed class NumberAnswers : TableAnswers
{
    private const double Tolerance = 0.15;

    private readonly List<CertifiedRegression> _rows = [];
    private readonly bool _hasLabel;
    private readonly Func<float> _score;
    private readonly Func<float>? _label;
    private readonly Func<VBuffer<float>> _lower, _upper;

    /// <param name="answered">The rows, as the model gives them.</param>
    /// <param name="options">The names of its columns, and the largest radius.</param>
    /// <param name="hasLabel">Whether the rows have labels.</param>
    public NumberAnswers(IDataView answered, SmoothedRegressorOptions options, bool hasLabel)
        : base(answered, [options.ScoreColumnName, options.CertifiedLowerColumnName, options.CertifiedUpperColumnName, TableTask.LabelName])
    {
        _hasLabel = hasLabel;
        (_score, _label) = (Reader<float>(options.ScoreColumnName), hasLabel ? Reader<float>(TableTask.LabelName) : null);
        (_lower, _upper) = (Reader<VBuffer<float>>(options.CertifiedLowerColumnName), Reader<VBuffer<float>>(options.CertifiedUpperColumnName));
        int[] radii = [.. Enumerable.Range(0, options.LargestRadius + 1)];
        Columns =
        [
            new("Score", typeof(float)),
            .. radii.Select(rho => new CertifiedColumn(FormattableString.Invariant($"CertifiedLower_{rho}"), typeof(float))),
            .. radii.Select(rho => new CertifiedColumn(FormattableString.Invariant($"CertifiedUpper_{rho}"), typeof(float))),
        ];
    }

    public override IReadOnlyList<CertifiedColumn> Columns { get; }

    public override TableFigures Figures()
    {
        var metrics = CertifiedRegressionMetrics.From(_rows);
        return new TableFigures
        {
            Rows = _rows.Count,
            MeanAbsoluteError = _hasLabel ? metrics.MeanAbsoluteError : null,
            RSquared = _hasLabel && double.IsFinite(metrics.RSquared) ? metrics.RSquared : null,
            BoundedShare = metrics.BoundedShare,
            MedianWidth = [.. Enumerable.Range(0, metrics.LargestRadius + 1).Select(MedianWidth)],
            CertifiedWithin15Percent = _hasLabel ? metrics.CertifiedAccuracyWithinShare(Tolerance) : null,
        };
    }

    protected override object?[] Read()
    {
        float score = _score();
        float[] lower = [.. _lower().DenseValues()], upper = [.. _upper().DenseValues()];
        _rows.Add(new CertifiedRegression(_label?.Invoke() ?? score, score, lower, upper));
        return [score, .. lower.Select(end => (object)end), .. upper.Select(end => (object)end)];
    }

    private double? MedianWidth(int rho)
    {
        double[] widths = [.. _rows.Select(row => (double)row.CertifiedUpper[rho] - row.CertifiedLower[rho]).Order()];
        double median = widths[(widths.Length - 1) / 2];
        return double.IsFinite(median) ? median : null;
    }
}
