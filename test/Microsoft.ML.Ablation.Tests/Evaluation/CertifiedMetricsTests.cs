using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Tests.Evaluation;

[TestClass]
public sealed class CertifiedMetricsTests
{
    private readonly MLContext _ml = new(seed: 1);

    private sealed class Row
    {
        [KeyType(3)]
        public uint Label { get; set; }

        [KeyType(3)]
        public uint PredictedLabel { get; set; }

        public int CertifiedRadius { get; set; }
    }

    // Objects count keys from 0, and 0 − 1 is out of range, so missing.
    private CertifiedMetrics Evaluate(bool uncertifiedAsZero, params (uint Label, uint Predicted, int Radius)[] rows)
        => _ml.MulticlassClassification.EvaluateCertified(_ml.Data.LoadFromEnumerable(rows.Select(row => new Row
        {
            Label = row.Label - 1,
            PredictedLabel = row.Predicted - 1,
            CertifiedRadius = row.Radius,
        }).ToArray()), uncertifiedAsZero: uncertifiedAsZero);

    [TestMethod]
    public void The_paper_s_definitions()
    {
        (uint, uint, int)[] rows = [(1, 1, 5), (2, 2, 3), (3, 3, 0), (1, 2, 9), (2, 0, -1), (3, 3, -1), (1, 1, 3)];
        CertifiedMetrics metrics = Evaluate(false, rows);
        Assert.AreEqual(5 / 7.0, metrics.ClassificationAccuracy);
        Assert.AreEqual(1 / 7.0, metrics.AbstainedShare);
        CollectionAssert.AreEqual(new[] { 4 / 7.0, 3 / 7.0, 3 / 7.0, 3 / 7.0, 1 / 7.0, 1 / 7.0 }, metrics.CertifiedAccuracy.ToArray());
        Assert.AreEqual(0, metrics.CertifiedAccuracyAt(6));
        Assert.AreEqual(0, metrics.MedianCertifiedRadius);
        Assert.AreEqual(5 / 7.0, Evaluate(true, rows).CertifiedAccuracyAt(0));
    }

    [TestMethod]
    public void The_median_is_the_radius_that_half_the_rows_reach()
    {
        Assert.AreEqual(4, Evaluate(false, (1, 1, 4), (1, 1, 2), (1, 1, 7)).MedianCertifiedRadius);
        Assert.AreEqual(4, Evaluate(false, (1, 1, 4), (1, 1, 2)).MedianCertifiedRadius);
        Assert.AreEqual(4, Evaluate(false, (1, 1, 4), (1, 2, 9)).MedianCertifiedRadius);
        Assert.IsNull(Evaluate(false, (1, 1, 4), (1, 2, 9), (1, 2, 9)).MedianCertifiedRadius);
        Assert.IsNull(Evaluate(false, (1, 1, -1), (1, 1, 3), (1, 0, -1)).MedianCertifiedRadius);
        Assert.AreEqual(0, Evaluate(true, (1, 1, -1), (1, 1, 3), (1, 0, -1)).MedianCertifiedRadius);
    }

    [TestMethod]
    public void A_report_has_figures_of_each_class()
    {
        CertifiedMetrics metrics = Evaluate(false, (1, 1, 5), (2, 2, 3), (1, 2, 9), (2, 0, -1), (1, 1, 3));
        CollectionAssert.AreEqual(new long[] { 3, 2, 0 }, metrics.Classes.Select(one => one.RowCount).ToArray());
        CollectionAssert.AreEqual(new long[] { 2, 1, 0 }, metrics.Classes[0].PredictedCounts.ToArray());
        CollectionAssert.AreEqual(new long[] { 0, 1, 0 }, metrics.Classes[1].PredictedCounts.ToArray());
        Assert.AreEqual(1, metrics.Classes[1].AbstainedCount);
    }

    [TestMethod]
    public void Bad_data_is_refused()
    {
        StringAssert.Contains(Assert.Throws<ArgumentException>(() => Evaluate(false)).Message, "no rows");
        StringAssert.Contains(Assert.Throws<ArgumentException>(() => Evaluate(false, (0, 1, 1))).Message, "Row 0 has no label");
        IDataView data = _ml.Data.LoadFromEnumerable(new[] { new Row() });
        StringAssert.Contains(Assert.Throws<ArgumentException>(() => _ml.MulticlassClassification.EvaluateCertified(data, "Truth")).Message,
            "There is no label column 'Truth'; the data has 'Label', 'PredictedLabel', 'CertifiedRadius'");
        Assert.Throws<ArgumentException>(() => _ml.MulticlassClassification.EvaluateCertified(data, certifiedRadiusColumnName: "Label"));
        Assert.Throws<ArgumentException>(() => _ml.MulticlassClassification.EvaluateCertified(data, "CertifiedRadius"));
    }
}
