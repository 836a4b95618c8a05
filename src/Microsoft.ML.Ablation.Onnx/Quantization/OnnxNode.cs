using Microsoft.ML.Ablation.Files;

namespace Microsoft.ML.Ablation.Onnx;

/// <summary>An operator of an ONNX file, whose inputs can be changed.</summary>
internal sealed class OnnxNode
{
    private readonly List<ProtocolField> _rest;

    /// <param name="message">A NodeProto.</param>
    public OnnxNode(ReadOnlyMemory<byte> message)
    {
        List<ProtocolField> fields = ProtocolField.ReadAll(message);
        Inputs = [.. fields.Where(field => field.Number == 1).Select(field => field.Text)];
        Outputs = [.. fields.Where(field => field.Number == 2).Select(field => field.Text)];
        Type = fields.LastOrDefault(field => field.Number == 4).Text;
        Domain = fields.LastOrDefault(field => field.Number == 7).Text;
        _rest = [.. fields.Where(field => field.Number != 1)];
    }

    public string Type { get; }

    /// <summary>Whose operator it is; empty for the standard ones.</summary>
    public string Domain { get; }

    /// <summary>Names of values; an empty one where an optional input is missing.</summary>
    public string[] Inputs { get; }

    public IReadOnlyList<string> Outputs { get; }

    /// <summary>The whole number of an attribute.</summary>
    public long Attribute(string name, long usual)
    {
        foreach (List<ProtocolField> fields in _rest.Where(field => field.Number == 5).Select(field => ProtocolField.ReadAll(field.Content)))
        {
            if (fields.LastOrDefault(field => field.Number == 1).Text == name)
                return (long)fields.LastOrDefault(field => field.Number == 3).Value;
        }
        return usual;
    }

    public ProtocolBuffer ToMessage()
    {
        var node = new ProtocolBuffer();
        foreach (string input in Inputs)
            node.Add(1, input);
        foreach (ProtocolField field in _rest)
            node.Add(field);
        return node;
    }
}
