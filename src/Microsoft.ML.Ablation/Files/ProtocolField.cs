using System.Buffers.Binary;
using System.Text;

namespace Microsoft.ML.Ablation.Files;

/// <summary>A field of a protocol-buffers message that was read.</summary>
/// <param name="Number">Its number in the message.</param>
/// <param name="Whole">The bytes of the field, its tag included.</param>
/// <param name="Content">What it holds, for fields with a length; else empty.</param>
/// <param name="Value">The number it holds, for the other ones.</param>
/// <remarks>Source: Protocol Buffers, "Encoding" (protobuf.dev).</remarks>
internal readonly record struct ProtocolField(int Number, ReadOnlyMemory<byte> Whole, ReadOnlyMemory<byte> Content, ulong Value)
{
    /// <summary>The content as text.</summary>
    public string Text => Encoding.UTF8.GetString(Content.Span);

    /// <summary>The fields of a message, in their order.</summary>
    /// <exception cref="InvalidDataException">The bytes are no message.</exception>
    public static List<ProtocolField> ReadAll(ReadOnlyMemory<byte> message)
    {
        var fields = new List<ProtocolField>();
        for (int at = 0; at < message.Length;)
        {
            int first = at;
            ulong tag = ReadVarint(message.Span, ref at), value = 0;
            ReadOnlyMemory<byte> content = default;
            switch (tag & 7)
            {
                case 0:
                    value = ReadVarint(message.Span, ref at);
                    break;
                case 1:
                    value = BinaryPrimitives.ReadUInt64LittleEndian(Take(message, sizeof(ulong), ref at).Span);
                    break;
                case ProtocolBuffer.LengthDelimited:
                    content = Take(message, ReadVarint(message.Span, ref at), ref at);
                    break;
                case 5:
                    value = BinaryPrimitives.ReadUInt32LittleEndian(Take(message, sizeof(uint), ref at).Span);
                    break;
                default:
                    throw Damaged();
            }
            fields.Add(new ProtocolField((int)(tag >> 3), message[first..at], content, value));
        }
        return fields;
    }

    /// <summary>The numbers of a repeated field of varints, which may be packed.</summary>
    public IEnumerable<long> Numbers()
    {
        if (Content.IsEmpty)
        {
            yield return (long)Value;
            yield break;
        }
        for (int at = 0; at < Content.Length;)
            yield return (long)ReadVarint(Content.Span, ref at);
    }

    private static ReadOnlyMemory<byte> Take(ReadOnlyMemory<byte> message, ulong length, ref int at)
    {
        if (length > (ulong)(message.Length - at))
            throw Damaged();
        at += (int)length;
        return message.Slice(at - (int)length, (int)length);
    }

    private static ulong ReadVarint(ReadOnlySpan<byte> message, ref int at)
    {
        ulong value = 0;
        for (int shift = 0; shift < 64 && at < message.Length; shift += 7)
        {
            byte part = message[at++];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
                return value;
        }
        throw Damaged();
    }

    private static InvalidDataException Damaged() => new("The bytes are no protocol-buffers message.");
}
