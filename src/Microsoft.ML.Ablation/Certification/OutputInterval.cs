namespace Microsoft.ML.Ablation.Certification;

/// <summary>Between which numbers a smoothed regressor's output stays (<see cref="MedianCertificate"/>).</summary>
/// <param name="Lower">The least output; −∞ where nothing is certain.</param>
/// <param name="Upper">The greatest output; +∞ where nothing is certain.</param>
public readonly record struct OutputInterval(double Lower, double Upper)
{
    /// <summary>The difference of both ends, 0 or more; +∞ where one of them is infinite.</summary>
    public double Width => Lower == Upper ? 0 : Upper - Lower;

    /// <summary>Whether a number lies in the interval, its ends included.</summary>
    /// <param name="value">The number.</param>
    public bool Contains(double value) => Lower <= value && value <= Upper;
}
