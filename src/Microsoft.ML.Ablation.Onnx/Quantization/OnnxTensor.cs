using System.Runtime.InteropServices;
using Microsoft.ML.Ablation.Files;

namespace Microsoft.ML.Ablation.Onnx;

/// <summary>Weights of an ONNX file.</summary>
/// <param name="Name">Their name.</param>
/// <param name="Shape">Their dimensions.</param>
/// <param name="Values">The values; null where they are no float32.</param>
/// <param name="Bytes">The values where they are bytes; else null.</param>
internal sealed record OnnxTensor(string Name, long[] Shape, float[]? Values, byte[]? Bytes = null)
{

    /// <summary>Reads a TensorProto.</summary>
    public static OnnxTensor Read(ReadOnlyMemory<byte> message)
    {
        List<ProtocolField> fields = ProtocolField.ReadAll(message);
        long[] shape = [.. fields.Where(field => field.Number == 1).SelectMany(field => field.Numbers())];
        string name = NameOf(fields);
        ulong type = fields.LastOrDefault(field => field.Number == 2).Value;
        if (type != OnnxGraph.Float)
            return new OnnxTensor(name, shape, null, type == OnnxGraph.Byte ? fields.LastOrDefault(field => field.Number == 9).Content.ToArray() : null);
        // float_data, packed or not, or raw_data.
        float[] values = [.. fields.Where(field => field.Number is 4 or 9).SelectMany(field => field.Content.IsEmpty
            ? [BitConverter.UInt32BitsToSingle((uint)field.Value)] : MemoryMarshal.Cast<byte, float>(field.Content.Span).ToArray())];
        return new OnnxTensor(name, shape, values);
    }

    /// <summary>The name of a TensorProto.</summary>
    public static string NameOf(ReadOnlyMemory<byte> message) => NameOf(ProtocolField.ReadAll(message));

    private static string NameOf(List<ProtocolField> fields) => fields.LastOrDefault(field => field.Number == 8).Text;
}
