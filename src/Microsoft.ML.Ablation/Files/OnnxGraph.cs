using System.Runtime.InteropServices;

namespace Microsoft.ML.Ablation.Files;

/// <summary>Builds an ONNX file: inputs, weights, operators in the order in which they compute, outputs.</summary>
/// <remarks>Source: onnx.proto3 of the ONNX project. IR version 6 and operator set 12, which runtimes since 2020 take.</remarks>
/// <param name="operatorSet">The version of the standard operators.</param>
internal sealed class OnnxGraph(int operatorSet = OnnxGraph.UsualOperatorSet)
{
    public const int Float = 1, Byte = 2, Int64 = 7;

    private const int IrVersion = 6, UsualOperatorSet = 12;
    private const int IntAttribute = 2, IntsAttribute = 7;

    private readonly ProtocolBuffer _graph = new();
    private readonly List<(string Key, string Value)> _metadata = [];
    private int _names;

    /// <summary>Adds an input.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="dimensions">Numbers, and names of dimensions of any size.</param>
    /// <param name="type"><see cref="Float"/>, <see cref="Byte"/> or <see cref="Int64"/>.</param>
    public OnnxGraph Input(string name, object[] dimensions, int type = Float)
    {
        _graph.Add(11, Value(name, dimensions, type));
        return this;
    }

    /// <summary>Adds an output of Float.</summary>
    /// <inheritdoc cref="Input"/>
    public OnnxGraph Output(string name, params object[] dimensions)
    {
        _graph.Add(12, Value(name, dimensions, Float));
        return this;
    }

    /// <summary>Adds weights of Float.</summary>
    /// <returns>Their name.</returns>
    public string Weights(ReadOnlySpan<float> values, params ReadOnlySpan<long> shape) => Tensor(MemoryMarshal.AsBytes(values), Float, shape);

    /// <summary>Adds whole numbers, such as indices.</summary>
    /// <returns>Their name.</returns>
    public string Numbers(ReadOnlySpan<long> values, params ReadOnlySpan<long> shape) => Tensor(MemoryMarshal.AsBytes(values), Int64, shape);

    /// <summary>Adds an operator.</summary>
    /// <param name="type">Its name in the operator set.</param>
    /// <param name="inputs">Names of inputs, weights and other operators' outputs.</param>
    /// <param name="attributes">Its attributes; one number, or several.</param>
    /// <param name="output">The name of its output; null for a new one.</param>
    /// <returns>The name of its output.</returns>
    public string Node(string type, string[] inputs, (string Name, long[] Values, bool IsList)[]? attributes = null, string? output = null)
    {
        output ??= NewName();
        var node = new ProtocolBuffer();
        foreach (string input in inputs)
            node.Add(1, input);
        node.Add(2, output).Add(3, output).Add(4, type);
        foreach ((string name, long[] values, bool isList) in attributes ?? [])
        {
            var attribute = new ProtocolBuffer().Add(1, name);
            foreach (long value in values)
                attribute.Add(isList ? 8 : 3, value);
            node.Add(5, attribute.Add(20, isList ? IntsAttribute : IntAttribute));
        }
        _graph.Add(1, node);
        return output;
    }

    /// <summary>An attribute of one number.</summary>
    public static (string Name, long[] Values, bool IsList) One(string name, long value) => (name, [value], false);

    /// <summary>An attribute of several numbers.</summary>
    public static (string Name, long[] Values, bool IsList) Several(string name, params long[] values) => (name, values, true);

    /// <summary>Says something of the model that programs can read.</summary>
    public OnnxGraph Metadata(string key, string value)
    {
        _metadata.Add((key, value));
        return this;
    }

    /// <summary>The file.</summary>
    public byte[] ToArray()
    {
        ProtocolBuffer model = new ProtocolBuffer().Add(1, IrVersion).Add(2, "Microsoft.ML.Ablation").Add(7, _graph.Add(2, "classifier"))
            .Add(8, new ProtocolBuffer().Add(1, "").Add(2, operatorSet));
        foreach ((string key, string value) in _metadata)
            model.Add(14, new ProtocolBuffer().Add(1, key).Add(2, value));
        return model.ToArray();
    }

    private string Tensor(ReadOnlySpan<byte> values, int type, ReadOnlySpan<long> shape)
    {
        string name = NewName();
        var tensor = new ProtocolBuffer();
        foreach (long side in shape)
            tensor.Add(1, side);
        _graph.Add(5, tensor.Add(2, type).Add(8, name).Add(9, values));
        return name;
    }

    private string NewName() => FormattableString.Invariant($"t{++_names}");

    private static ProtocolBuffer Value(string name, object[] dimensions, int type)
    {
        var shape = new ProtocolBuffer();
        foreach (object dimension in dimensions)
            shape.Add(1, dimension is string any ? new ProtocolBuffer().Add(2, any) : new ProtocolBuffer().Add(1, Convert.ToInt64(dimension, null)));
        return new ProtocolBuffer().Add(1, name).Add(2, new ProtocolBuffer().Add(1, new ProtocolBuffer().Add(1, type).Add(2, shape)));
    }
}
