using Microsoft.ML.Ablation.Files;
using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>A network as it becomes an ONNX file, layer by layer, in float32: values have names, weights are tensors.</summary>
internal sealed class OnnxExport
{
    /// <summary>The input: the ablated images.</summary>
    public const string Images = "images";

    /// <summary>The output: scores before softmax.</summary>
    public const string Scores = "scores";

    private const string Batch = "batch";

    private readonly OnnxGraph _graph = new();

    /// <param name="shape">The network's input and output.</param>
    private OnnxExport(NetworkShape shape)
    {
        Shape = shape;
        _graph.Input(Images, [Batch, shape.Channels, shape.Height, shape.Width]).Output(Scores, Batch, shape.Classes);
    }

    /// <summary>The file of a network.</summary>
    /// <exception cref="InvalidOperationException">Its layers are not known.</exception>
    public static byte[] Write(AblationNetwork network)
    {
        if (network.Architecture is not FunctionalArchitecture architecture)
            throw new InvalidOperationException($"The network '{network.Architecture.Name}' is a module of your own, whose layers are not known; export it with the library that it was made with.");
        var export = new OnnxExport(network.Shape);
        using (no_grad())
        {
            using var scope = NewDisposeScope();
            export._graph.Node("Identity", [architecture.Export(export, Images, network.Parameters)], output: Scores);
        }
        export._graph.Metadata("library", $"Microsoft.ML.Ablation {typeof(OnnxExport).Assembly.GetName().Version!.ToString(3)}").Metadata("network", architecture.Name)
            .Metadata("image", network.Shape.ToString());
        return export._graph.ToArray();
    }

    public NetworkShape Shape { get; }

    public string Convolve(string x, Tensor weight, Tensor? bias, long[] stride, long[] padding)
        => _graph.Node("Conv", bias is null ? [x, Weights(weight)] : [x, Weights(weight), Weights(bias)],
        [
            OnnxGraph.Several("kernel_shape", weight.shape[2], weight.shape[3]), OnnxGraph.Several("strides", stride), OnnxGraph.Several("pads", [.. padding, .. padding]),
        ]);

    /// <summary>A fully connected layer.</summary>
    /// <param name="x">[batch, inputs].</param>
    /// <param name="weight">[outputs, inputs].</param>
    /// <param name="bias">[outputs].</param>
    public string Linear(string x, Tensor weight, Tensor bias) => _graph.Node("Gemm", [x, Weights(weight), Weights(bias)], [OnnxGraph.One("transB", 1)]);

    public string Relu(string x) => _graph.Node("Relu", [x]);

    public string Add(string a, string b) => _graph.Node("Add", [a, b]);

    public string Flatten(string x) => _graph.Node("Flatten", [x], [OnnxGraph.One("axis", 1)]);

    /// <summary>The largest of 3 × 3 neighbours, at every second row and column.</summary>
    public string MaxPool(string x) => _graph.Node("MaxPool", [x], [OnnxGraph.Several("kernel_shape", 3, 3), OnnxGraph.Several("strides", 2, 2), OnnxGraph.Several("pads", 1, 1, 1, 1)]);

    /// <summary>The mean over all positions: [batch, channels].</summary>
    public string Average(string x) => Flatten(_graph.Node("GlobalAveragePool", [x]));

    /// <summary>Any other operator.</summary>
    public string Node(string type, string[] inputs, params (string, long[], bool)[] attributes) => _graph.Node(type, inputs, attributes);

    /// <summary>Adds a tensor of float32.</summary>
    public string Weights(Tensor weight)
    {
        using var scope = NewDisposeScope();
        return _graph.Weights(TensorMemory.Read(weight.detach().contiguous()), weight.shape);
    }

    /// <summary>Adds whole numbers.</summary>
    public string Numbers(ReadOnlySpan<long> values, params ReadOnlySpan<long> shape) => _graph.Numbers(values, shape);
}
