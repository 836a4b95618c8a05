using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.ML.Ablation.Certification;
using OxyPlot;
using OxyPlot.Annotations;
using OxyPlot.Axes;
using OxyPlot.Legends;
using OxyPlot.Series;

namespace Microsoft.ML.Ablation.Tool.Report;

/// <summary>A plot of a report: drawn once, and written with the colours of the page or of a file.</summary>
/// <param name="Name">Its file's name, without an ending.</param>
/// <param name="Title">What it shows.</param>
/// <param name="Description">The same for somebody who cannot see it: what is drawn, and its main values.</param>
/// <param name="Draw">Draws it in colours.</param>
internal sealed partial record ReportPlot(string Name, string Title, string Description, Func<PlotColors, PlotModel> Draw)
{
    private const int Width = 520, Height = 330;
    private const string Font = "sans-serif";

    /// <summary>Certified accuracy against the radius: one staircase for each run.</summary>
    /// <param name="curves">The runs' names and metrics.</param>
    /// <param name="published">What the paper reports for this data; null for nothing.</param>
    public static ReportPlot CertifiedAccuracy(IReadOnlyList<(string Name, CertifiedMetrics Metrics)> curves, PublishedResult? published)
    {
        int largest = Math.Max(curves.Max(curve => curve.Metrics.CertifiedAccuracy.Count), (published?.MedianRadius ?? 0) + 1);
        string description = "Share of all rows that are right and stay right under ρ changed pixels, falling with ρ. "
            + string.Join(" ", curves.Select(curve => Invariant($"{curve.Name}: {100 * curve.Metrics.CertifiedAccuracyAt(0):F1} % at 0, ")
                + Invariant($"median {curve.Metrics.MedianCertifiedRadius?.ToString(CultureInfo.InvariantCulture) ?? "N/A"}.")));
        return new ReportPlot("certified-accuracy", "Certified accuracy", description, colors =>
        {
            PlotModel model = Model(colors, "ρ, changed pixels", -0.5, largest, "% of rows", 0, 100);
            for (int i = 0; i < curves.Count; i++)
            {
                var line = new StairStepSeries { Title = curves[i].Name, Color = colors.Series[i % colors.Series.Count], StrokeThickness = 2.5, VerticalStrokeThickness = 2.5 };
                for (int rho = 0; rho <= largest; rho++)
                    line.Points.Add(new DataPoint(rho - 0.5, 100 * curves[i].Metrics.CertifiedAccuracyAt(rho)));
                model.Series.Add(line);
            }
            if (published is not null)
            {
                model.Series.Add(new ScatterSeries
                {
                    Title = published.Label,
                    Points = { new ScatterPoint(published.MedianRadius, 50) },
                    MarkerType = MarkerType.Circle,
                    MarkerFill = colors.Ink,
                });
            }
            return model;
        });
    }

    /// <summary>How many rows have which radius.</summary>
    public static ReportPlot Radii(string name, string title, IReadOnlyList<int> radii)
    {
        var counts = radii.CountBy(radius => radius).OrderBy(pair => pair.Key).ToList();
        int most = counts.Max(pair => pair.Value);
        int none = counts.Find(pair => pair.Key < 0).Value;
        string description = Invariant($"Number of rows by certified radius: {none} without a certificate, the others from ")
            + Invariant($"{counts.Select(pair => pair.Key).Where(radius => radius >= 0).DefaultIfEmpty(0).Min()} to {counts[^1].Key} pixels; ")
            + Invariant($"the most frequent radius has {most} rows.");
        return new ReportPlot(name, title, description, colors =>
        {
            PlotModel model = Model(colors, "certified radius (left of 0: none)", -1.6, counts[^1].Key + 0.6, "rows", 0, most * 1.05);
            model.Axes[0].LabelFormatter = radius => radius < 0 ? "" : Invariant($"{radius}");
            model.Axes[1].MinimumMajorStep = 1;
            var bars = new RectangleBarSeries { FillColor = colors.Series[0], StrokeThickness = 0 };
            foreach ((int radius, int count) in counts)
                bars.Items.Add(new RectangleBarItem(radius - 0.4, 0, radius + 0.4, count));
            model.Series.Add(bars);
            return model;
        });
    }

    /// <summary>Δ(ρ), the chance that an ablation shows a changed pixel, for several k (the paper's Figure 2).</summary>
    public static ReportPlot Delta(int d, IReadOnlyList<int> retained)
    {
        int largest = retained.Max(k => AblationProbability.LargestCertifiableRadius(d, k)) + 1;
        string description = Invariant($"Δ(ρ) for d = {d} rises with ρ from 0, faster for larger k; above one half nothing is certified. ")
            + string.Join(" ", retained.Select(k => Invariant($"k = {k} reaches one half after ρ = {AblationProbability.LargestCertifiableRadius(d, k)}.")));
        return new ReportPlot("delta", "Δ(ρ), the chance that an ablation shows a changed pixel", description, colors =>
        {
            PlotModel model = Model(colors, "ρ, changed pixels", 0, largest, "Δ(ρ)", 0, 1);
            for (int i = 0; i < retained.Count; i++)
            {
                var line = new LineSeries { Title = Invariant($"k = {retained[i]}"), Color = colors.Series[i % colors.Series.Count], StrokeThickness = 2 };
                for (int rho = 0; rho <= Math.Min(largest, d); rho++)
                    line.Points.Add(new DataPoint(rho, AblationProbability.Delta(d, retained[i], rho)));
                model.Series.Add(line);
            }
            model.Annotations.Add(new LineAnnotation { Type = LineAnnotationType.Horizontal, Y = 0.5, Color = colors.Ink, LineStyle = LineStyle.Dash });
            return model;
        });
    }

    /// <summary>As a part of a page, in the page's colours.</summary>
    public string ToInlineSvg()
    {
        string svg = Export(PlotColors.OfPage);
        svg = svg[svg.IndexOf("<svg", StringComparison.Ordinal)..];
        svg = SvgStart().Replace(svg, Invariant($"<svg role=\"img\" aria-labelledby=\"{Name}-title {Name}-text\" viewBox=\"0 0 {Width} {Height}\" ")
            + Invariant($"xmlns=\"http://www.w3.org/2000/svg\"><title id=\"{Name}-title\">{WebUtility.HtmlEncode(Title)}</title>")
            + Invariant($"<desc id=\"{Name}-text\">{WebUtility.HtmlEncode(Description)}</desc>"), 1);
        svg = svg.Replace("clipPath", Name + "-clip", StringComparison.Ordinal)
            .Replace("<" + Name + "-clip ", "<clipPath ", StringComparison.Ordinal).Replace("</" + Name + "-clip>", "</clipPath>", StringComparison.Ordinal);
        return PlotColors.ToPage(svg.Replace($" font-family=\"{Font}\"", "", StringComparison.Ordinal));
    }

    /// <summary>As a file of its own.</summary>
    public string ToSvgFile() => Export(PlotColors.OnWhite);

    private string Export(PlotColors colors) => new SvgExporter { Width = Width, Height = Height, TextMeasurer = new TextMeasurer() }.ExportToString(Draw(colors));

    private static PlotModel Model(PlotColors colors, string across, double left, double right, string up, double bottom, double top)
    {
        var model = new PlotModel
        {
            Background = colors.Background,
            TextColor = colors.Ink,
            PlotAreaBorderThickness = new OxyThickness(0),
            DefaultFont = Font,
            DefaultFontSize = 14,
            Culture = CultureInfo.InvariantCulture,
        };
        model.Axes.Add(new LinearAxis
        {
            Position = AxisPosition.Bottom,
            Title = across,
            Minimum = left,
            Maximum = right,
            MinimumMajorStep = right - left > 3 ? 1 : 0,
            MinorTickSize = 0,
            TicklineColor = colors.Grid,
            AxislineColor = colors.Grid,
            AxislineStyle = LineStyle.Solid,
        });
        model.Axes.Add(new LinearAxis
        {
            Position = AxisPosition.Left,
            Title = up,
            Minimum = bottom,
            Maximum = top,
            MinorTickSize = 0,
            MajorGridlineStyle = LineStyle.Solid,
            MajorGridlineColor = colors.Grid,
            TicklineColor = colors.Grid,
        });
        model.Legends.Add(new Legend
        {
            LegendPlacement = LegendPlacement.Outside,
            LegendPosition = LegendPosition.BottomLeft,
            LegendOrientation = LegendOrientation.Horizontal,
            LegendTextColor = colors.Ink,
        });
        return model;
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    [GeneratedRegex("<svg[^>]*>")]
    private static partial Regex SvgStart();
}
