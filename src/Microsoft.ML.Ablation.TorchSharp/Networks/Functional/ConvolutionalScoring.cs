using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>The scoring form of <see cref="ConvolutionalArchitecture"/>.</summary>
internal sealed class ConvolutionalScoring : ScoringNetwork
{
    private ConvolutionalScoring(NetworkShape shape, Tensor[] weights, ScoringArithmetic arithmetic) : base(shape, weights, arithmetic)
    {
    }

    // Inputs and outputs of the two convolutions; the fully connected layers have fewer.
    public override long WorkingValues
    {
        get
        {
            long first = ConvolutionalArchitecture.FirstChannels * (Shape.Height / 2) * (Shape.Width / 2);
            long second = ConvolutionalArchitecture.FlatSize(Shape);
            return Shape.Values + first + second;
        }
    }

    /// <summary>Copies weights for scoring.</summary>
    /// <param name="shape">Its input and output.</param>
    /// <param name="p">Weight and bias of each of the five layers, in float32; they are copied.</param>
    /// <param name="precision">The number format of all layers but the last.</param>
    public static ConvolutionalScoring From(NetworkShape shape, IReadOnlyList<Tensor> p, ScalarType precision)
    {
        using IDisposable _ = no_grad();
        using var scope = NewDisposeScope();
        Tensor flat = FlatChannelsLast(p[4], ConvolutionalArchitecture.SecondChannels);
        var arithmetic = ScoringArithmetic.For(precision, flat.device);
        return new ConvolutionalScoring(shape, Copies([Convolution.ChannelsLast(p[0]), p[1], Convolution.ChannelsLast(p[2]), p[3], flat, .. p.Skip(5)], arithmetic), arithmetic);
    }

    protected internal override Tensor Compute(Tensor images)
    {
        IReadOnlyList<Tensor> w = Weights;
        Tensor x = Arithmetic.Round(Convolution.Apply(images, w[0], w[1], ConvolutionalArchitecture.Stride, ConvolutionalArchitecture.Padding)).relu_();
        x = Arithmetic.Round(Convolution.Apply(x, w[2], w[3], ConvolutionalArchitecture.Stride, ConvolutionalArchitecture.Padding)).relu_();
        x = x.permute(0, 2, 3, 1).flatten(1);
        x = Arithmetic.Round(linear(x, w[4], w[5])).relu_();
        x = Arithmetic.Round(linear(x, w[6], w[7])).relu_();
        return linear(x.to(ScalarType.Float32), w[8], w[9]);
    }

    protected override ScoringNetwork MakeCopy() => new ConvolutionalScoring(Shape, Clones(), Arithmetic);
}
