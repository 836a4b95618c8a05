using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>
/// A network for small images with few retained pixels: one 7×7 convolution of stride 2, whose kernels are wide enough to see
/// several retained pixels at once, then fully connected layers, of which two pairs are residual blocks (He et al., CVPR 2016).
/// Batch normalisation follows every layer but the last. ReLU stands between all layers, except between the two blocks.
/// </summary>
internal sealed class FullyConnectedArchitecture : FunctionalArchitecture
{
    /// <summary>Channels after the convolution.</summary>
    public const int Channels = 16;

    /// <summary>Outputs of every fully connected layer but the last.</summary>
    public const int Width = 512;

    /// <summary>Residual blocks of two fully connected layers.</summary>
    public const int Blocks = 2;

    internal static readonly long[] Stride = [2, 2];
    internal static readonly long[] Padding = [3, 3];

    private const int Kernel = 7;
    private const int PerLayer = 1 + BatchNormalization.Parameters;

    public override string Name => "conv7x7s2-16-fc-512-residual-2";

    /// <summary>The number of outputs of the convolution for one image: a side of n becomes ⌈n / 2⌉.</summary>
    public static int FlatSize(NetworkShape shape) => checked(Channels * ((shape.Height + 1) / 2) * ((shape.Width + 1) / 2));

    public override IReadOnlyList<ParameterSpec> ParametersOf(NetworkShape shape)
    {
        int seen = shape.Channels * Kernel * Kernel, flat = FlatSize(shape);
        (string Name, long[] Weight, int FanIn)[] layers =
        [
            ("conv", [Channels, shape.Channels, Kernel, Kernel], seen),
            ("fc", [Width, flat], flat),
            .. from block in Enumerable.Range(1, Blocks)
               from layer in Enumerable.Range(1, 2)
               select ($"block{block}.fc{layer}", new long[] { Width, Width }, Width),
        ];
        return
        [
            .. layers.SelectMany(layer => (ParameterSpec[])
            [
                new($"{layer.Name}.weight", layer.Weight, layer.FanIn),
                .. BatchNormalization.ParametersOf(layer.Name, layer.Weight[0]),
            ]),
            new("scores.weight", [shape.Classes, Width], Width),
            new("scores.bias", [shape.Classes], Width),
        ];
    }

    public override Tensor Forward(IReadOnlyList<Tensor> weights, Tensor images, bool training)
    {
        int next = 0;
        Tensor x = Layer(images).relu_().flatten(1);
        x = Layer(x).relu_();
        for (int block = 0; block < Blocks; block++)
            x = x + Layer(Layer(x).relu_());
        return linear(x.relu().to(weights[^2].dtype), weights[^2], weights[^1]);

        Tensor Layer(Tensor input)
        {
            int first = next;
            next += PerLayer;
            Tensor output = input.dim() == 4 ? Convolution.Apply(input, weights[first], null, Stride, Padding) : linear(input, weights[first]);
            return BatchNormalization.Apply(output, weights, first + 1, training);
        }
    }

    public override string Export(OnnxExport export, string images, IReadOnlyList<Tensor> weights)
    {
        IReadOnlyList<Tensor> w = BatchNormalization.FoldAll(weights);
        string x = export.Flatten(export.Relu(export.Convolve(images, w[0], w[1], Stride, Padding)));
        x = export.Relu(export.Linear(x, w[2], w[3]));
        for (int first = 4; first < w.Count - 2; first += 4)
            x = export.Add(x, export.Linear(export.Relu(export.Linear(x, w[first], w[first + 1])), w[first + 2], w[first + 3]));
        return export.Linear(export.Relu(x), w[^2], w[^1]);
    }

    public override ScoringNetwork ToScoring(NetworkShape shape, IReadOnlyList<Tensor> weights, ScalarType precision)
    {
        using IDisposable gradient = no_grad();
        using var scope = NewDisposeScope();
        return FullyConnectedScoring.From(shape, BatchNormalization.FoldAll(weights), precision);
    }
}
