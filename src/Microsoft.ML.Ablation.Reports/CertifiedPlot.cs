using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Files;
using OxyPlot;
using OxyPlot.Annotations;
using OxyPlot.Series;
using OxyPlot.SkiaSharp;
using SkiaSharp;

namespace Microsoft.ML.Ablation.Reports;

/// <summary>A plot of what is certified: an SVG or PNG file, or shown by a notebook as a cell's result.</summary>
[TypeFormatterSource(typeof(NotebookPlots))]
public sealed partial class CertifiedPlot
{
    private const int Width = 520, Height = 330;
    private const int LargestScale = 16;
    private const string Pixels = "pixels";

    // In the order in which the first that a machine has is taken.
    private static readonly string[] s_fonts = ["Segoe UI", "Helvetica Neue", "Arial", "Liberation Sans", "Noto Sans", "DejaVu Sans"];

    // In units of the line's thickness.
    private static readonly double[] s_dashes = [4, 3];

    private readonly Func<PlotColors, PlotModel> _draw;

    private CertifiedPlot(string title, string description, Func<PlotColors, PlotModel> draw)
    {
        Title = title;
        Description = description;
        _draw = draw;
    }

    /// <summary>What it shows.</summary>
    public string Title { get; }

    /// <summary>The same for somebody who cannot see it: what is drawn, and its main values.</summary>
    public string Description { get; }

    /// <summary>Certified accuracy against the radius, as a staircase.</summary>
    /// <param name="metrics">What was evaluated.</param>
    /// <param name="name">The curve's name.</param>
    /// <param name="published">What the paper reports for this data, whose median is shown as a point; null for nothing.</param>
    /// <param name="attack"><see cref="CertifiedAttack.Patch"/> where radii are sizes of patches, else they are numbers of pixels.</param>
    public static CertifiedPlot CertifiedAccuracy(CertifiedMetrics metrics, string name = "here", PublishedResult? published = null,
        CertifiedAttack attack = CertifiedAttack.Positions)
        => CertifiedAccuracy([(name, metrics)], published, attack);

    /// <summary>Certified accuracy against the radius: one staircase for each of several evaluations.</summary>
    /// <param name="curves">Names and metrics, at least one.</param>
    /// <param name="published">What the paper reports for this data, whose median is shown as a point; null for nothing.</param>
    /// <exception cref="ArgumentException">There is no curve, or the paper has no median at this k.</exception>
    public static CertifiedPlot CertifiedAccuracy(IReadOnlyList<(string Name, CertifiedMetrics Metrics)> curves, PublishedResult? published)
        => CertifiedAccuracy(curves, published, CertifiedAttack.Positions);

    /// <summary>The same for radii that may be sizes of patches.</summary>
    /// <param name="curves">Names and metrics, at least one.</param>
    /// <param name="published">What the paper reports for this data, whose median is shown as a point; null for nothing.</param>
    /// <param name="attack"><see cref="CertifiedAttack.Patch"/> where radii are sizes of patches, else they are numbers of pixels.</param>
    /// <exception cref="ArgumentException">There is no curve, or the paper has no median at this k.</exception>
    public static CertifiedPlot CertifiedAccuracy(IReadOnlyList<(string Name, CertifiedMetrics Metrics)> curves, PublishedResult? published, CertifiedAttack attack)
        => CertifiedAccuracy(curves, published, attack, Pixels);

    /// <inheritdoc cref="CertifiedAccuracy(IReadOnlyList{ValueTuple{string, CertifiedMetrics}}, PublishedResult?, CertifiedAttack)"/>
    /// <param name="curves">Names and metrics, at least one. One that is equal to another before it is dashed, and the legend says so.</param>
    /// <param name="published">What the paper reports for this data, whose median is shown as a point; null for nothing.</param>
    /// <param name="attack"><see cref="CertifiedAttack.Patch"/> where radii are sizes of patches, else they are numbers of positions.</param>
    /// <param name="positions">What positions are called: "pixels", "attributes".</param>
    internal static CertifiedPlot CertifiedAccuracy(IReadOnlyList<(string Name, CertifiedMetrics Metrics)> curves, PublishedResult? published, CertifiedAttack attack, string positions)
    {
        RequireAny(curves, nameof(curves), "curves");
        if (published is { MedianCertifiedRadius: null })
            throw new ArgumentException(Invariant($"The paper has no median (N/A) at k = {published.RetainedCount}; give a row that has one."), nameof(published));
        bool ofPatches = attack == CertifiedAttack.Patch;
        int largest = Math.Max(curves.Max(curve => curve.Metrics.CertifiedAccuracy.Count), (published?.MedianCertifiedRadius ?? 0) + 1);
        string description = "Share of all rows that are right and stay right under " + (ofPatches ? "a patch of size m, falling with m. " : $"ρ changed {positions}, falling with ρ. ")
            + string.Join(" ", curves.Select(curve => Invariant($"{curve.Name}: {100 * curve.Metrics.CertifiedAccuracyAt(0):F1} % at 0, ")
                + Invariant($"median {curve.Metrics.MedianCertifiedRadius?.ToString(CultureInfo.InvariantCulture) ?? "N/A"}.")));
        return new CertifiedPlot("Certified accuracy", description, colors =>
        {
            PlotModel model = PlotFrame.Create(colors, ofPatches ? "m, size of a patch" : $"ρ, changed {positions}", -0.5, largest, "% of rows", 0, 100);
            AddStairs(model, colors, [.. curves.Select(curve => (curve.Name, (double[])[.. Enumerable.Range(0, largest + 1).Select(curve.Metrics.CertifiedAccuracyAt)]))]);
            if (published is { MedianCertifiedRadius: { } median })
            {
                model.Series.Add(new ScatterSeries
                {
                    Title = Invariant($"Levine and Feizi, k = {published.RetainedCount}: median {median}"),
                    Points = { new ScatterPoint(median, 50) },
                    MarkerType = MarkerType.Circle,
                    MarkerFill = colors.Ink,
                });
            }
            return model;
        });
    }

    /// <summary>
    /// Accuracy against the median certified radius: a point for each of several evaluations, such as those of one model at several k. Those that no
    /// other dominates, with as much of both and more of one, are joined by a staircase, the frontier.
    /// </summary>
    /// <param name="points">
    /// Names and metrics, at least one with a median. One without (N/A) has no place on the axis: it is left out, and <see cref="Description"/> says so.
    /// A label that would cover another or a marker is left out of the drawing, never out of <see cref="Description"/>.
    /// </param>
    /// <param name="published">The paper's table for this data, whose rows are shown beside and labelled with k; null for nothing. They do not count for the frontier.</param>
    /// <param name="title">What the plot shows.</param>
    /// <remarks>
    /// Radii are numbers of changed pixels. Sizes of patches are not offered: a patch of side m and m scattered pixels are different attacks, so such
    /// radii have no place beside the paper's, nor beside each other where patches have different shapes.
    /// </remarks>
    /// <exception cref="ArgumentException">There is no evaluation, or none has a median.</exception>
    public static CertifiedPlot Frontier(IReadOnlyList<(string Name, CertifiedMetrics Metrics)> points, PublishedTable? published = null, string title = "Accuracy and robustness")
        => Frontier(points, published, title, Pixels);

    /// <inheritdoc cref="Frontier(IReadOnlyList{ValueTuple{string, CertifiedMetrics}}, PublishedTable?, string)"/>
    /// <param name="points">Names and metrics, at least one with a median.</param>
    /// <param name="published">The paper's table for this data; null for nothing.</param>
    /// <param name="title">What the plot shows.</param>
    /// <param name="positions">What positions are called: "pixels", "attributes".</param>
    internal static CertifiedPlot Frontier(IReadOnlyList<(string Name, CertifiedMetrics Metrics)> points, PublishedTable? published, string title, string positions)
    {
        RequireAny(points, nameof(points), "evaluations");
        var drawing = new FrontierDrawing(points, published, positions);
        return new CertifiedPlot(title, drawing.Description, drawing.Draw);
    }

    /// <summary>
    /// The share of rows that is certified at ρ, and the share that an attack does not break with ρ pixels: how robust the classifier is lies between.
    /// </summary>
    /// <param name="certified">What is certified.</param>
    /// <param name="robustAccuracy">The share of rows, 0 to 1, that the attack does not break with ρ or fewer pixels.</param>
    /// <param name="largest">The largest ρ that is drawn, at least 1.</param>
    /// <param name="attack"><see cref="CertifiedAttack.Patch"/> where radii are sizes of patches, else they are numbers of pixels.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="largest"/> is less than 1.</exception>
    public static CertifiedPlot Bounds(CertifiedMetrics certified, Func<int, double> robustAccuracy, int largest, CertifiedAttack attack = CertifiedAttack.Positions)
    {
        ArgumentNullException.ThrowIfNull(certified);
        ArgumentNullException.ThrowIfNull(robustAccuracy);
        ArgumentOutOfRangeException.ThrowIfLessThan(largest, 1);
        bool ofPatches = attack == CertifiedAttack.Patch;
        string description = (ofPatches
                ? "Share of all rows: certified against a patch of size m, from below; not broken by the attack with one, from above. "
                : "Share of all rows: certified against ρ changed pixels, from below; not broken by the attack with ρ pixels, from above. ")
            + Invariant($"At 1: {100 * certified.CertifiedAccuracyAt(1):F1} and {100 * robustAccuracy(1):F1} %; ")
            + Invariant($"at {largest}: {100 * certified.CertifiedAccuracyAt(largest):F1} and {100 * robustAccuracy(largest):F1} %.");
        return new CertifiedPlot("Certified and attacked", description, colors =>
        {
            PlotModel model = PlotFrame.Create(colors, ofPatches ? "m, size of the patch" : "ρ, changed pixels", -0.5, largest + 0.5, "% of rows", 0, 100);
            model.Series.Add(Stairs("not broken by the attack", colors.Series[1], largest, robustAccuracy));
            model.Series.Add(Stairs("certified", colors.Series[0], largest, certified.CertifiedAccuracyAt));
            return model;
        });
    }

    /// <summary>How many rows have which radius.</summary>
    /// <param name="radii">The certified radius of every row, −1 for none, such as column <c>CertifiedRadius</c> of a report; at least one.</param>
    /// <param name="title">What the plot shows.</param>
    /// <param name="attack"><see cref="CertifiedAttack.Patch"/> where radii are sizes of patches, else they are numbers of pixels.</param>
    /// <exception cref="ArgumentException">There is no row.</exception>
    public static CertifiedPlot Radii(IReadOnlyList<int> radii, string title = "Certified radii", CertifiedAttack attack = CertifiedAttack.Positions)
        => Radii(radii, title, attack, Pixels);

    /// <inheritdoc cref="Radii(IReadOnlyList{int}, string, CertifiedAttack)"/>
    /// <param name="radii">The certified radius of every row, −1 for none; at least one.</param>
    /// <param name="title">What the plot shows.</param>
    /// <param name="attack"><see cref="CertifiedAttack.Patch"/> where radii are sizes of patches, else they are numbers of positions.</param>
    /// <param name="positions">What positions are called: "pixels", "attributes".</param>
    internal static CertifiedPlot Radii(IReadOnlyList<int> radii, string title, CertifiedAttack attack, string positions)
    {
        RequireAny(radii, nameof(radii), "rows");
        bool ofPatches = attack == CertifiedAttack.Patch;
        var counts = radii.CountBy(radius => radius).OrderBy(pair => pair.Key).ToList();
        int most = counts.Max(pair => pair.Value);
        int none = counts.Find(pair => pair.Key < 0).Value;
        string what = ofPatches ? "size of a patch" : "radius";
        string description = Invariant($"Number of rows by certified {what}: {none} without a certificate, the others from ")
            + Invariant($"{counts.Select(pair => pair.Key).Where(radius => radius >= 0).DefaultIfEmpty(0).Min()} to {counts[^1].Key}{(ofPatches ? "" : $" {positions}")}; ")
            + Invariant($"the most frequent {(ofPatches ? "size" : "radius")} has {most} rows.");
        return new CertifiedPlot(title, description, colors =>
        {
            PlotModel model = PlotFrame.Create(colors, $"certified {what} (left of 0: none)", -1.6, counts[^1].Key + 0.6, "rows", 0, most * 1.05);
            model.Axes[0].LabelFormatter = radius => radius < 0 ? "" : Invariant($"{radius}");
            model.Axes[1].MinimumMajorStep = 1;
            var bars = new RectangleBarSeries { FillColor = colors.Series[0], StrokeThickness = 0 };
            foreach ((int radius, int count) in counts)
                bars.Items.Add(new RectangleBarItem(radius - 0.4, 0, radius + 0.4, count));
            model.Series.Add(bars);
            return model;
        });
    }

    /// <summary>The share of rows whose whole certified interval is within a share of the label, against ρ: one staircase for each of several evaluations of regressors.</summary>
    /// <param name="curves">Names and metrics, at least one.</param>
    /// <param name="share">The distance as a share of the label's absolute value, such as 0.15 for 15 %; 0 or more.</param>
    /// <exception cref="ArgumentException">There is no curve.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="share"/> is negative or not a number.</exception>
    public static CertifiedPlot WithinShare(IReadOnlyList<(string Name, CertifiedRegressionMetrics Metrics)> curves, double share)
    {
        RequireAny(curves, nameof(curves), "curves");
        IReadOnlyList<double>[] accuracies = [.. curves.Select(curve => curve.Metrics.CertifiedAccuracyWithinShare(share))];
        int largest = accuracies.Max(accuracy => accuracy.Count);
        string description = Invariant($"Share of all rows whose whole interval is within {100 * share:0.#} % of the label under ρ changed attributes, falling with ρ. ")
            + string.Join(" ", curves.Select((curve, i) => Invariant($"{curve.Name}: {100 * accuracies[i][0]:F1} % at 0, {100 * accuracies[i][^1]:F1} % at {accuracies[i].Count - 1}.")));
        return new CertifiedPlot(Invariant($"Certified within {100 * share:0.#} %"), description, colors =>
        {
            PlotModel model = PlotFrame.Create(colors, "ρ, changed attributes", -0.5, largest - 0.5, "% of rows", 0, 100);
            AddStairs(model, colors, [.. curves.Select((curve, i) => (curve.Name, accuracies[i]))]);
            return model;
        });
    }

    /// <summary>The median width of certified intervals against ρ: a line for each of several evaluations of regressors. It ends where half of the intervals have no end.</summary>
    /// <param name="curves">Names and metrics, at least one.</param>
    /// <exception cref="ArgumentException">There is no curve.</exception>
    public static CertifiedPlot Widths(IReadOnlyList<(string Name, CertifiedRegressionMetrics Metrics)> curves)
    {
        RequireAny(curves, nameof(curves), "curves");
        double[][] widths = [.. curves.Select(curve => (double[])[.. curve.Metrics.MedianWidth.TakeWhile(double.IsFinite)])];
        int largest = Math.Max(1, curves.Max(curve => curve.Metrics.LargestRadius));
        double most = widths.SelectMany(width => width).DefaultIfEmpty(0).Max();
        string description = "Median width of the certified intervals under ρ changed attributes, rising with ρ. "
            + string.Join(" ", curves.Select((curve, i) => $"{curve.Name}: {(widths[i].Length == 0 ? "no interval has two ends" : string.Join(", ", widths[i].Select((width, rho) => Invariant($"{Short(width)} at {rho}"))))}"
                + $"{(widths[i].Length <= curve.Metrics.LargestRadius && widths[i].Length > 0 ? ", then without end" : "")}."));
        return new CertifiedPlot("Width of the intervals", description, colors =>
        {
            PlotModel model = PlotFrame.Create(colors, "ρ, changed attributes", -0.2, largest + 0.2, "median width", 0, most > 0 ? 1.08 * most : 1);
            for (int i = 0; i < curves.Count; i++)
            {
                var line = new LineSeries
                {
                    Title = TitleOf([.. curves.Select((curve, j) => (curve.Name, (IReadOnlyList<double>)widths[j]))], i, out bool isEqual),
                    Color = colors.Series[i % colors.Series.Count],
                    StrokeThickness = 2.5,
                    Dashes = isEqual ? s_dashes : null,
                    MarkerType = MarkerType.Circle,
                    MarkerSize = 4,
                };
                line.Points.AddRange(widths[i].Select((width, rho) => new DataPoint(rho, width)));
                model.Series.Add(line);
            }
            return model;
        });
    }

    /// <summary>The certified intervals of rows at one ρ, in the order of their medians, with the labels as points. An infinite end is drawn as far as the other values reach.</summary>
    /// <param name="rows">The rows, at least one.</param>
    /// <param name="rho">The number of changed positions, for which every row has an interval.</param>
    /// <param name="title">What the plot shows.</param>
    /// <exception cref="ArgumentException">There is no row, or one without an interval for <paramref name="rho"/>.</exception>
    public static CertifiedPlot Intervals(IReadOnlyList<CertifiedRegression> rows, int rho, string title = "Certified intervals")
    {
        RequireAny(rows, nameof(rows), "rows");
        int odd = rows.ToList().FindIndex(row => rho < 0 || rho >= Math.Min(row.CertifiedLower.Count, row.CertifiedUpper.Count));
        if (odd >= 0)
            throw new ArgumentException(Invariant($"Row {odd} has no interval for ρ = {rho}; it has them from 0 to {rows[odd].CertifiedLower.Count - 1}."), nameof(rho));
        CertifiedRegression[] ordered = [.. rows.OrderBy(row => row.Score)];
        double[] finite = [.. ordered.SelectMany(row => new[] { row.Label, row.Score, row.CertifiedLower[rho], row.CertifiedUpper[rho] })
            .Where(float.IsFinite).Select(value => (double)value)];
        (double bottom, double top) = (finite.Min(), finite.Max());
        int held = ordered.Count(row => row.CertifiedLower[rho] <= row.Label && row.Label <= row.CertifiedUpper[rho]);
        string description = Invariant($"The certified interval of {rows.Count} rows under ρ = {rho} changed attributes, in the order of their medians from {Short(ordered[0].Score)} to ")
            + Invariant($"{Short(ordered[^1].Score)}, and the label of each; {held} intervals hold theirs.");
        return new CertifiedPlot(title, description, colors =>
        {
            double margin = Math.Max((top - bottom) * 0.05, double.Epsilon);
            PlotModel model = PlotFrame.Create(colors, "rows, by their medians", -1, ordered.Length, Invariant($"interval at ρ = {rho}"), bottom - margin, top + margin);
            var bars = new RectangleBarSeries { Title = "certified interval", FillColor = OxyColor.FromAColor(110, colors.Series[0]), StrokeThickness = 0 };
            var medians = new ScatterSeries { Title = "median", MarkerType = MarkerType.Circle, MarkerSize = 2, MarkerFill = colors.Series[0] };
            var labels = new ScatterSeries { Title = "label", MarkerType = MarkerType.Diamond, MarkerSize = 3, MarkerFill = colors.Series[1] };
            for (int i = 0; i < ordered.Length; i++)
            {
                bars.Items.Add(new RectangleBarItem(i - 0.4, Math.Max(bottom, ordered[i].CertifiedLower[rho]), i + 0.4, Math.Min(top, ordered[i].CertifiedUpper[rho])));
                medians.Points.Add(new ScatterPoint(i, ordered[i].Score));
                labels.Points.Add(new ScatterPoint(i, ordered[i].Label));
            }
            model.Series.Add(bars);
            model.Series.Add(medians);
            model.Series.Add(labels);
            return model;
        });
    }

    /// <summary>Δ(ρ), the chance that an ablation shows a changed pixel, for several k (the paper's Figure 2).</summary>
    /// <param name="d">Number of positions.</param>
    /// <param name="retained">The values of k, each from 1 to <paramref name="d"/>; at least one.</param>
    /// <exception cref="ArgumentException">There is no k, or one that is out of range.</exception>
    public static CertifiedPlot Delta(int d, IReadOnlyList<int> retained) => Delta(d, retained, Pixels);

    /// <inheritdoc cref="Delta(int, IReadOnlyList{int})"/>
    /// <param name="d">Number of positions.</param>
    /// <param name="retained">The values of k.</param>
    /// <param name="positions">What positions are called: "pixels", "attributes".</param>
    internal static CertifiedPlot Delta(int d, IReadOnlyList<int> retained, string positions)
    {
        RequireAny(retained, nameof(retained), "values of k");
        int largest = retained.Max(k => AblationProbability.LargestCertifiableRadius(d, k)) + 1;
        string description = Invariant($"Δ(ρ) for d = {d} rises with ρ from 0, faster for larger k; above one half nothing is certified. ")
            + string.Join(" ", retained.Select(k => Invariant($"k = {k} reaches one half after ρ = {AblationProbability.LargestCertifiableRadius(d, k)}.")));
        return new CertifiedPlot($"Δ(ρ), the chance that an ablation shows a changed {positions[..^1]}", description, colors =>
        {
            PlotModel model = PlotFrame.Create(colors, $"ρ, changed {positions}", 0, largest, "Δ(ρ)", 0, 1);
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

    /// <summary>The plot as an SVG file's text.</summary>
    public string ToSvg() => Export(PlotColors.OnWhite, Width, Height);

    /// <summary>The plot as a PNG file.</summary>
    /// <param name="scale">Pixels for each of the plot's 520 × 330 units, from 1 to 16.</param>
    /// <exception cref="InvalidOperationException">The machine has no font.</exception>
    public byte[] ToPng(int scale = 2)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(scale, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(scale, LargestScale);
        PlotModel model = _draw(PlotColors.OnWhite);
        model.DefaultFont = ChooseFont([.. SKFontManager.Default.FontFamilies]);
        using var stream = new MemoryStream();
        new PngExporter { Width = Width * scale, Height = Height * scale, Dpi = 96 * scale }.Export(model, stream);
        return stream.ToArray();
    }

    /// <summary>Writes the plot; a file that was there before stays whole until the new one is.</summary>
    /// <param name="path">The file; its name says whether it is <c>.svg</c> or <c>.png</c>.</param>
    /// <exception cref="ArgumentException">The name ends in something else.</exception>
    /// <exception cref="InvalidOperationException">A PNG file is wanted, and the machine has no font.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        byte[] content = Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".svg" => Encoding.UTF8.GetBytes(ToSvg()),
            ".png" => ToPng(),
            _ => throw new ArgumentException($"A plot is saved as .svg or .png, but '{path}' is given; give a name with one of these endings.", nameof(path)),
        };
        AtomicFile.Write(path, stream => stream.Write(content));
    }

    /// <summary>The plot as a part of a page, in the page's colours.</summary>
    /// <param name="id">What the names of its parts begin with, different for every plot of the page.</param>
    /// <param name="width">The units across; letters are 14 high.</param>
    /// <param name="height">The units down.</param>
    internal string ToInlineSvg(string id, int width = Width, int height = Height) =>
        PlotColors.ToPage(Inline(Export(PlotColors.OfPage, width, height), id, Invariant($"viewBox=\"0 0 {width} {height}\" "))
            .Replace($" font-family=\"{PlotFrame.AnyFont}\"", "", StringComparison.Ordinal));

    /// <summary>The plot as a part of a page that knows nothing of its colours.</summary>
    internal string ToHtml()
    {
        string svg = ToSvg();
        return Inline(svg, $"plot-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(svg)))[..12]}", Invariant($"viewBox=\"0 0 {Width} {Height}\" width=\"{Width}\" "));
    }

    private string Inline(string svg, string id, string size)
    {
        svg = svg[svg.IndexOf("<svg", StringComparison.Ordinal)..];
        svg = SvgStart().Replace(svg, Invariant($"<svg role=\"img\" aria-labelledby=\"{id}-title {id}-text\" ")
            + Invariant($"{size}xmlns=\"http://www.w3.org/2000/svg\"><title id=\"{id}-title\">{WebUtility.HtmlEncode(Title)}</title>")
            + Invariant($"<desc id=\"{id}-text\">{WebUtility.HtmlEncode(Description)}</desc>"), 1);
        return svg.Replace("clipPath", id + "-clip", StringComparison.Ordinal)
            .Replace("<" + id + "-clip ", "<clipPath ", StringComparison.Ordinal).Replace("</" + id + "-clip>", "</clipPath>", StringComparison.Ordinal);
    }

    private string Export(PlotColors colors, int width, int height) =>
        new OxyPlot.SvgExporter { Width = width, Height = height, TextMeasurer = new TextMeasurer() }.ExportToString(_draw(colors));

    /// <summary>The first font of a machine that plots look well in, else any.</summary>
    /// <exception cref="InvalidOperationException">It has none; Skia then gives one family without a name.</exception>
    internal static string ChooseFont(IReadOnlyList<string> families) =>
        s_fonts.FirstOrDefault(families.Contains) ?? families.FirstOrDefault(family => family.Length > 0)
            ?? throw new InvalidOperationException("A PNG file needs a font, and this machine has none; install one (on Debian and Ubuntu: "
                + "apt-get install fonts-dejavu-core), or write SVG.");

    private static void RequireAny<T>(IReadOnlyCollection<T> values, string parameter, string what)
    {
        ArgumentNullException.ThrowIfNull(values, parameter);
        if (values.Count == 0)
            throw new ArgumentException($"There are no {what} to draw; give at least one.", parameter);
    }

    /// <summary>Staircases of shares by radius. One that is equal to another before it is dashed, so that both are seen, and its name says so.</summary>
    private static void AddStairs(PlotModel model, PlotColors colors, IReadOnlyList<(string Name, IReadOnlyList<double> Shares)> curves)
    {
        for (int i = 0; i < curves.Count; i++)
        {
            string title = TitleOf(curves, i, out bool isEqual);
            IReadOnlyList<double> shares = curves[i].Shares;
            StairStepSeries line = Stairs(title, colors.Series[i % colors.Series.Count], shares.Count, rho => shares[Math.Min(rho, shares.Count - 1)]);
            if (isEqual)
                line.Dashes = s_dashes;
            model.Series.Add(line);
        }
    }

    /// <summary>A curve's name in the legend, with that of the first other one that it hides.</summary>
    private static string TitleOf(IReadOnlyList<(string Name, IReadOnlyList<double> Values)> curves, int index, out bool isEqual)
    {
        int other = Enumerable.Range(0, index).FirstOrDefault(i => curves[i].Values.SequenceEqual(curves[index].Values), -1);
        isEqual = other >= 0;
        return isEqual ? $"{curves[index].Name}, equal to {curves[other].Name}" : curves[index].Name;
    }

    /// <summary>A share for each radius, as a staircase.</summary>
    private static StairStepSeries Stairs(string title, OxyColor color, int largest, Func<int, double> share)
    {
        var line = new StairStepSeries { Title = title, Color = color, StrokeThickness = 2.5, VerticalStrokeThickness = 2.5 };
        for (int rho = 0; rho <= largest; rho++)
            line.Points.Add(new DataPoint(rho - 0.5, 100 * share(rho)));
        return line;
    }

    /// <summary>A number of a table as a reader takes it in: whole where it is large.</summary>
    private static string Short(double value) => Math.Abs(value) >= 1_000 ? Invariant($"{value:N0}") : Invariant($"{value:G4}");

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    [GeneratedRegex("<svg[^>]*>")]
    private static partial Regex SvgStart();
}
