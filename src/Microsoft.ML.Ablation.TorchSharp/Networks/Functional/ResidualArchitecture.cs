using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>A residual network with batch normalisation after every convolution.</summary>
/// <param name="name">Its name.</param>
/// <param name="layersOf">Its layers for images of a shape.</param>
internal sealed class ResidualArchitecture(string name, Func<NetworkShape, ResidualLayers> layersOf) : FunctionalArchitecture
{
    private const int PerConvolution = 1 + BatchNormalization.Parameters;

    public override string Name => name;

    public override IReadOnlyList<ParameterSpec> ParametersOf(NetworkShape shape)
    {
        IReadOnlyList<ParameterSpec> folded = layersOf(shape).ParametersOf(shape);
        // The form for scoring has a bias in place of each normalisation.
        return [.. folded.SkipLast(2).Where(parameter => parameter.Shape.Length == 4).SelectMany(weight => (ParameterSpec[])
            [weight, .. BatchNormalization.ParametersOf(weight.Name[..^".weight".Length], weight.Shape[0])]), .. folded.TakeLast(2)];
    }

    public override Tensor Forward(IReadOnlyList<Tensor> weights, Tensor images, bool training)
    {
        NetworkShape shape = new((int)images.shape[1], (int)images.shape[2], (int)images.shape[3], (int)weights[^1].shape[0]);
        ResidualLayers layers = layersOf(shape);
        int next = 0;
        Tensor x = Convolve(layers.Stem, Convolution.ChannelsLast(images)).relu_();
        if (layers.PoolsStem)
            x = max_pool2d(x, [3, 3], [2, 2], [1, 1]);
        foreach (ResidualBlock block in layers.Blocks)
        {
            Tensor y = x;
            for (int i = 0; i < block.Path.Count; i++)
            {
                y = Convolve(block.Path[i], y);
                if (i < block.Path.Count - 1)
                    y = y.relu_();
            }
            Tensor shortcut = block.Shortcut is { } projection ? Convolve(projection, x) : x;
            x = (y + shortcut).relu_();
        }
        return linear(x.mean([2, 3]).to(weights[^2].dtype), weights[^2], weights[^1]);

        Tensor Convolve(ResidualConvolution convolution, Tensor input)
        {
            int first = next;
            next += PerConvolution;
            Tensor output = training
                ? Convolution.InTraining(input, weights[first], convolution.Stride, convolution.Padding)
                : Convolution.Apply(input, weights[first], null, [convolution.Stride, convolution.Stride], [convolution.Padding, convolution.Padding]);
            return BatchNormalization.Apply(output, weights, first + 1, training);
        }
    }

    public override string Export(OnnxExport export, string images, IReadOnlyList<Tensor> weights)
    {
        ResidualLayers layers = layersOf(export.Shape);
        IReadOnlyList<Tensor> w = BatchNormalization.FoldAll(weights);
        int next = 0;
        string x = export.Relu(Convolve(layers.Stem, images));
        if (layers.PoolsStem)
            x = export.MaxPool(x);
        foreach (ResidualBlock block in layers.Blocks)
        {
            string y = x;
            for (int i = 0; i < block.Path.Count; i++)
            {
                y = Convolve(block.Path[i], y);
                if (i < block.Path.Count - 1)
                    y = export.Relu(y);
            }
            string shortcut = block.Shortcut is { } projection ? Convolve(projection, x) : x;
            x = export.Relu(export.Add(y, shortcut));
        }
        return export.Linear(export.Average(x), w[^2], w[^1]);

        string Convolve(ResidualConvolution convolution, string input)
        {
            next += 2;
            return export.Convolve(input, w[next - 2], w[next - 1], [convolution.Stride, convolution.Stride], [convolution.Padding, convolution.Padding]);
        }
    }

    public override ScoringNetwork ToScoring(NetworkShape shape, IReadOnlyList<Tensor> weights, ScalarType precision)
    {
        using IDisposable gradient = no_grad();
        using var scope = NewDisposeScope();
        return ResidualScoring.From(shape, layersOf(shape), BatchNormalization.FoldAll(weights), precision);
    }
}
