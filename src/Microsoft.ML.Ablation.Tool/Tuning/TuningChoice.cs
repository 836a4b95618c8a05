using Microsoft.ML.Ablation.Reports;

namespace Microsoft.ML.Ablation.Tool.Tuning;

/// <summary>Which of several ways to certify is the best: the largest mean radius among those that are accurate enough.</summary>
internal static class TuningChoice
{
    /// <summary>How far below the most accurate candidate the chosen one may be, where no least accuracy is given.</summary>
    public const double Slack = 0.02;

    /// <summary>Marks the candidates that no other dominates.</summary>
    public static IReadOnlyList<TuningCandidate> WithFrontier(IReadOnlyList<TuningCandidate> candidates)
        => [.. candidates.Select(candidate => candidate with { IsOnFrontier = !candidates.Any(other => PointOf(other).Dominates(PointOf(candidate))) })];

    /// <summary>The chosen candidate.</summary>
    /// <param name="candidates">At least one.</param>
    /// <param name="leastAccuracy">The share of images that have to be right; null for that of the most accurate candidate less <see cref="Slack"/>.</param>
    /// <returns>Null where none is accurate enough.</returns>
    public static TuningCandidate? Best(IReadOnlyList<TuningCandidate> candidates, double? leastAccuracy)
    {
        double least = leastAccuracy ?? candidates.Max(candidate => candidate.Accuracy) - Slack;
        return candidates.Where(candidate => candidate.Accuracy >= least).MaxBy(candidate => (candidate.MeanCertifiedRadius, candidate.Accuracy));
    }

    // Less than half of the rows certified is less than a median of 0.
    private static FrontierPoint PointOf(TuningCandidate candidate) => new(candidate.Ablations, candidate.Accuracy, candidate.MedianCertifiedRadius ?? -1);
}
