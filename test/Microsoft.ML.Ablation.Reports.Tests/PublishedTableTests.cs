using System.Globalization;

namespace Microsoft.ML.Ablation.Reports.Tests;

[TestClass]
public sealed class PublishedTableTests
{
    // As printed: k, accuracy in %, abstained in %, median.
    private const string Table1 = """
        5 32.32 5.65 N/A
        10 74.90 5.08 0
        15 86.09 2.82 0
        20 90.29 1.81 3
        25 93.05 1.02 5
        30 94.68 0.77 7
        35 95.40 0.66 7
        40 96.27 0.52 8
        45 96.72 0.45 8
        50 97.16 0.32 7
        55 97.41 0.34 7
        60 97.78 0.18 7
        65 98.05 0.15 6
        70 98.18 0.20 6
        75 98.28 0.20 6
        80 98.37 0.12 5
        85 98.57 0.12 5
        90 98.58 0.16 5
        95 98.73 0.11 5
        100 98.75 0.16 4
        """;

    private const string Table3 = """
        25 68.41 1.76 6
        50 74.21 1.19 7
        75 78.25 0.93 7
        100 80.91 0.86 6
        125 83.25 0.60 5
        150 85.22 0.53 4
        """;

    private const string Table6 = """
        500 52.75 1.75 0
        1000 61.00 0.00 16
        2000 62.50 1.75 11
        """;

    private static IEnumerable<object[]> Tables =>
    [
        [PublishedTable.Mnist, "MNIST", 1, Table1, 45],
        [PublishedTable.Cifar10, "CIFAR-10", 3, Table3, 75],
        [PublishedTable.ImageNet, "ImageNet", 6, Table6, 1000],
    ];

    [TestMethod]
    [DynamicData(nameof(Tables))]
    public void Rows_are_those_of_the_paper(PublishedTable table, string dataset, int number, string printed, int chosen)
    {
        Assert.AreEqual((dataset, number), (table.Dataset, table.Number));
        string told = string.Join("\n", table.Rows.Select(row => string.Create(CultureInfo.InvariantCulture,
            $"{row.RetainedCount} {100 * (decimal)row.ClassificationAccuracy:F2} {100 * (decimal)row.AbstainedShare:F2} {row.MedianCertifiedRadius?.ToString(CultureInfo.InvariantCulture) ?? "N/A"}")));
        Assert.AreEqual(printed.ReplaceLineEndings("\n"), told);
        Assert.AreEqual(chosen, table.Chosen.RetainedCount);
        // The choice is the largest median, and there the largest accuracy.
        Assert.AreSame(table.Rows.OrderBy(row => row.MedianCertifiedRadius ?? -1).ThenBy(row => row.ClassificationAccuracy).Last(), table.Chosen);
    }
}
