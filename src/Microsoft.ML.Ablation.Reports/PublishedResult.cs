namespace Microsoft.ML.Ablation.Reports;

/// <summary>A row of a table of Levine and Feizi (AAAI 2020): what they report for a data set at one k (<see cref="PublishedTable"/>).</summary>
public sealed class PublishedResult
{
    internal PublishedResult(int retainedCount, double classificationAccuracy, double abstainedShare, int? medianCertifiedRadius)
    {
        RetainedCount = retainedCount;
        ClassificationAccuracy = classificationAccuracy;
        AbstainedShare = abstainedShare;
        MedianCertifiedRadius = medianCertifiedRadius;
    }

    /// <summary>k, the number of pixels that an ablation retains, 1 to d.</summary>
    public int RetainedCount { get; }

    /// <summary>Share of all images with the right class, 0 to 1; an abstention is not right.</summary>
    public double ClassificationAccuracy { get; }

    /// <summary>Share of images without an answer, 0 to 1.</summary>
    public double AbstainedShare { get; }

    /// <summary>
    /// The largest number of changed pixels, 0 or more, against which at least half of all images are right and certified; null (N/A) when less
    /// than half are right. An image that is right and has no certificate counts as radius 0 in the paper's tables
    /// (<see cref="CertifiedMetrics.From"/> does the same when told to).
    /// </summary>
    public int? MedianCertifiedRadius { get; }
}
