using System.Globalization;
using OxyPlot;
using OxyPlot.Series;

namespace Microsoft.ML.Ablation.Reports;

/// <summary>Accuracy against the median radius of several evaluations, beside a table of the paper.</summary>
internal sealed class FrontierDrawing
{
    private const double MarkerSize = 4.5, SmallMarkerSize = 3;
    private const double LabelSize = 12, SmallLabelSize = 10.5;
    private const int LongestName = 22;

    // Rows of the paper with the same median share a label where their markers would touch, in shares of the plot's height.
    private const double Near = 0.05;

    private readonly IReadOnlyList<FrontierPoint> _frontier;
    private readonly IReadOnlyList<FrontierPoint> _dominated;
    private readonly PublishedTable? _published;
    private readonly IReadOnlyList<PublishedResult> _rows;
    private readonly string _positions;

    /// <param name="points">Names and metrics.</param>
    /// <param name="published">The paper's table; null for none.</param>
    /// <param name="positions">What positions are called.</param>
    /// <exception cref="ArgumentException">No evaluation has a median.</exception>
    public FrontierDrawing(IReadOnlyList<(string Name, CertifiedMetrics Metrics)> points, PublishedTable? published, string positions)
    {
        _positions = positions;
        List<FrontierPoint> placed = [];
        foreach ((string name, CertifiedMetrics metrics) in points)
        {
            if (metrics.MedianCertifiedRadius is { } median)
                placed.Add(new FrontierPoint(name, metrics.ClassificationAccuracy, median));
        }
        if (placed.Count == 0)
        {
            throw new ArgumentException("No evaluation has a median certified radius: for each, less than half of the rows are right and certified; "
                + "give at least one that has a median.", nameof(points));
        }
        _frontier = FrontierPoint.NonDominated(placed);
        _dominated = [.. placed.Where(point => !_frontier.Contains(point))];
        _published = published;
        _rows = [.. published?.Rows.Where(row => row.MedianCertifiedRadius is not null) ?? []];
        Description = Describe([.. points.Where(point => point.Metrics.MedianCertifiedRadius is null)]);
    }

    /// <summary>What is drawn, in words.</summary>
    public string Description { get; }

    public PlotModel Draw(PlotColors colors)
    {
        DataPoint[] frontier = [.. _frontier.Select(At)], dominated = [.. _dominated.Select(At)], rows = [.. _rows.Select(At)];
        DataPoint[] all = [.. frontier, .. dominated, .. rows];
        double leftmost = all.Min(point => point.X), rightmost = all.Max(point => point.X), lowest = all.Min(point => point.Y), highest = all.Max(point => point.Y);
        double across = Math.Max(0.5, 0.08 * (rightmost - leftmost)), down = Math.Max(1, 0.08 * (highest - lowest));
        double left = Math.Max(leftmost - across, -0.9), bottom = lowest - down, top = highest + 2 * down;
        PlotModel model = PlotFrame.Create(colors, $"median certified radius, changed {_positions}", left, rightmost + across, "% of rows right", bottom, top);
        model.Axes[0].MinimumMajorStep = 1;
        model.Legends[0].LegendFontSize = LabelSize;
        model.Axes[1].LabelFormatter = percent => percent is < 0 or > 100 ? "" : Invariant($"{percent:G6}");

        DataPoint[] stairs = [.. Stairs(frontier, left, bottom)];
        var line = new LineSeries { Color = colors.Series[0], StrokeThickness = 2 };
        line.Points.AddRange(stairs);
        var paper = new LineSeries { Color = colors.Ink, StrokeThickness = 0.8, LineStyle = LineStyle.Dot };
        paper.Points.AddRange(rows);
        model.Series.Add(paper);
        model.Series.Add(line);
        model.Series.Add(Markers("frontier", frontier, MarkerType.Circle, MarkerSize, colors.Series[0]));
        if (dominated.Length > 0)
            model.Series.Add(Markers("dominated", dominated, MarkerType.Circle, MarkerSize, colors.Series[1]));
        if (_published is not null)
        {
            // On top, because they are smaller: where both are at one place, both are seen.
            model.Series.Add(Markers(_published.Label + ", by k", rows.Where((_, i) => _rows[i] != _published.Chosen), MarkerType.Diamond, SmallMarkerSize, colors.Ink));
            model.Series.Add(Markers(null, [At(_published.Chosen)], MarkerType.Diamond, MarkerSize, colors.Ink));
        }
        model.Annotations.Add(new PointLabels
        {
            Labels =
            [
                .. _frontier.Select(point => Label(point, colors.Series[0])),
                .. RowLabels(colors.Ink, Near * (top - bottom)),
                .. _dominated.Select(point => Label(point, colors.Series[1])),
            ],
            Markers = all,
            MarkerSize = MarkerSize,
            Lines = [stairs, rows],
        });
        return model;
    }

    /// <summary>The border of what the evaluations reach: as accurate and as robust as one of them.</summary>
    private static IEnumerable<DataPoint> Stairs(IReadOnlyList<DataPoint> frontier, double left, double bottom)
    {
        yield return new DataPoint(left, frontier[0].Y);
        for (int i = 0; i < frontier.Count; i++)
        {
            yield return frontier[i];
            yield return new DataPoint(frontier[i].X, i + 1 < frontier.Count ? frontier[i + 1].Y : bottom);
        }
    }

    private static ScatterSeries Markers(string? title, IEnumerable<DataPoint> points, MarkerType type, double size, OxyColor color)
    {
        var series = new ScatterSeries { Title = title, MarkerType = type, MarkerSize = size, MarkerFill = color };
        series.Points.AddRange(points.Select(point => new ScatterPoint(point.X, point.Y)));
        return series;
    }

    private static PointLabel Label(FrontierPoint point, OxyColor color) =>
        new(point.Name.Length > LongestName ? "…" + point.Name[^(LongestName - 1)..] : point.Name, [At(point)], color, LabelSize);

    /// <summary>The paper's rows by k, the chosen one first.</summary>
    private IEnumerable<PointLabel> RowLabels(OxyColor color, double near)
    {
        if (_published is null)
            yield break;
        yield return new PointLabel(Invariant($"{_published.Chosen.RetainedCount}"), [At(_published.Chosen)], color, LabelSize);
        for (int i = 0; i < _rows.Count; i++)
        {
            if (_rows[i] == _published.Chosen)
                continue;
            int first = i;
            while (i + 1 < _rows.Count && _rows[i + 1] != _published.Chosen && _rows[i + 1].MedianCertifiedRadius == _rows[i].MedianCertifiedRadius
                && Math.Abs(At(_rows[i + 1]).Y - At(_rows[i]).Y) < near)
                i++;
            yield return new PointLabel(first == i ? Invariant($"{_rows[i].RetainedCount}") : Invariant($"{_rows[first].RetainedCount}–{_rows[i].RetainedCount}"),
                [.. _rows.Skip(first).Take(i - first + 1).Select(At)], color, SmallLabelSize);
        }
    }

    private string Describe(IReadOnlyList<(string Name, CertifiedMetrics Metrics)> unplaced)
    {
        string text = $"Share of all rows that are right, against the median certified radius in changed {_positions}. "
            + $"Frontier, where no other is at least as good in both and better in one: {List(_frontier)}.";
        if (_dominated.Count > 0)
            text += $" Dominated: {List(_dominated)}.";
        if (unplaced.Count > 0)
            text += $" Not drawn, because the median is N/A: {string.Join("; ", unplaced.Select(point => Invariant($"{point.Name}, {100 * point.Metrics.ClassificationAccuracy:F1} %")))}.";
        if (_published is not null)
        {
            PublishedResult chosen = _published.Chosen;
            text += Invariant($" {_published.Label}, k from {_rows[0].RetainedCount} to {_rows[^1].RetainedCount}: at k = {chosen.RetainedCount}, their choice, ")
                + Invariant($"{100 * chosen.ClassificationAccuracy:F2} % at {chosen.MedianCertifiedRadius}.");
        }
        return text;
    }

    private static string List(IEnumerable<FrontierPoint> points) => string.Join("; ", points.Select(point => Invariant($"{point.Name}, {100 * point.Accuracy:F1} % at {point.Median}")));

    private static DataPoint At(FrontierPoint point) => new(point.Median, 100 * point.Accuracy);

    // Rows without a median are not among those that are drawn.
    private static DataPoint At(PublishedResult row) => new(row.MedianCertifiedRadius!.Value, 100 * row.ClassificationAccuracy);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
