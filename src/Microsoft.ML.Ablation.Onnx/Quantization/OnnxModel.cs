using Microsoft.ML.Ablation.Files;

namespace Microsoft.ML.Ablation.Onnx;

/// <summary>An ONNX file as operators and weights, to which some are added. What it does not know stays as it was.</summary>
/// <remarks>Source: onnx.proto3 of the ONNX project.</remarks>
internal sealed class OnnxModel
{
    private readonly List<ProtocolField> _model;
    private readonly List<ProtocolField> _graph;

    /// <param name="content">The file.</param>
    /// <exception cref="InvalidDataException">It is no ONNX file.</exception>
    public OnnxModel(byte[] content)
    {
        _model = ProtocolField.ReadAll(content);
        _graph = ProtocolField.ReadAll(_model.LastOrDefault(field => field.Number == 7).Content);
        Nodes = [.. _graph.Where(field => field.Number == 1).Select(field => new OnnxNode(field.Content))];
        Weights = _graph.Where(field => field.Number == 5).Select(field => OnnxTensor.Read(field.Content)).ToDictionary(tensor => tensor.Name);
        Outputs = [.. _graph.Where(field => field.Number == 12).Select(NameOf)];
        OperatorSet = _model.Where(IsStandardSet).Select(field => (long)ProtocolField.ReadAll(field.Content).LastOrDefault(part => part.Number == 2).Value).FirstOrDefault(1);
    }

    /// <summary>The operators in the order in which they compute.</summary>
    public IReadOnlyList<OnnxNode> Nodes { get; }

    public IReadOnlyDictionary<string, OnnxTensor> Weights { get; }

    /// <summary>Names of the outputs.</summary>
    public IReadOnlyList<string> Outputs { get; }

    /// <summary>The version of the standard operators.</summary>
    public long OperatorSet { get; }

    /// <summary>A file of which more is said.</summary>
    public static byte[] WithMetadata(byte[] content, IEnumerable<(string Key, string Value)> metadata)
    {
        // Fields of a message may follow one another in any order.
        var added = new ProtocolBuffer();
        foreach ((string key, string value) in metadata)
            added.Add(14, new ProtocolBuffer().Add(1, key).Add(2, value));
        return [.. content, .. added.ToArray()];
    }

    /// <summary>The file with values of Float as further outputs.</summary>
    public byte[] WithOutputs(IEnumerable<string> names)
    {
        ProtocolBuffer graph = Copy(_graph);
        var type = new ProtocolBuffer().Add(1, new ProtocolBuffer().Add(1, OnnxGraph.Float));
        foreach (string name in names.Except(Outputs))
            graph.Add(12, new ProtocolBuffer().Add(1, name).Add(2, type));
        return Copy(_model.Where(field => field.Number != 7)).Add(7, graph).ToArray();
    }

    /// <summary>The file with other operators.</summary>
    /// <param name="nodes">All operators, in the order in which they compute.</param>
    /// <param name="weights">TensorProtos to add.</param>
    /// <param name="replaced">Names of weights that go, unless another operator reads them.</param>
    /// <param name="operatorSet">The version of the standard operators.</param>
    /// <param name="domain">A domain of operators that is needed besides; empty for none.</param>
    public byte[] With(IEnumerable<ProtocolBuffer> nodes, IEnumerable<ProtocolBuffer> weights, IReadOnlySet<string> replaced, long operatorSet, string domain)
    {
        HashSet<string> read = [.. Nodes.SelectMany(node => node.Inputs), .. Outputs];
        // The order of fields is free; types of values (13) may no longer be true.
        // Weights that are listed as inputs too, which old files do, would be inputs without them.
        ProtocolBuffer graph = Copy(_graph.Where(field => field.Number switch
        {
            1 or 13 => false,
            5 => OnnxTensor.NameOf(field.Content) is var name && (!replaced.Contains(name) || read.Contains(name)),
            11 => !Weights.ContainsKey(NameOf(field)),
            _ => true,
        }));
        foreach (ProtocolBuffer node in nodes)
            graph.Add(1, node);
        foreach (ProtocolBuffer tensor in weights)
            graph.Add(5, tensor);
        ProtocolBuffer model = Copy(_model.Where(field => field.Number != 7 && !IsStandardSet(field))).Add(7, graph).Add(8, new ProtocolBuffer().Add(1, "").Add(2, operatorSet));
        if (domain.Length > 0)
            model.Add(8, new ProtocolBuffer().Add(1, domain).Add(2, 1));
        return model.ToArray();
    }

    /// <summary>The file without the QuantizeLinear that alone reads its input: its input is what that gives.</summary>
    /// <param name="input">The input.</param>
    /// <returns>The file, its input, and how values become bytes; null where something else reads the input.</returns>
    public (byte[] Content, string Input, QuantizedRange Range)? WithByteInput(string input)
    {
        if (Nodes.Where(node => node.Inputs.Contains(input)).ToList() is not [{ Type: "QuantizeLinear" } first])
            return null;
        string bytes = first.Outputs[0];
        ProtocolBuffer graph = new();
        foreach (ProtocolField field in _graph)
        {
            if (field.Number == 11 && NameOf(field) == input)
                graph.Add(11, OfBytes(field, bytes));
            else if (field.Number != 1 || !new OnnxNode(field.Content).Outputs.Contains(bytes))
                graph.Add(field);
        }
        return (Copy(_model.Where(field => field.Number != 7)).Add(7, graph).ToArray(), bytes, new QuantizedRange(Weights[first.Inputs[1]].Values![0], Weights[first.Inputs[2]].Bytes![0]));
    }

    /// <summary>Whether a field is the version of the standard operators.</summary>
    private static bool IsStandardSet(ProtocolField field)
        => field.Number == 8 && !ProtocolField.ReadAll(field.Content).Any(part => part.Number == 1 && !part.Content.IsEmpty && part.Text != "ai.onnx");

    /// <summary>A ValueInfoProto of the same shape.</summary>
    private static ProtocolBuffer OfBytes(ProtocolField value, string name)
    {
        ReadOnlyMemory<byte> type = ProtocolField.ReadAll(value.Content).First(part => part.Number == 2).Content;
        ReadOnlyMemory<byte> tensor = ProtocolField.ReadAll(type).First(part => part.Number == 1).Content;
        ProtocolBuffer changed = Copy(ProtocolField.ReadAll(tensor).Where(part => part.Number != 1)).Add(1, OnnxGraph.Byte);
        return new ProtocolBuffer().Add(1, name).Add(2, new ProtocolBuffer().Add(1, changed));
    }

    /// <summary>The name of a ValueInfoProto.</summary>
    private static string NameOf(ProtocolField field) => ProtocolField.ReadAll(field.Content).LastOrDefault(part => part.Number == 1).Text;

    private static ProtocolBuffer Copy(IEnumerable<ProtocolField> fields)
    {
        var message = new ProtocolBuffer();
        foreach (ProtocolField field in fields)
            message.Add(field);
        return message;
    }
}
