using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Tests.Evaluation;

[TestClass]
public class CertifiedRegressionMetricsTests
{
    private static readonly MLContext Ml = new(seed: 1);

    private sealed class Row
    {
        public float Label { get; set; }

        public float Score { get; set; }

        [VectorType(3)]
        public float[] CertifiedLower { get; set; } = [];

        [VectorType(3)]
        public float[] CertifiedUpper { get; set; } = [];
    }

    private static readonly Row[] Rows =
    [
        new() { Label = 100, Score = 110, CertifiedLower = [105, 90, 80], CertifiedUpper = [112, 115, 130] },
        new() { Label = -10, Score = -12, CertifiedLower = [-12, -14, float.NegativeInfinity], CertifiedUpper = [-12, -8, 0] },
    ];

    [TestMethod]
    public void Figures_are_those_of_a_pocket_calculator()
    {
        CertifiedRegressionMetrics metrics = Ml.Regression.EvaluateCertified(Ml.Data.LoadFromEnumerable(Rows));
        Assert.AreEqual(2, metrics.RowCount);
        Assert.AreEqual(2, metrics.LargestRadius);
        Assert.AreEqual(6, metrics.MeanAbsoluteError);
        Assert.AreEqual(1 - 104.0 / 6050, metrics.RSquared, 1e-12);
        CollectionAssert.AreEqual(new[] { 3.5, 15.5, double.PositiveInfinity }, metrics.MeanWidth.ToArray());
        CollectionAssert.AreEqual(new[] { 1, 1, 0.5 }, metrics.BoundedShare.ToArray());
        CollectionAssert.AreEqual(new[] { 1, 0.5, 0 }, metrics.CertifiedAccuracyWithin(12).ToArray());
        CollectionAssert.AreEqual(new[] { 0.5, 0.5, 0 }, metrics.CertifiedAccuracyWithin(11.5).ToArray());
        CollectionAssert.AreEqual(new[] { 0.5, 0.5, 0 }, metrics.CertifiedAccuracyWithinShare(0.15).ToArray());
        CollectionAssert.AreEqual(new[] { 1, 1, 0.5 }, metrics.CertifiedAccuracyWithinShare(0.4).ToArray());
    }

    [TestMethod]
    public void Rows_that_cannot_be_measured_are_refused()
    {
        Refused("There are no rows", () => CertifiedRegressionMetrics.From([]));
        Refused("Row 0 has 1 lower ends and 2 upper ends", () => CertifiedRegressionMetrics.From([new(1, 1, [1], [1, 2])]));
        Refused("tolerance is -1", () => CertifiedRegressionMetrics.From([new(1, 1, [1], [1])]).CertifiedAccuracyWithin(-1));
        Refused("There is no label column 'Price'", () => Ml.Regression.EvaluateCertified(Ml.Data.LoadFromEnumerable(Rows), "Price"));
        Refused("Column 'CertifiedLower' has type", () => Ml.Regression.EvaluateCertified(Ml.Data.LoadFromEnumerable(Rows), "CertifiedLower"));
        Refused("Column 'Label' has type", () => Ml.Regression.EvaluateCertified(Ml.Data.LoadFromEnumerable(Rows), columns: new() { CertifiedUpperColumnName = "Label" }));
        Row missing = new() { Label = float.NaN, CertifiedLower = Rows[0].CertifiedLower, CertifiedUpper = Rows[0].CertifiedUpper };
        Refused("Row 1 has no label", () => Ml.Regression.EvaluateCertified(Ml.Data.LoadFromEnumerable([Rows[0], missing])));

        static void Refused(string message, Action call) => StringAssert.Contains(Assert.Throws<ArgumentException>(call).Message, message);
    }
}
