namespace Microsoft.ML.Ablation.Reports;

/// <summary>What Levine and Feizi (AAAI 2020) report for a data set at the k of their choice.</summary>
public sealed class PublishedResult
{
    private PublishedResult(int retainedCount, int medianRadius)
    {
        RetainedCount = retainedCount;
        MedianRadius = medianRadius;
    }

    /// <summary>MNIST: k = 45, median certified radius 8.</summary>
    public static PublishedResult Mnist { get; } = new(45, 8);

    /// <summary>CIFAR-10: k = 75, median certified radius 7.</summary>
    public static PublishedResult Cifar10 { get; } = new(75, 7);

    /// <summary>ImageNet at 224 × 224: k = 1,000, median certified radius 16.</summary>
    public static PublishedResult ImageNet { get; } = new(1000, 16);

    /// <summary>k.</summary>
    public int RetainedCount { get; }

    /// <summary>Median certified radius in pixels.</summary>
    public int MedianRadius { get; }

    internal string Label => FormattableString.Invariant($"Levine and Feizi, k = {RetainedCount}: median {MedianRadius}");
}
