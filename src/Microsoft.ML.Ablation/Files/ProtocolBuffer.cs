using System.Buffers;
using System.Text;

namespace Microsoft.ML.Ablation.Files;

/// <summary>A message of protocol buffers, written field by field: varints and fields with a length, as ONNX files need them.</summary>
/// <remarks>Source: Protocol Buffers, "Encoding" (protobuf.dev).</remarks>
internal sealed class ProtocolBuffer
{
    /// <summary>How a field that has a length is marked.</summary>
    public const int LengthDelimited = 2;

    private readonly ArrayBufferWriter<byte> _content = new();

    public ProtocolBuffer Add(int field, long value)
    {
        WriteVarint((ulong)field << 3);
        WriteVarint((ulong)value);
        return this;
    }

    public ProtocolBuffer Add(int field, ReadOnlySpan<byte> value)
    {
        WriteVarint((ulong)field << 3 | LengthDelimited);
        WriteVarint((ulong)value.Length);
        _content.Write(value);
        return this;
    }

    /// <summary>Adds a field of another message as it is.</summary>
    public ProtocolBuffer Add(ProtocolField field)
    {
        _content.Write(field.Whole.Span);
        return this;
    }

    public ProtocolBuffer Add(int field, string value) => Add(field, Encoding.UTF8.GetBytes(value));

    public ProtocolBuffer Add(int field, ProtocolBuffer value) => Add(field, value._content.WrittenSpan);

    public byte[] ToArray() => _content.WrittenSpan.ToArray();

    private void WriteVarint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            _content.Write([(byte)(value | 0x80)]);
        _content.Write([(byte)value]);
    }
}
