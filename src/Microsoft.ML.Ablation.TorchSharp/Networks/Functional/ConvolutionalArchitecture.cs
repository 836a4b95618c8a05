using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>
/// The paper's network for MNIST, for images of any size: two 4×4 convolutions of stride 2 with 64 and 128 channels, then
/// fully connected layers of 500, 100 and one value per class, with ReLU between them; optionally with batch normalisation before
/// every ReLU, in place of a bias.
/// </summary>
internal sealed class ConvolutionalArchitecture(bool normalized) : FunctionalArchitecture
{
    /// <summary>Channels after the first convolution.</summary>
    public const int FirstChannels = 64;

    /// <summary>Channels after the second convolution.</summary>
    public const int SecondChannels = 128;

    internal static readonly long[] Stride = [2, 2];
    internal static readonly long[] Padding = [1, 1];

    private const int Layers = 5;

    public override string Name => normalized ? "conv4x4s2-64-128-fc-500-100-bn" : "conv4x4s2-64-128-fc-500-100";

    /// <summary>Parameters of a layer but the last: weight and bias, or weight and normalisation.</summary>
    private int PerLayer => normalized ? 1 + BatchNormalization.Parameters : 2;

    /// <summary>
    /// The number of outputs of the convolutions for one image. A 4×4 convolution of stride 2 with padding 1 halves a side,
    /// rounded down.
    /// </summary>
    public static int FlatSize(NetworkShape shape) => SecondChannels * (shape.Height / 2 / 2) * (shape.Width / 2 / 2);

    public override IReadOnlyList<ParameterSpec> ParametersOf(NetworkShape shape)
    {
        const int kernel = 4 * 4;
        int flat = FlatSize(shape);
        (string Layer, long[] Weight, int FanIn)[] layers =
        [
            ("conv1", [FirstChannels, shape.Channels, 4, 4], shape.Channels * kernel),
            ("conv2", [SecondChannels, FirstChannels, 4, 4], FirstChannels * kernel),
            ("fc1", [500, flat], flat),
            ("fc2", [100, 500], 500),
            ("fc3", [shape.Classes, 100], 100),
        ];
        return [.. layers.SelectMany((layer, index) => (ParameterSpec[])
        [
            new($"{layer.Layer}.weight", layer.Weight, layer.FanIn),
            .. normalized && index < Layers - 1
                ? BatchNormalization.ParametersOf(layer.Layer, layer.Weight[0])
                : [new($"{layer.Layer}.bias", [layer.Weight[0]], layer.FanIn)],
        ])];
    }

    public override Tensor Forward(IReadOnlyList<Tensor> weights, Tensor images, bool training)
    {
        Tensor x = images;
        for (int layer = 0; layer < Layers; layer++)
        {
            int first = layer * PerLayer;
            bool last = layer == Layers - 1;
            Tensor? bias = normalized && !last ? null : weights[first + 1];
            if (layer == 2)
                x = x.flatten(1);
            if (last)
                x = x.to(weights[first].dtype);
            x = layer < 2 ? Convolution.Apply(x, weights[first], bias, Stride, Padding) : linear(x, weights[first], bias);
            if (normalized && !last)
                x = BatchNormalization.Apply(x, weights, first + 1, training);
            if (!last)
                x = x.relu_();
        }
        return x;
    }

    public override string Export(OnnxExport export, string images, IReadOnlyList<Tensor> weights)
    {
        IReadOnlyList<Tensor> w = normalized ? BatchNormalization.FoldAll(weights) : weights;
        string x = export.Relu(export.Convolve(images, w[0], w[1], Stride, Padding));
        x = export.Flatten(export.Relu(export.Convolve(x, w[2], w[3], Stride, Padding)));
        x = export.Relu(export.Linear(x, w[4], w[5]));
        x = export.Relu(export.Linear(x, w[6], w[7]));
        return export.Linear(x, w[8], w[9]);
    }

    public override ScoringNetwork ToScoring(NetworkShape shape, IReadOnlyList<Tensor> weights, ScalarType precision)
    {
        using IDisposable gradient = no_grad();
        using var scope = NewDisposeScope();
        return ConvolutionalScoring.From(shape, normalized ? BatchNormalization.FoldAll(weights) : weights, precision);
    }
}
