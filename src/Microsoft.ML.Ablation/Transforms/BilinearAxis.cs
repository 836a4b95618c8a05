namespace Microsoft.ML.Ablation;

/// <summary>
/// Bilinear resampling along one axis: every sample is a weighted mean of neighbouring pixels, with weights that fall linearly to 0 at
/// the distance of one pixel, or of one sample where samples lie further apart than pixels (antialiasing). Beyond the ends there
/// are no pixels, and the weights of those that are there sum to 1.
/// </summary>
internal sealed class BilinearAxis
{
    private readonly int _width;
    private readonly int[] _first;
    private readonly int[] _counts;
    private readonly double[] _weights;

    /// <param name="pixels">The number of pixels.</param>
    /// <param name="samples">The number of samples, evenly spread over the pixels.</param>
    public BilinearAxis(int pixels, int samples)
    {
        double distance = (double)pixels / samples, reach = Math.Max(distance, 1);
        _width = 2 * (int)Math.Ceiling(reach) + 1;
        _first = new int[samples];
        _counts = new int[samples];
        _weights = new double[samples * _width];
        for (int sample = 0; sample < samples; sample++)
        {
            double centre = (sample + 0.5) * distance;
            int first = Math.Max(0, (int)Math.Floor(centre - reach + 0.5)), end = Math.Min(pixels, (int)Math.Floor(centre + reach + 0.5));
            Span<double> weights = _weights.AsSpan(sample * _width, end - first);
            double sum = 0;
            for (int i = 0; i < weights.Length; i++)
                sum += weights[i] = Math.Max(0, 1 - Math.Abs(first + i + 0.5 - centre) / reach);
            foreach (ref double weight in weights)
                weight /= sum;
            (_first[sample], _counts[sample]) = (first, weights.Length);
        }
    }

    /// <summary>The first pixel that a sample depends on.</summary>
    public int FirstOf(int sample) => _first[sample];

    /// <summary>The weights of that pixel and its followers.</summary>
    public ReadOnlySpan<double> WeightsOf(int sample) => _weights.AsSpan(sample * _width, _counts[sample]);
}
