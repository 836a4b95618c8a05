using Microsoft.Data.Analysis;
using Microsoft.ML.Ablation;

namespace Microsoft.ML;

/// <summary>What was evaluated, as tables for notebooks and further calculations.</summary>
public static class CertifiedFrames
{
    /// <summary>
    /// The curve of certified accuracy: column <c>Radius</c> (Int32; ρ = 0, 1, … up to the largest certified radius) and column
    /// <c>CertifiedAccuracy</c> (Double; share of all rows that are right and certified at ρ or more, 0 to 1). No rows when no right row has a
    /// certificate.
    /// </summary>
    public static DataFrame ToDataFrame(this CertifiedMetrics metrics)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        return new DataFrame(
            new Int32DataFrameColumn("Radius", Enumerable.Range(0, metrics.CertifiedAccuracy.Count)),
            new DoubleDataFrameColumn("CertifiedAccuracy", metrics.CertifiedAccuracy));
    }

    /// <summary>
    /// How far certified intervals reach: columns <c>Radius</c> (Int32; ρ = 0, …, R), <c>MeanWidth</c> (Double; +∞ where an interval is infinite) and <c>BoundedShare</c> (Double; share of
    /// rows whose interval has two finite ends, 0 to 1).
    /// </summary>
    public static DataFrame ToDataFrame(this CertifiedRegressionMetrics metrics)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        return new DataFrame(
            new Int32DataFrameColumn("Radius", Enumerable.Range(0, metrics.LargestRadius + 1)),
            new DoubleDataFrameColumn("MeanWidth", metrics.MeanWidth),
            new DoubleDataFrameColumn("BoundedShare", metrics.BoundedShare));
    }
}
