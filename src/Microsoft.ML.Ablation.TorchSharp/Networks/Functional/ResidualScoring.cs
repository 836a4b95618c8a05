using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>
/// The scoring form of a residual network (He, Zhang, Ren and Sun, CVPR 2016): batch normalisation is folded into the preceding
/// convolution, so that every layer is a convolution with a bias.
/// </summary>
internal sealed class ResidualScoring : ScoringNetwork
{
    private readonly ResidualLayers _layers;

    private ResidualScoring(NetworkShape shape, ResidualLayers layers, Tensor[] weights, ScoringArithmetic arithmetic)
        : base(shape, weights, arithmetic) => _layers = layers;

    public override long WorkingValues => _layers.WorkingValues(Shape);

    /// <summary>Copies weights for scoring.</summary>
    /// <param name="shape">Its input and output.</param>
    /// <param name="layers">The layers.</param>
    /// <param name="weights">
    /// One tensor of float32 per parameter of <see cref="ResidualLayers.ParametersOf"/>; they are copied.
    /// </param>
    /// <param name="precision">The number format of all layers but the last.</param>
    public static ResidualScoring From(NetworkShape shape, ResidualLayers layers, IReadOnlyList<Tensor> weights, ScalarType precision)
    {
        using IDisposable _ = no_grad();
        using var scope = NewDisposeScope();
        IEnumerable<Tensor> arranged = weights.Select(weight => weight.dim() == 4 ? Convolution.ChannelsLast(weight) : weight);
        var arithmetic = ScoringArithmetic.For(precision, weights[0].device);
        return new ResidualScoring(shape, layers, Copies(arranged, arithmetic), arithmetic);
    }

    protected internal override Tensor Compute(Tensor images)
    {
        // Tensors are freed as soon as the next layer has read them; all together they would take ten times the working values.
        int layer = 0;
        Tensor x = Apply(_layers.Stem, images, ref layer);
        x.relu_();
        if (_layers.PoolsStem)
            x = Replace(x, max_pool2d(x, [3, 3], [2, 2], [1, 1]));
        foreach (ResidualBlock block in _layers.Blocks)
        {
            Tensor shortcut = x;
            for (int i = 0; i < block.Path.Count; i++)
            {
                Tensor y = Apply(block.Path[i], x, ref layer);
                if (i < block.Path.Count - 1)
                    y.relu_();
                x = ReferenceEquals(x, shortcut) ? y : Replace(x, y);
            }
            if (block.Shortcut is { } projection)
                shortcut = Replace(shortcut, Apply(projection, shortcut, ref layer));
            Arithmetic.Round(x.add_(shortcut)).relu_();
            shortcut.Dispose();
        }
        Tensor pooled = x.mean([2, 3], type: ScalarType.Float32);
        return linear(pooled, Weights[^2], Weights[^1]);
    }

    protected override ScoringNetwork MakeCopy() => new ResidualScoring(Shape, _layers, Clones(), Arithmetic);

    private Tensor Apply(ResidualConvolution convolution, Tensor x, ref int layer)
    {
        Tensor weight = Weights[2 * layer], bias = Weights[2 * layer + 1];
        layer++;
        return Arithmetic.Round(
            Convolution.Apply(x, weight, bias, [convolution.Stride, convolution.Stride], [convolution.Padding, convolution.Padding]));
    }

    private static Tensor Replace(Tensor old, Tensor tensor)
    {
        old.Dispose();
        return tensor;
    }
}
