using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>
/// Batch normalisation (Ioffe and Szegedy 2015) of channels or of features, with four vectors: γ, β, mean, variance.
/// </summary>
internal static class BatchNormalization
{
    private const double Momentum = 0.1, Epsilon = 1e-5;

    /// <summary>The number of vectors.</summary>
    public const int Parameters = 4;

    public static IEnumerable<ParameterSpec> ParametersOf(string layer, long size) =>
    [
        new($"{layer}.gamma", [size], 1, ParameterRole.Scale),
        new($"{layer}.beta", [size], 1, ParameterRole.Shift),
        new($"{layer}.mean", [size], 1, ParameterRole.RunningMean),
        new($"{layer}.variance", [size], 1, ParameterRole.RunningVariance),
    ];

    /// <summary>
    /// Normalises by the batch's statistics while training, and updates the running ones; otherwise normalises by the running
    /// ones, and also if there is only one value per channel, for which the variance is undefined.
    /// </summary>
    /// <param name="x">[count, size] or [count, size, height, width].</param>
    /// <param name="vectors">All parameters of the network.</param>
    /// <param name="first">The index of γ.</param>
    /// <param name="training">Whether this is a step of training.</param>
    public static Tensor Apply(Tensor x, IReadOnlyList<Tensor> vectors, int first, bool training)
        => batch_norm(x, vectors[first + 2], vectors[first + 3], vectors[first], vectors[first + 1], training && x.numel() > x.shape[1], Momentum,
            Epsilon);

    /// <summary>
    /// Folds the normalisation by running statistics into the preceding layer, which has no bias: weight · γ/√(variance + ε), and
    /// the bias β − mean · γ/√(variance + ε).
    /// </summary>
    public static (Tensor Weight, Tensor Bias) Fold(Tensor weight, IReadOnlyList<Tensor> vectors, int first)
    {
        Tensor scale = vectors[first] / (vectors[first + 3] + Epsilon).sqrt();
        long[] perOutput = [-1, .. Enumerable.Repeat(1L, (int)weight.dim() - 1)];
        return (weight * scale.reshape(perOutput), vectors[first + 1] - vectors[first + 2] * scale);
    }

    /// <summary>Weight and bias of every layer of a network with a normalisation after each layer but the last.</summary>
    /// <param name="weights">Weight and normalisation of each layer, then weight and bias of the last.</param>
    public static IReadOnlyList<Tensor> FoldAll(IReadOnlyList<Tensor> weights)
    {
        var folded = new List<Tensor>();
        for (int first = 0; first < weights.Count - 2; first += 1 + Parameters)
        {
            (Tensor weight, Tensor bias) = Fold(weights[first], weights, first + 1);
            folded.AddRange([weight, bias]);
        }
        return [.. folded, weights[^2], weights[^1]];
    }
}
