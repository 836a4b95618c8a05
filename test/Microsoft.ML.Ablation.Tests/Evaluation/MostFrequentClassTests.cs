namespace Microsoft.ML.Ablation.Tests.Evaluation;

[TestClass]
public sealed class MostFrequentClassTests
{
    private static readonly string[] s_names = ["False", "True"];

    /// <summary>Metrics of 100 rows, 77 of them False.</summary>
    /// <param name="falseRight">How many rows of False are right.</param>
    /// <param name="trueRight">How many rows of True are right.</param>
    /// <param name="radius">The radius of all rows.</param>
    private static CertifiedMetrics Metrics(int falseRight, int trueRight, int radius = 1) => CertifiedMetrics.From(
    [
        .. Enumerable.Range(0, 77).Select(row => CertifiedOutcome.Of(0, row < falseRight ? 0 : 1, radius)),
        .. Enumerable.Range(0, 23).Select(row => CertifiedOutcome.Of(1, row < trueRight ? 1 : 0, radius)),
    ], classNames: s_names);

    [TestMethod]
    [DataRow(77, 0, true)]
    [DataRow(0, 23, true)]
    // Of n rows that differ, all won: the p-value is 2/2ⁿ, at most 5 % from n = 6 on.
    [DataRow(77, 5, true)]
    [DataRow(77, 6, false)]
    // 13 won and 12 lost is chance; 20 won and 5 lost has p = 0.004, 17 and 8 p = 0.108, 18 and 7 p = 0.043.
    [DataRow(65, 13, true)]
    [DataRow(69, 17, true)]
    [DataRow(70, 18, false)]
    [DataRow(72, 20, false)]
    public void A_classifier_is_better_where_it_wins_more_rows_than_by_chance(int falseRight, int trueRight, bool isNoBetter)
    {
        CertifiedMetrics metrics = Metrics(falseRight, trueRight);
        Assert.AreEqual("False", metrics.MostFrequentClass!.Name);
        Assert.AreEqual(0.77, metrics.MostFrequentClassAccuracy);
        Assert.AreEqual(isNoBetter, metrics.IsNoBetterThanMostFrequentClass);
        Assert.AreEqual(isNoBetter, metrics.ToString().Contains("Warning: not shown to be better than always answering 'False', which is right on 77.0 % of the rows", StringComparison.Ordinal));
    }

    [TestMethod]
    public void The_best_k_is_one_that_tells_more_than_the_most_frequent_class()
    {
        CertifiedMetrics constant = Metrics(77, 0, radius: 3), useful = Metrics(72, 20, radius: 1), weak = Metrics(70, 5, radius: 2);
        var comparison = new RetainedComparison([KeyValuePair.Create(2, constant), KeyValuePair.Create(5, useful)]);
        Assert.AreEqual(5, comparison.BestAt(1));
        Assert.AreEqual(5, comparison.BestAt(3), "the other certifies more by telling nothing");
        string[] lines = comparison.ToString().Split(Environment.NewLine);
        Assert.HasCount(4, lines);
        StringAssert.StartsWith(lines[3], "k = 2: not shown to be better than always answering 'False', which is right on 77.0 %");
        Assert.AreEqual(2, new RetainedComparison([KeyValuePair.Create(2, constant), KeyValuePair.Create(4, weak)]).BestAt(1), "where none is better, the radius decides");
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => comparison.BestAt(-1));
    }
}
