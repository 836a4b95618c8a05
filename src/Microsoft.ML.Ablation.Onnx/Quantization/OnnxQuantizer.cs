using System.Runtime.InteropServices;
using Microsoft.ML.Ablation.Files;

namespace Microsoft.ML.Ablation.Onnx;

/// <summary>
/// Turns a classifier into one that computes in 8-bit integers, after its training. Between layers stand QuantizeLinear and DequantizeLinear, which ONNX Runtime joins with the layers;
/// weights are stored in 8 bits.
/// </summary>
/// <remarks>
/// <para>Activations are unsigned, with a range for each value of the graph; weights are signed, symmetrical, with a scale for each output channel, and biases have 32 bits; the scores
/// stay float32 (B. Jacob et al., "Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference", CVPR 2018; R. Krishnamoorthi, "Quantizing deep
/// convolutional networks for efficient inference: A whitepaper", 2018).</para>
/// <para>Weights are integers from −64 to 64: processors without VNNI add two products of 8 bits in 16 bits, and 2 · 255 · 64 still fits them. So sums are exact everywhere.</para>
/// </remarks>
internal sealed class OnnxQuantizer
{
    private const int MostWeight = 64;

    /// <summary>The operator set since which DequantizeLinear takes a scale for each channel.</summary>
    private const int ScalesForChannels = 13;

    private const string ContribDomain = "com.microsoft";
    private const int SignedByte = 3, Int32 = 6;

    /// <summary>Operators that compute in integers if their neighbours do, with a range of their own for the output.</summary>
    private static readonly HashSet<string> s_integer = ["Add", "AveragePool", "Concat", "GlobalAveragePool", "Relu"];

    /// <summary>Operators that move values or choose among them: their output has the range of their input.</summary>
    private static readonly HashSet<string> s_moving = ["Flatten", "Gather", "GatherElements", "Identity", "MaxPool", "Reshape", "Slice", "Squeeze", "Transpose", "Unsqueeze"];

    /// <summary>Operators that do not mean in operator set 13 what they meant in 11; files without them are raised to it.</summary>
    private static readonly HashSet<string> s_changedSince11 = ["Dropout", "Hardmax", "LogSoftmax", "ReduceSum", "Softmax", "Split", "Squeeze", "Unsqueeze"];

    private readonly OnnxModel _model;
    private readonly Dictionary<string, OnnxNode[]> _consumers;
    private readonly Dictionary<string, OnnxNode> _producers;
    private readonly HashSet<string> _quantized = [];
    private readonly List<ProtocolBuffer> _nodes = [];
    private readonly List<ProtocolBuffer> _weights = [];
    private readonly HashSet<string> _replaced = [];
    private readonly string _domain;
    private readonly long _operatorSet;

    /// <param name="content">The classifier, in float32, with normalisations folded into its layers.</param>
    public OnnxQuantizer(byte[] content)
    {
        _model = new OnnxModel(content);
        _consumers = _model.Nodes.SelectMany(node => node.Inputs.Distinct().Select(input => (input, node))).GroupBy(pair => pair.input, pair => pair.node)
            .ToDictionary(group => group.Key, group => group.ToArray());
        _producers = _model.Nodes.SelectMany(node => node.Outputs.Where(output => output.Length > 0).Select(output => (output, node))).ToDictionary(pair => pair.output, pair => pair.node);
        _operatorSet = _model.OperatorSet is >= 11 and < ScalesForChannels && !_model.Nodes.Any(node => s_changedSince11.Contains(node.Type)) ? ScalesForChannels : _model.OperatorSet;
        // In older files, ONNX Runtime's own operators do the same.
        _domain = _operatorSet >= ScalesForChannels ? "" : ContribDomain;
        foreach (OnnxNode node in _model.Nodes.Reverse())
        {
            if (IsLayer(node))
                _quantized.Add(node.Inputs[0]);
            else if (node.Outputs.Any(_quantized.Contains))
                _quantized.UnionWith((s_moving.Contains(node.Type) ? node.Inputs[..1] : s_integer.Contains(node.Type) ? node.Inputs : []).Where(input => !_model.Weights.ContainsKey(input)));
        }
        Measured = [.. _quantized.Where(NeedsRange).Order(StringComparer.Ordinal)];
    }

    /// <summary>Whether the file has a layer to compute in integers.</summary>
    public bool HasLayers => _model.Nodes.Any(IsLayer);

    /// <summary>Names of the values whose ranges have to be known.</summary>
    public IReadOnlyList<string> Measured { get; }

    /// <summary>The file with these values as further outputs.</summary>
    public byte[] ToMeasure() => _model.WithOutputs(Measured);

    /// <summary>The classifier in integers.</summary>
    /// <param name="ranges">The range of each value of <see cref="Measured"/>.</param>
    public byte[] Quantize(IReadOnlyDictionary<string, QuantizedRange> ranges)
    {
        // Before inputs of operators change.
        var rangeOf = _quantized.Where(IsRounded).ToDictionary(value => value, value => RangeOf(value, ranges));
        foreach ((string value, QuantizedRange range) in rangeOf.Where(pair => !_producers.ContainsKey(pair.Key)))
            Round(value, range);
        foreach (OnnxNode node in _model.Nodes)
        {
            bool isLayer = IsLayer(node);
            if (isLayer)
                QuantizeWeights(node, rangeOf[node.Inputs[0]]);
            for (int i = 0; i < node.Inputs.Length; i++)
            {
                if (IsRounded(node.Inputs[i]) && (isLayer && i == 0 || node.Outputs.Any(_quantized.Contains)))
                    node.Inputs[i] = Rounded(node.Inputs[i]);
            }
            _nodes.Add(node.ToMessage());
            foreach (string output in node.Outputs.Where(IsRounded))
                Round(output, rangeOf[output]);
        }
        return OnnxModel.WithMetadata(_model.With(_nodes, _weights, _replaced, _operatorSet, _domain), [(OnnxFile.PrecisionKey, nameof(OnnxPrecision.Int8))]);
    }

    private static string Rounded(string value) => value + "/rounded";

    /// <summary>Where a Relu alone reads a value, its output is rounded instead.</summary>
    private bool IsRounded(string value) => _quantized.Contains(value) && !(_consumers[value] is [{ Type: "Relu" }] && !_model.Outputs.Contains(value));

    private bool NeedsRange(string value) => IsRounded(value) && !(_producers.TryGetValue(value, out OnnxNode? producer) && s_moving.Contains(producer.Type));

    private QuantizedRange RangeOf(string value, IReadOnlyDictionary<string, QuantizedRange> ranges)
    {
        while (!ranges.ContainsKey(value))
            value = _producers[value].Inputs[0];
        return ranges[value];
    }

    /// <summary>Whether an operator multiplies values by constant weights.</summary>
    private bool IsLayer(OnnxNode node) => node.Type switch
    {
        "Conv" => IsConstant(node.Inputs[1]),
        "Gemm" => IsConstant(node.Inputs[1]) && node.Attribute("transA", 0) == 0 && _model.Weights[node.Inputs[1]].Shape.Length == 2,
        "MatMul" => IsConstant(node.Inputs[1]) && _model.Weights[node.Inputs[1]].Shape.Length == 2,
        _ => false,
    } && !_model.Weights.ContainsKey(node.Inputs[0]);

    private bool IsConstant(string value) => _model.Weights.TryGetValue(value, out OnnxTensor? tensor) && tensor.Values is not null;

    /// <summary>value → bytes → value as far as bytes hold it.</summary>
    private void Round(string value, QuantizedRange range)
    {
        string bytes = value + "/bytes", scale = Tensor(value + "/scale", [], [range.Scale]), zero = Tensor(value + "/zero", [], OnnxGraph.Byte, [range.Zero]);
        Node("QuantizeLinear", [value, scale, zero], bytes);
        Node("DequantizeLinear", [bytes, scale, zero], Rounded(value));
    }

    private void QuantizeWeights(OnnxNode layer, QuantizedRange input)
    {
        OnnxTensor weight = _model.Weights[layer.Inputs[1]];
        string name = $"{layer.Outputs[0]}/{weight.Name}";
        // The dimension of output channels.
        int axis = layer.Type == "Conv" || layer.Type == "Gemm" && layer.Attribute("transB", 0) == 1 ? 0 : 1;
        int channels = (int)weight.Shape[axis], run = axis == 0 ? weight.Values!.Length / channels : 1;
        float[]? bias = layer.Inputs.Length > 2 && layer.Inputs[2].Length > 0 && IsConstant(layer.Inputs[2]) ? _model.Weights[layer.Inputs[2]].Values : null;
        if (bias?.Length != channels)
            bias = null;
        float[] scales = new float[channels];
        for (int i = 0; i < weight.Values!.Length; i++)
            scales[i / run % channels] = Math.Max(scales[i / run % channels], Math.Abs(weight.Values[i]) / MostWeight);
        for (int channel = 0; channel < channels; channel++)
        {
            // A channel whose weights are next to nothing must leave its bias in 32 bits.
            float least = bias is null ? 0 : Math.Abs(bias[channel]) / (input.Scale * (1 << 30));
            scales[channel] = Math.Max(scales[channel], least);
            if (scales[channel] == 0)
                scales[channel] = 1;
        }
        var bytes = new byte[weight.Values.Length];
        for (int i = 0; i < bytes.Length; i++)
            bytes[i] = (byte)(sbyte)Math.Clamp(MathF.Round(weight.Values[i] / scales[i / run % channels]), -MostWeight, MostWeight);
        string scale = Tensor(name + "/scale", [channels], scales);
        Node("DequantizeLinear", [Tensor(name + "/bytes", weight.Shape, SignedByte, bytes), scale, Tensor(name + "/zero", [channels], SignedByte, new byte[channels])], name + "/rounded", axis);
        _replaced.Add(layer.Inputs[1]);
        layer.Inputs[1] = name + "/rounded";
        if (bias is null)
            return;
        var whole = new int[channels];
        var biasScales = new float[channels];
        for (int channel = 0; channel < channels; channel++)
        {
            biasScales[channel] = input.Scale * scales[channel];
            whole[channel] = (int)Math.Round(bias[channel] / (double)biasScales[channel]);
        }
        Node("DequantizeLinear", [Tensor(name + "/bias", [channels], Int32, MemoryMarshal.AsBytes(whole.AsSpan())), Tensor(name + "/bias/scale", [channels], biasScales),
            Tensor(name + "/bias/zero", [channels], Int32, new byte[channels * sizeof(int)])], name + "/bias/rounded", 0);
        _replaced.Add(layer.Inputs[2]);
        layer.Inputs[2] = name + "/bias/rounded";
    }

    private void Node(string type, string[] inputs, string output, int? axis = null)
    {
        var node = new ProtocolBuffer();
        foreach (string input in inputs)
            node.Add(1, input);
        node.Add(2, output).Add(3, output).Add(4, type);
        if (axis is { } number)
            node.Add(5, new ProtocolBuffer().Add(1, "axis").Add(3, number).Add(20, 2));
        _nodes.Add(_domain.Length > 0 ? node.Add(7, _domain) : node);
    }

    private string Tensor(string name, long[] shape, float[] values) => Tensor(name, shape, OnnxGraph.Float, MemoryMarshal.AsBytes(values.AsSpan()));

    private string Tensor(string name, long[] shape, int type, ReadOnlySpan<byte> values)
    {
        var tensor = new ProtocolBuffer();
        foreach (long side in shape)
            tensor.Add(1, side);
        _weights.Add(tensor.Add(2, type).Add(8, name).Add(9, values));
        return name;
    }
}
