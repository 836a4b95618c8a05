namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>Draws the initial weights of a network from a seed, without torch's process-wide generator.</summary>
internal static class WeightInitializer
{
    /// <summary>
    /// Weights and biases uniform in ±1/√fan-in: the default of torch's own linear and convolution layers (He, Zhang, Ren and
    /// Sun 2015, with a = √5). Batch normalisation is initially the identity.
    /// </summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="seed">The same seed gives the same values.</param>
    /// <returns>One array per parameter.</returns>
    public static float[][] Uniform(IReadOnlyList<ParameterSpec> parameters, int seed)
    {
        var random = new Random(seed);
        return [.. parameters.Select(parameter =>
        {
            var values = new float[parameter.Count];
            if (parameter.Role is ParameterRole.Scale or ParameterRole.RunningVariance)
                Array.Fill(values, 1);
            if (parameter.Role != ParameterRole.Weight)
                return values;
            double bound = 1 / Math.Sqrt(parameter.FanIn);
            for (int i = 0; i < values.Length; i++)
                values[i] = (float)(bound * (2 * random.NextDouble() - 1));
            return values;
        })];
    }
}
