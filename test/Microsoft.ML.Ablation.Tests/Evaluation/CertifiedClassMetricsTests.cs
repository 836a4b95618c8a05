namespace Microsoft.ML.Ablation.Tests.Evaluation;

[TestClass]
public sealed class CertifiedClassMetricsTests
{
    // Six rows of class 0, three of class 1, none of class 2: it is answered, but never the truth.
    private static readonly CertifiedOutcome[] s_outcomes =
    [
        CertifiedOutcome.Of(0, 0, 4), CertifiedOutcome.Of(0, 0, 2), CertifiedOutcome.Of(0, 0, 1), CertifiedOutcome.Of(0, 0, -1), CertifiedOutcome.Of(0, 1, 3),
        CertifiedOutcome.Of(0, null, -1), CertifiedOutcome.Of(1, 1, 5), CertifiedOutcome.Of(1, 2, 0), CertifiedOutcome.Of(1, 0, 1),
    ];

    private static readonly string[] s_names = ["cat", "dog", "owl"];

    private static string Lines(params string[] lines) => string.Join(Environment.NewLine, lines);

    [TestMethod]
    public void Each_class_has_the_figures_of_its_rows()
    {
        CertifiedMetrics metrics = CertifiedMetrics.From(s_outcomes, classNames: s_names);
        CertifiedClassMetrics cat = metrics.Classes[0], dog = metrics.Classes[1], owl = metrics.Classes[2];
        CollectionAssert.AreEqual(s_names, metrics.Classes.Select(one => one.Name).ToArray());
        Assert.AreEqual((6, 4, 1, 5), (cat.RowCount, cat.CorrectCount, cat.AbstainedCount, cat.AnsweredCount));
        Assert.AreEqual((3, 1, 0, 2), (dog.RowCount, dog.CorrectCount, dog.AbstainedCount, dog.AnsweredCount));
        Assert.AreEqual((0, 0, 0, 1), (owl.RowCount, owl.CorrectCount, owl.AbstainedCount, owl.AnsweredCount));
        Assert.AreEqual((4 / 6.0, 4 / 5.0), (cat.Recall, cat.Precision));
        Assert.AreEqual((1 / 3.0, 1 / 2.0), (dog.Recall, dog.Precision));
        Assert.AreEqual((double.NaN, 0), (owl.Recall, owl.Precision));
        Assert.AreEqual((1, null, null), (cat.MedianCertifiedRadius, dog.MedianCertifiedRadius, owl.MedianCertifiedRadius));
        Assert.AreEqual((3 / 6.0, 2 / 6.0, 0), (cat.CertifiedAccuracyAt(1), cat.CertifiedAccuracyAt(2), cat.CertifiedAccuracyAt(5)));
        CollectionAssert.AreEqual(new long[] { 4, 1, 0 }, cat.PredictedCounts.ToArray());
        CollectionAssert.AreEqual(new long[] { 1, 1, 1 }, dog.PredictedCounts.ToArray());
        CollectionAssert.AreEqual(new long[] { 0, 0, 0 }, owl.PredictedCounts.ToArray());
        Assert.AreEqual(metrics.CorrectCount, metrics.Classes.Sum(one => one.CorrectCount));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => cat.CertifiedAccuracyAt(-1));
    }

    [TestMethod]
    public void A_row_without_a_certificate_counts_as_radius_0_where_that_is_asked_for()
    {
        CertifiedMetrics metrics = CertifiedMetrics.From(s_outcomes, uncertifiedAsZero: true, s_names);
        Assert.AreEqual(4 / 6.0, metrics.Classes[0].CertifiedAccuracyAt(0));
        Assert.AreEqual(3 / 6.0, CertifiedMetrics.From(s_outcomes).Classes[0].CertifiedAccuracyAt(0));
    }

    [TestMethod]
    public void The_confusion_table_has_a_line_for_each_class()
    {
        Assert.AreEqual(Lines(
            "truth \\ answer     cat     dog    owl  abstained  recall  median radius",
            "cat                  4       1      0          1  66.7 %              1",
            "dog                  1       1      1          0  33.3 %           none",
            "owl                  0       0      0          0       –           none",
            "precision       80.0 %  50.0 %  0.0 %"), CertifiedMetrics.From(s_outcomes, classNames: s_names).GetFormattedConfusionTable());
        Assert.AreEqual("", CertifiedMetrics.From([new(true, false, 1)]).GetFormattedConfusionTable());
    }

    [TestMethod]
    public void Classes_without_names_are_called_by_their_numbers()
    {
        CollectionAssert.AreEqual(new[] { "0", "1", "2" }, CertifiedMetrics.From(s_outcomes).Classes.Select(one => one.Name).ToArray());
        CertifiedMetrics unknown = CertifiedMetrics.From([.. s_outcomes, new(true, false, 1)]);
        Assert.IsEmpty(unknown.Classes);
        Assert.IsNull(unknown.MostFrequentClass);
        Assert.IsNull(unknown.MostFrequentClassAccuracy);
        Assert.IsFalse(unknown.IsNoBetterThanMostFrequentClass);
    }

    [TestMethod]
    public void Outcomes_that_the_names_do_not_fit_are_refused()
    {
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => CertifiedMetrics.From(s_outcomes, classNames: ["cat", "dog"])).Message, "Row 7 has a class without a name, but 2");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => CertifiedMetrics.From([new(true, false, 1)], classNames: s_names)).Message, "Row 0 has no classes, but 3 classes");
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => CertifiedOutcome.Of(-1, null, 0));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => CertifiedOutcome.Of(0, -1, 0));
    }
}
