using System.Globalization;
using System.Text;

namespace Microsoft.ML.Ablation;

/// <summary>What a classifier reaches at several numbers of retained positions: to choose <c>k</c> from.</summary>
public sealed class RetainedComparison
{
    internal RetainedComparison(IReadOnlyList<KeyValuePair<int, CertifiedMetrics>> metrics) => Metrics = metrics;

    /// <summary>The metrics for each <c>k</c>, in the order asked for.</summary>
    public IReadOnlyList<KeyValuePair<int, CertifiedMetrics>> Metrics { get; }

    /// <summary>
    /// The <c>k</c> with the largest certified accuracy at a radius; of equals the one with more accuracy, then the larger one. A <c>k</c> at which the classifier
    /// <see cref="CertifiedMetrics.IsNoBetterThanMostFrequentClass"/> is chosen only where that holds for all of them, because it certifies much by telling nothing.
    /// </summary>
    /// <param name="radius">The radius ρ that matters, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="radius"/> is negative.</exception>
    public int BestAt(int radius)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(radius);
        return Metrics.MaxBy(entry => (!entry.Value.IsNoBetterThanMostFrequentClass, entry.Value.CertifiedAccuracyAt(radius), entry.Value.ClassificationAccuracy, entry.Key)).Key;
    }

    /// <summary>
    /// A table: for each <c>k</c> the accuracy, the share abstained, and the certified accuracy at each radius that any of them reaches; with a warning for each <c>k</c> at which the
    /// classifier <see cref="CertifiedMetrics.IsNoBetterThanMostFrequentClass"/>.
    /// </summary>
    public override string ToString()
    {
        int largest = Metrics.Max(entry => Math.Max(0, entry.Value.CertifiedAccuracy.Count - 1));
        var text = new StringBuilder("  k  accuracy  abstained");
        for (int radius = 0; radius <= largest; radius++)
            text.Append(CultureInfo.InvariantCulture, $"{$"ρ = {radius}",9}");
        foreach ((int k, CertifiedMetrics metrics) in Metrics)
        {
            text.AppendLine().Append(CultureInfo.InvariantCulture, $"{k,3}{TextTable.Percent(metrics.ClassificationAccuracy),10}{TextTable.Percent(metrics.AbstainedShare),11}");
            for (int radius = 0; radius <= largest; radius++)
                text.Append(CultureInfo.InvariantCulture, $"{TextTable.Percent(metrics.CertifiedAccuracyAt(radius)),9}");
        }
        foreach ((int k, CertifiedMetrics metrics) in Metrics.Where(entry => entry.Value.IsNoBetterThanMostFrequentClass))
            text.AppendLine().Append(CultureInfo.InvariantCulture, $"k = {k}: {CertifiedMetricsText.Doubt(metrics)}");
        return text.ToString();
    }
}
