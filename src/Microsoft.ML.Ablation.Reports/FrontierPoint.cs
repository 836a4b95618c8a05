namespace Microsoft.ML.Ablation.Reports;

/// <summary>An evaluation as a point: how often it is right, and how robustly.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Accuracy">Share of all rows that are right, 0 to 1.</param>
/// <param name="Median">Median certified radius in pixels.</param>
internal sealed record FrontierPoint(string Name, double Accuracy, int Median)
{
    /// <summary>Whether this is as good as another in both, and better in one.</summary>
    public bool Dominates(FrontierPoint other) => Accuracy >= other.Accuracy && Median >= other.Median && (Accuracy > other.Accuracy || Median > other.Median);

    /// <summary>The points that no other dominates, the median rising and so the accuracy falling. Equal points do not dominate each other.</summary>
    public static IReadOnlyList<FrontierPoint> NonDominated(IReadOnlyList<FrontierPoint> points) =>
        [.. points.Where(point => !points.Any(other => other.Dominates(point))).OrderBy(point => point.Median)];
}
