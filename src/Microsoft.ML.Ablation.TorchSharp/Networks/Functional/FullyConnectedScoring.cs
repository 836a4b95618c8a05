using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>The scoring form of <see cref="FullyConnectedArchitecture"/>.</summary>
internal sealed class FullyConnectedScoring : ScoringNetwork
{
    private FullyConnectedScoring(NetworkShape shape, Tensor[] weights, ScoringArithmetic arithmetic) : base(shape, weights, arithmetic)
    {
    }

    // Input and output of the convolution; the fully connected layers have fewer values.
    public override long WorkingValues => Shape.Values + (long)FullyConnectedArchitecture.FlatSize(Shape) + FullyConnectedArchitecture.Width;

    /// <summary>Copies weights for scoring.</summary>
    /// <param name="shape">Its input and output.</param>
    /// <param name="p">Weight and bias of every layer, in float32; they are copied.</param>
    /// <param name="precision">The number format of all layers but the last.</param>
    public static FullyConnectedScoring From(NetworkShape shape, IReadOnlyList<Tensor> p, ScalarType precision)
    {
        using IDisposable _ = no_grad();
        using var scope = NewDisposeScope();
        var arithmetic = ScoringArithmetic.For(precision, p[0].device);
        return new FullyConnectedScoring(shape,
            Copies([Convolution.ChannelsLast(p[0]), p[1], FlatChannelsLast(p[2], FullyConnectedArchitecture.Channels), .. p.Skip(3)], arithmetic), arithmetic);
    }

    protected internal override Tensor Compute(Tensor images)
    {
        IReadOnlyList<Tensor> w = Weights;
        Tensor x = Arithmetic.Round(Convolution.Apply(images, w[0], w[1], FullyConnectedArchitecture.Stride, FullyConnectedArchitecture.Padding)).relu_();
        x = Arithmetic.Round(linear(x.permute(0, 2, 3, 1).flatten(1), w[2], w[3])).relu_();
        for (int first = 4; first < w.Count - 2; first += 4)
        {
            Tensor inner = Arithmetic.Round(linear(x, w[first], w[first + 1])).relu_();
            x = Arithmetic.Round(x.add_(Arithmetic.Round(linear(inner, w[first + 2], w[first + 3]))));
        }
        return linear(x.relu_().to(ScalarType.Float32), w[^2], w[^1]);
    }

    protected override ScoringNetwork MakeCopy() => new FullyConnectedScoring(Shape, Clones(), Arithmetic);
}
