using System.Xml.Linq;
using Microsoft.DotNet.Interactive.Formatting;
using SkiaSharp;

namespace Microsoft.ML.Ablation.Reports.Tests;

[TestClass]
public sealed class CertifiedPlotTests
{
    private static readonly CertifiedMetrics s_metrics = CertifiedMetrics.From(
    [
        new(IsCorrect: true, IsAbstained: false, CertifiedRadius: 3),
        new(IsCorrect: true, IsAbstained: false, CertifiedRadius: 1),
        new(IsCorrect: true, IsAbstained: false, CertifiedRadius: -1),
        new(IsCorrect: false, IsAbstained: true, CertifiedRadius: -1),
    ]);

    private static readonly CertifiedRegression[] s_numbers =
    [
        new(Label: 100, Score: 104, CertifiedLower: [104, 96, float.NegativeInfinity], CertifiedUpper: [104, 110, 120]),
        new(Label: 200, Score: 190, CertifiedLower: [190, 150, 130], CertifiedUpper: [190, 205, float.PositiveInfinity]),
    ];

    private static readonly CertifiedRegressionMetrics s_regression = CertifiedRegressionMetrics.From(s_numbers);

    private static IEnumerable<object[]> Plots =>
    [
        [CertifiedPlot.WithinShare([("a", s_regression), ("b", s_regression)], 0.15), "Certified within 15 %", "a: 100.0 % at 0, 0.0 % at 2. b:"],
        [CertifiedPlot.Widths([("a", s_regression), ("b", s_regression)]), "Width of the intervals", "a: 0 at 0, 14 at 1, then without end. b: 0 at 0"],
        [CertifiedPlot.Intervals(s_numbers, 1), "Certified intervals", "of 2 rows under ρ = 1 changed attributes, in the order of their medians from 104 to 190, and the label of each; 2 intervals hold"],
        [CertifiedPlot.Intervals(s_numbers, 2, "Prices"), "Prices", "2 rows under ρ = 2"],
        [CertifiedPlot.CertifiedAccuracy(s_metrics), "Certified accuracy", "here: 50.0 % at 0, median 1."],
        [CertifiedPlot.CertifiedAccuracy([("a", s_metrics), ("b", s_metrics)], PublishedTable.Mnist.Chosen), "Certified accuracy", "b: 50.0 % at 0, median 1."],
        [CertifiedPlot.CertifiedAccuracy(s_metrics, attack: CertifiedAttack.Patch), "Certified accuracy", "stay right under a patch of size m, falling with m. here: 50.0 % at 0"],
        [CertifiedPlot.Radii([-1, 0, 2, 2], "Sides", CertifiedAttack.Patch), "Sides", "by certified size of a patch: 1 without a certificate, the others from 0 to 2; the most frequent size has 2"],
        [CertifiedPlot.Bounds(s_metrics, rho => rho < 3 ? 0.75 : 0.5, 5), "Certified and attacked", "At 1: 50.0 and 75.0 %; at 5: 0.0 and 50.0 %."],
        [CertifiedPlot.Bounds(s_metrics, rho => rho < 3 ? 0.75 : 0.5, 5, CertifiedAttack.Patch), "Certified and attacked", "certified against a patch of size m, from below"],
        [CertifiedPlot.Radii([-1, 0, 2, 2]), "Certified radii", "1 without a certificate, the others from 0 to 2 pixels; the most frequent radius has 2 rows."],
        [CertifiedPlot.Frontier([("a", s_metrics), ("b", s_metrics)], PublishedTable.Cifar10), "Accuracy and robustness", "better in one: a, 75.0 % at 1; b, 75.0 % at 1. Levine"],
        [CertifiedPlot.Frontier([("a", s_metrics)], title: "One"), "One", "a, 75.0 % at 1."],
        [CertifiedPlot.Delta(784, [20, 45]), "Δ(ρ), the chance that an ablation shows a changed pixel", "k = 45 reaches one half after ρ = 11."],
    ];

    [TestMethod]
    [DynamicData(nameof(Plots))]
    public void A_plot_says_what_it_shows_as_svg_and_in_a_notebook(CertifiedPlot plot, string title, string description)
    {
        Assert.AreEqual(title, plot.Title);
        StringAssert.Contains(plot.Description, description);
        XDocument svg = XDocument.Parse(plot.ToSvg()), shown = XDocument.Parse(plot.ToDisplayString(HtmlFormatter.MimeType));
        Assert.AreEqual("svg", svg.Root!.Name.LocalName);
        string[] told = [.. shown.Root!.Elements().Take(2).Select(part => part.Value)];
        CollectionAssert.AreEqual(new[] { plot.Title, plot.Description }, told);
        // But for these two, the notebook shows the same drawing.
        Assert.AreEqual(svg.Root.Descendants().Count(), shown.Root.Descendants().Count() - 2);
    }

    [TestMethod]
    public void Intervals_are_drawn_where_every_row_has_one()
    {
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => CertifiedPlot.Intervals(s_numbers, 3)).Message, "from 0 to 2");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => CertifiedPlot.Intervals([], 0)).Message, "no rows");
        Assert.ThrowsExactly<ArgumentException>(() => CertifiedPlot.WithinShare([], 0.1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => CertifiedPlot.WithinShare([("a", s_regression)], -1));
        Assert.AreEqual(3, s_regression.ToDataFrame().Rows.Count);
        Assert.AreEqual((14d + 55) / 2, (double)s_regression.ToDataFrame()["MeanWidth"][1], 1e-9);
    }

    [TestMethod]
    [DynamicData(nameof(Plots))]
    public void A_png_has_its_size_and_letters(CertifiedPlot plot, string title, string description)
    {
        _ = (title, description);
        RequireFont();
        foreach (int scale in new[] { 1, 3 })
        {
            using SKBitmap picture = SKBitmap.Decode(plot.ToPng(scale));
            Assert.AreEqual((520 * scale, 330 * scale), (picture.Width, picture.Height));
            Assert.AreEqual(SKColors.White, picture.GetPixel(0, 0));
            // Left of the axis there is nothing but letters.
            Assert.IsTrue(Enumerable.Range(0, 20 * scale).Any(x => Enumerable.Range(0, picture.Height).Any(y => picture.GetPixel(x, y) != SKColors.White)));
        }
    }

    [TestMethod]
    public void Axes_say_what_radii_count()
    {
        Assert.Contains("ρ, changed pixels", CertifiedPlot.CertifiedAccuracy(s_metrics).ToSvg());
        Assert.Contains("m, size of a patch", CertifiedPlot.CertifiedAccuracy([("a", s_metrics)], null, CertifiedAttack.Patch).ToSvg());
        Assert.Contains("certified radius (left of 0: none)", CertifiedPlot.Radii([1, 2]).ToSvg());
        Assert.Contains("certified size of a patch (left of 0: none)", CertifiedPlot.Radii([1, 2], attack: CertifiedAttack.Patch).ToSvg());
    }

    [TestMethod]
    public void An_equal_curve_is_dashed_and_named_and_positions_have_their_names()
    {
        CertifiedMetrics better = CertifiedMetrics.From([new(IsCorrect: true, IsAbstained: false, CertifiedRadius: 3)]);
        foreach (CertifiedPlot plot in (CertifiedPlot[])[CertifiedPlot.CertifiedAccuracy([("a", s_metrics), ("b", better), ("c", s_metrics)], null),
            CertifiedPlot.Widths([("a", s_regression), ("c", s_regression)]), CertifiedPlot.WithinShare([("a", s_regression), ("c", s_regression)], 0.1)])
        {
            string svg = plot.ToSvg();
            StringAssert.Contains(svg, ">c, equal to a</text>");
            Assert.DoesNotContain("b, equal to", svg);
            StringAssert.Contains(svg, "stroke-dasharray");
        }
        Assert.DoesNotContain("stroke-dasharray", CertifiedPlot.CertifiedAccuracy([("a", s_metrics), ("b", better)], null).ToSvg());
        StringAssert.Contains(CertifiedPlot.CertifiedAccuracy([("a", s_metrics)], null, CertifiedAttack.Positions, "attributes").ToSvg(), "ρ, changed attributes");
        StringAssert.Contains(CertifiedPlot.Delta(9, [2], "attributes").Title, "a changed attribute");
    }

    [TestMethod]
    public void A_curve_is_drawn_where_the_metrics_say()
    {
        // The heights of the curve's lines, from 50 % by 25 % to 0.
        XDocument svg = XDocument.Parse(CertifiedPlot.CertifiedAccuracy(s_metrics).ToSvg());
        double[] heights = [.. svg.Descendants().Where(part => part.Attribute("style")?.Value.Contains("rgb(0,99,166)", StringComparison.Ordinal) == true)
            .SelectMany(part => part.Attribute("points")!.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(point => double.Parse(point.Split(',')[1], System.Globalization.CultureInfo.InvariantCulture)).Distinct().Order()];
        Assert.IsGreaterThanOrEqualTo(3, heights.Length, svg.ToString());
        Assert.AreEqual(heights[2] - heights[1], heights[1] - heights[0], 0.5);
    }

    [TestMethod]
    public void Save_takes_the_format_from_the_name_and_leaves_no_half_written_file()
    {
        RequireFont();
        string folder = Directory.CreateTempSubdirectory("ablation-plots-").FullName;
        try
        {
            CertifiedPlot plot = CertifiedPlot.Radii([1, 2]);
            string svg = Path.Combine(folder, "a.svg"), png = Path.Combine(folder, "a.PNG");
            plot.Save(svg);
            plot.Save(png);
            Assert.AreEqual(plot.ToSvg(), File.ReadAllText(svg));
            CollectionAssert.AreEqual(plot.ToPng(), File.ReadAllBytes(png));
            ArgumentException told = Assert.ThrowsExactly<ArgumentException>(() => plot.Save(Path.Combine(folder, "a.gif")));
            StringAssert.Contains(told.Message, ".svg or .png");
            Assert.HasCount(2, Directory.GetFiles(folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [TestMethod]
    public void What_cannot_be_drawn_is_told()
    {
        Assert.ThrowsExactly<ArgumentException>(() => CertifiedPlot.Radii([]));
        Assert.ThrowsExactly<ArgumentException>(() => CertifiedPlot.CertifiedAccuracy([], null));
        ArgumentException none = Assert.ThrowsExactly<ArgumentException>(() => CertifiedPlot.CertifiedAccuracy(s_metrics, published: PublishedTable.Mnist.Rows[0]));
        StringAssert.Contains(none.Message, "no median (N/A) at k = 5");
        Assert.ThrowsExactly<ArgumentException>(() => CertifiedPlot.Delta(784, []));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => CertifiedPlot.Delta(784, [0]));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => CertifiedPlot.Radii([1]).ToPng(0));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => CertifiedPlot.Radii([1]).ToPng(17));
        Assert.AreEqual("DejaVu Sans", CertifiedPlot.ChooseFont(["A", "DejaVu Sans"]));
        Assert.AreEqual("A", CertifiedPlot.ChooseFont(["", "A"]));
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => CertifiedPlot.ChooseFont([""])).Message, "install one");
    }

    [TestMethod]
    public void The_curve_is_a_data_frame()
    {
        Microsoft.Data.Analysis.DataFrame frame = s_metrics.ToDataFrame();
        CollectionAssert.AreEqual(new[] { 0, 1, 2, 3 }, frame.Columns.GetInt32Column("Radius").Select(value => value!.Value).ToArray());
        CollectionAssert.AreEqual(new[] { 0.5, 0.5, 0.25, 0.25 }, frame.Columns.GetDoubleColumn("CertifiedAccuracy").Select(value => value!.Value).ToArray());
        Assert.AreEqual(0, CertifiedMetrics.From([new(IsCorrect: false, IsAbstained: false, CertifiedRadius: 5)]).ToDataFrame().Rows.Count);
    }

    [TestMethod]
    public void The_papers_median_is_a_point_of_the_curve()
    {
        Assert.Contains("Levine and Feizi, k = 20: median 3", CertifiedPlot.CertifiedAccuracy(s_metrics, published: PublishedTable.Mnist.Rows[3]).ToSvg());
    }

    private static void RequireFont()
    {
        if (SKFontManager.Default.FontFamilies.All(family => family.Length == 0))
            Assert.Inconclusive("No font on this machine.");
    }
}
