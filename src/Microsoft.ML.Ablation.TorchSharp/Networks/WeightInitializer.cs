namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>First weights of a network, from a seed and without torch's process-wide generator.</summary>
internal static class WeightInitializer
{
    /// <summary>
    /// Values uniform in ±1/√fan-in, for weights and biases alike: the default of torch's own linear and convolution layers
    /// (He, Zhang, Ren and Sun 2015, with a = √5).
    /// </summary>
    /// <param name="parameters">What to fill.</param>
    /// <param name="seed">The same seed gives the same values.</param>
    /// <returns>One array per parameter.</returns>
    public static float[][] Uniform(IReadOnlyList<ParameterSpec> parameters, int seed)
    {
        var random = new Random(seed);
        return [.. parameters.Select(parameter =>
        {
            double bound = 1 / Math.Sqrt(parameter.FanIn);
            var values = new float[parameter.Count];
            for (int i = 0; i < values.Length; i++)
                values[i] = (float)(bound * (2 * random.NextDouble() - 1));
            return values;
        })];
    }
}
