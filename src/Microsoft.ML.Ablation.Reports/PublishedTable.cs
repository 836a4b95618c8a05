namespace Microsoft.ML.Ablation.Reports;

/// <summary>
/// A table of Levine and Feizi, "Robustness Certificates for Sparse Adversarial Attacks by Randomized Ablation" (AAAI 2020): accuracy and median
/// certified radius on the test images of a data set, by k. They took 1,000 votes to select a class and 10,000 to bound its probability, α = 0.05,
/// and the rule that this library calls <see cref="CertificationRule.Majority"/>.
/// </summary>
public sealed class PublishedTable
{
    private PublishedTable(string dataset, int number, int chosen, params IReadOnlyList<PublishedResult> rows)
    {
        Dataset = dataset;
        Number = number;
        Rows = rows;
        Chosen = rows.Single(row => row.RetainedCount == chosen);
    }

    /// <summary>Table 1: MNIST, d = 784, all 10,000 test images, k = 5, 10, … to 100. Chosen: k = 45, median 8.</summary>
    public static PublishedTable Mnist { get; } = new("MNIST", 1, 45,
        new(5, 0.3232, 0.0565, null),
        new(10, 0.7490, 0.0508, 0),
        new(15, 0.8609, 0.0282, 0),
        new(20, 0.9029, 0.0181, 3),
        new(25, 0.9305, 0.0102, 5),
        new(30, 0.9468, 0.0077, 7),
        new(35, 0.9540, 0.0066, 7),
        new(40, 0.9627, 0.0052, 8),
        new(45, 0.9672, 0.0045, 8),
        new(50, 0.9716, 0.0032, 7),
        new(55, 0.9741, 0.0034, 7),
        new(60, 0.9778, 0.0018, 7),
        new(65, 0.9805, 0.0015, 6),
        new(70, 0.9818, 0.0020, 6),
        new(75, 0.9828, 0.0020, 6),
        new(80, 0.9837, 0.0012, 5),
        new(85, 0.9857, 0.0012, 5),
        new(90, 0.9858, 0.0016, 5),
        new(95, 0.9873, 0.0011, 5),
        new(100, 0.9875, 0.0016, 4));

    /// <summary>Table 3: CIFAR-10, d = 1,024, ResNet-18, all 10,000 test images, k = 25, 50, … to 150. Chosen: k = 75, median 7.</summary>
    public static PublishedTable Cifar10 { get; } = new("CIFAR-10", 3, 75,
        new(25, 0.6841, 0.0176, 6),
        new(50, 0.7421, 0.0119, 7),
        new(75, 0.7825, 0.0093, 7),
        new(100, 0.8091, 0.0086, 6),
        new(125, 0.8325, 0.0060, 5),
        new(150, 0.8522, 0.0053, 4));

    /// <summary>Table 6: ImageNet at 224 × 224, d = 50,176, ResNet-50, 400 random validation images, k = 500, 1,000 and 2,000. Chosen: k = 1,000, median 16.</summary>
    public static PublishedTable ImageNet { get; } = new("ImageNet", 6, 1000,
        new(500, 0.5275, 0.0175, 0),
        new(1000, 0.6100, 0.0000, 16),
        new(2000, 0.6250, 0.0175, 11));

    /// <summary>The name of the data set.</summary>
    public string Dataset { get; }

    /// <summary>The table's number in the paper: 1, 3 or 6.</summary>
    public int Number { get; }

    /// <summary>The rows, k rising.</summary>
    public IReadOnlyList<PublishedResult> Rows { get; }

    /// <summary>The row that the paper shows in bold: the k with the largest median, and among several the largest accuracy.</summary>
    public PublishedResult Chosen { get; }

    internal string Label => FormattableString.Invariant($"Levine and Feizi, Table {Number}");
}
