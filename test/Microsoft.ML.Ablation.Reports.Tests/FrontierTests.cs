using System.Globalization;
using System.Xml.Linq;

namespace Microsoft.ML.Ablation.Reports.Tests;

[TestClass]
public sealed class FrontierTests
{
    // Names with accuracy and median, and which of them are on the frontier.
    private static IEnumerable<object[]> Cases =>
    [
        ["one", "a 0.5 3", "a"],
        ["better in one each", "a 0.9 3; b 0.5 7", "a b"],
        ["worse in both", "a 0.9 3; b 0.5 2", "a"],
        ["equal in one, worse in the other", "a 0.9 3; b 0.9 2; c 0.8 3", "a"],
        ["equal in both", "a 0.9 3; b 0.9 3; c 0.8 3", "a b"],
        ["between two", "a 0.9 3; b 0.7 5; c 0.5 7; d 0.69 5; e 0.7 4", "a b c"],
        ["a median of 0", "a 1 0; b 0.6 0; c 0.5 1", "a c"],
        ["in any order", "c 0.5 7; b 0.7 5; a 0.9 3", "a b c"],
    ];

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void The_frontier_is_what_no_other_dominates(string what, string points, string frontier)
    {
        FrontierPoint[] all = [.. points.Split("; ").Select(point => point.Split(' '))
            .Select(parts => new FrontierPoint(parts[0], double.Parse(parts[1], CultureInfo.InvariantCulture), int.Parse(parts[2], CultureInfo.InvariantCulture)))];
        Assert.AreEqual(frontier, string.Join(' ', FrontierPoint.NonDominated(all).Select(point => point.Name)), what);
        Assert.IsFalse(all.Any(point => point.Dominates(point)));
    }

    [TestMethod]
    public void Shares_of_different_numbers_of_rows_are_compared_exactly()
    {
        // 7 of 10 and 21 of 30 are the same accuracy: neither dominates.
        CertifiedPlot plot = CertifiedPlot.Frontier([("ten", Metrics(10, 7, 4)), ("thirty", Metrics(30, 21, 4))]);
        StringAssert.Contains(plot.Description, "ten, 70.0 % at 4; thirty, 70.0 % at 4.");
        Assert.DoesNotContain("Dominated", plot.Description);
    }

    [TestMethod]
    public void The_description_has_every_evaluation_and_the_papers_choice()
    {
        CertifiedPlot plot = CertifiedPlot.Frontier([("a", Metrics(10, 9, 3)), ("b", Metrics(10, 8, 3)), ("c", Metrics(10, 7, 6)), ("d", Metrics(10, 4, 8))], PublishedTable.Mnist);
        Assert.AreEqual("Share of all rows that are right, against the median certified radius in changed pixels. "
            + "Frontier, where no other is at least as good in both and better in one: a, 90.0 % at 3; c, 70.0 % at 6. Dominated: b, 80.0 % at 3. "
            + "Not drawn, because the median is N/A: d, 40.0 %. Levine and Feizi, Table 1, k from 10 to 100: at k = 45, their choice, 96.72 % at 8.", plot.Description);
        Assert.DoesNotContain(">d</text>", plot.ToSvg());
    }

    [TestMethod]
    public void Points_have_their_names_and_the_papers_their_k()
    {
        XDocument svg = XDocument.Parse(CertifiedPlot.Frontier([("runs & more", Metrics(100, 80, 9)), ("a name that is too long to be written in the plot", Metrics(100, 70, 2))],
            PublishedTable.Cifar10).ToSvg());
        string[] texts = Texts(svg);
        foreach (string text in new[] { "runs & more", "…e written in the plot", "25", "50", "75", "100", "125", "150", "frontier", "dominated",
            "Levine and Feizi, Table 3, by k", "median certified radius, changed pixels", "% of rows right" })
            CollectionAssert.Contains(texts, text);
    }

    [TestMethod]
    public void Rows_of_the_paper_that_lie_together_share_a_label()
    {
        string[] texts = Texts(XDocument.Parse(CertifiedPlot.Frontier([("here", Metrics(100, 80, 2))], PublishedTable.Mnist).ToSvg()));
        foreach (string text in new[] { "10", "15", "20", "25", "30–35", "40", "45", "50–60", "65–75", "80–95", "100" })
            CollectionAssert.Contains(texts, text);
    }

    [TestMethod]
    public void The_staircase_goes_through_the_frontier()
    {
        // 90 % at 3 and 70 % at 6: level from the left to 3, down, level to 6, and down to the axis.
        XDocument svg = XDocument.Parse(CertifiedPlot.Frontier([("a", Metrics(10, 9, 3)), ("b", Metrics(10, 7, 6)), ("c", Metrics(10, 6, 4))]).ToSvg());
        (double X, double Y)[] line = [.. svg.Descendants().Where(part => part.Name.LocalName == "polyline"
                && part.Attribute("style")!.Value.Contains("rgb(0,99,166)", StringComparison.Ordinal)).Single().Attribute("points")!.Value
            .Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(point => point.Split(','))
            .Select(point => (double.Parse(point[0], CultureInfo.InvariantCulture), double.Parse(point[1], CultureInfo.InvariantCulture)))];
        Assert.HasCount(5, line);
        Assert.AreEqual(line[0].Y, line[1].Y);
        Assert.AreEqual(line[1].X, line[2].X);
        Assert.AreEqual(line[2].Y, line[3].Y);
        Assert.AreEqual(line[3].X, line[4].X);
        Assert.IsTrue(line[0].X < line[1].X && line[1].Y < line[2].Y && line[2].X < line[3].X && line[3].Y < line[4].Y);
    }

    [TestMethod]
    public void A_page_draws_it_in_its_own_colours()
    {
        CertifiedPlot plot = CertifiedPlot.Frontier([("a", Metrics(10, 9, 3)), ("b", Metrics(10, 8, 3))], PublishedTable.Mnist);
        string svg = plot.ToInlineSvg("frontier");
        XDocument.Parse(svg);
        foreach (string color in new[] { "var(--ink)", "var(--grid)", "var(--s0)", "var(--s1)" })
            Assert.Contains(color, svg);
        Assert.DoesNotContain("rgb(", svg);
        Assert.DoesNotContain("var(", plot.ToSvg());
    }

    [TestMethod]
    public void Accuracies_stay_within_0_and_100_percent_on_the_axis()
    {
        string[] texts = Texts(XDocument.Parse(CertifiedPlot.Frontier([("a", Metrics(1000, 1000, 30)), ("b", Metrics(1000, 998, 31))]).ToSvg()));
        double[] numbers = [.. texts.Select(text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : -1)];
        CollectionAssert.Contains(numbers, 100.0);
        Assert.IsLessThanOrEqualTo(100, numbers.Max());
        // Radii are whole.
        CollectionAssert.IsSubsetOf(new[] { 30.0, 31 }, numbers);
        Assert.DoesNotContain("30.5", texts);
    }

    [TestMethod]
    public void Without_a_median_there_is_no_frontier()
    {
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => CertifiedPlot.Frontier([])).Message, "There are no evaluations");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => CertifiedPlot.Frontier([("a", Metrics(10, 4, 8))], PublishedTable.Mnist)).Message,
            "No evaluation has a median certified radius");
    }

    private static string[] Texts(XDocument svg) => [.. svg.Descendants().Where(part => part.Name.LocalName == "text").Select(part => part.Value)];

    /// <summary>Rows of which the first are right, all of these with one radius.</summary>
    private static CertifiedMetrics Metrics(int rows, int right, int radius) =>
        CertifiedMetrics.From(Enumerable.Range(0, rows).Select(i => new CertifiedOutcome(i < right, IsAbstained: false, i < right ? radius : -1)));
}
