using Microsoft.ML.Ablation.Certification;

namespace Microsoft.ML.Ablation.Tests.Evaluation;

[TestClass]
public sealed class MetricsTextTests
{
    private static string Lines(params string[] lines) => string.Join(Environment.NewLine, lines);

    [TestMethod]
    public void A_classifier_s_metrics_are_a_table_with_confidence_intervals()
    {
        // 50 rows of each class: 45 and 40 right, one abstention, radii 0 to 9.
        CertifiedMetrics metrics = CertifiedMetrics.From(
        [
            .. Enumerable.Range(0, 50).Select(row => CertifiedOutcome.Of(0, row < 45 ? 0 : 1, row % 10)),
            .. Enumerable.Range(0, 50).Select(row => CertifiedOutcome.Of(1, row == 49 ? null : row < 40 ? 1 : 0, row % 10)),
        ], classNames: ["no", "yes"]);
        string text = metrics.ToString();
        string[] lines = text.Split(Environment.NewLine);
        StringAssert.StartsWith(lines[0], "Rows ");
        Assert.AreEqual("Accuracy                        85.0 %   76.5 to 91.4 %", lines[1], text);
        Assert.AreEqual("Abstained                        1.0 %     0.0 to 5.4 %", lines[2], text);
        Assert.AreEqual("Median certified radius              3", lines[3], text);
        CollectionAssert.AreEqual(new[] { 0, 1, 2, 3, 4, 6, 8 }.Select(rho => FormattableString.Invariant($"Certified accuracy at radius {rho}")).ToArray(),
            lines[4..11].Select(line => line[..30]).ToArray());
        Assert.AreEqual("Always answering 'no'           50.0 %", lines[11], text);
        Assert.HasCount(12, lines);
    }

    [TestMethod]
    public void What_is_not_known_is_left_out()
    {
        string[] lines = CertifiedMetrics.From([new(true, false, -1), new(false, true, -1)]).ToString().Split(Environment.NewLine);
        Assert.HasCount(5, lines);
        StringAssert.EndsWith(lines[3], " none");
        StringAssert.StartsWith(lines[4], "Certified accuracy at radius 0   0.0 %");
    }

    [TestMethod]
    public void An_interval_has_both_exact_bounds()
    {
        ConfidenceInterval interval = ConfidenceInterval.OfShare(7, 20);
        Assert.AreEqual(ClopperPearson.LowerBound(7, 20, 0.025), interval.Lower);
        Assert.AreEqual(ClopperPearson.UpperBound(7, 20, 0.025), interval.Upper);
        Assert.AreEqual("15.4 to 59.2 %", interval.ToString());
        CertifiedMetrics metrics = CertifiedMetrics.From(Enumerable.Range(0, 20).Select(row => new CertifiedOutcome(row < 7, false, row < 5 ? 2 : 1)));
        Assert.AreEqual(interval, metrics.ClassificationAccuracyInterval);
        Assert.AreEqual(interval, metrics.CertifiedAccuracyIntervalAt(1));
        Assert.AreEqual(ConfidenceInterval.OfShare(5, 20), metrics.CertifiedAccuracyIntervalAt(2));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => metrics.CertifiedAccuracyIntervalAt(-1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ConfidenceInterval.OfShare(3, 2));
    }

    [TestMethod]
    public void A_regressor_s_metrics_are_a_table()
        => Assert.AreEqual(Lines(
            "Rows                          2",
            "Mean absolute error           6",
            "R²                        0.983",
            "Certified intervals  mean width  bounded",
            "  at radius 0               3.5  100.0 %",
            "  at radius 1          Infinity   50.0 %"),
            CertifiedRegressionMetrics.From([new(100, 110, [105, 90], [112, 115]), new(-10, -12, [-12, float.NegativeInfinity], [-12, -8])]).ToString());
}
