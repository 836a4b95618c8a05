namespace Microsoft.ML.Ablation.Tool.Report;

/// <summary>What Levine and Feizi (AAAI 2020) report for a data set at the k of their choice.</summary>
/// <param name="RetainedPixels">k.</param>
/// <param name="MedianRadius">Median certified radius in pixels.</param>
internal sealed record PublishedResult(int RetainedPixels, int MedianRadius)
{
    public string Label => FormattableString.Invariant($"Levine and Feizi, k = {RetainedPixels}: median {MedianRadius}");

    /// <summary>The result for images of a data set; null for others than the paper's.</summary>
    /// <param name="data">What the rows of a run are called.</param>
    /// <param name="positions">d.</param>
    public static PublishedResult? Of(string data, int positions) => (data, positions) switch
    {
        (_, 224 * 224) => new PublishedResult(1000, 16),
        _ when data.StartsWith("MNIST", StringComparison.Ordinal) => new PublishedResult(45, 8),
        _ when data.StartsWith("CIFAR-10", StringComparison.Ordinal) => new PublishedResult(75, 7),
        _ => null,
    };
}
