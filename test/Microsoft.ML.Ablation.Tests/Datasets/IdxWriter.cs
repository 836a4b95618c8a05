using System.Buffers.Binary;
using System.IO.Compression;

namespace Microsoft.ML.Ablation.Tests.Datasets;

/// <summary>Writes small IDX contents for the tests.</summary>
internal static class IdxWriter
{
    /// <summary>Integers, big-endian, then bytes.</summary>
    public static byte[] Content(int[] header, params byte[] items)
    {
        var content = new byte[4 * header.Length + items.Length];
        for (int i = 0; i < header.Length; i++)
            BinaryPrimitives.WriteInt32BigEndian(content.AsSpan(4 * i), header[i]);
        items.CopyTo(content, 4 * header.Length);
        return content;
    }

    /// <summary>A content of numbers of a type: 08 and 09 are bytes, 0B has 16 bits, 0C 32, 0D is Single, 0E Double.</summary>
    public static byte[] Numbers(byte type, int[] dimensions, double[] numbers)
    {
        using var items = new MemoryStream();
        var buffer = new byte[8];
        foreach (double number in numbers)
        {
            int size = type switch { 0x0B => 2, 0x0C or 0x0D => 4, 0x0E => 8, _ => 1 };
            switch (type)
            {
                case 0x08 or 0x09:
                    buffer[0] = unchecked((byte)(int)number);
                    break;
                case 0x0B:
                    BinaryPrimitives.WriteInt16BigEndian(buffer, (short)number);
                    break;
                case 0x0C:
                    BinaryPrimitives.WriteInt32BigEndian(buffer, (int)number);
                    break;
                case 0x0D:
                    BinaryPrimitives.WriteSingleBigEndian(buffer, (float)number);
                    break;
                default:
                    BinaryPrimitives.WriteDoubleBigEndian(buffer, number);
                    break;
            }
            items.Write(buffer.AsSpan(0, size));
        }
        return Content([type << 8 | dimensions.Length, .. dimensions], items.ToArray());
    }

    public static byte[] Gzip(byte[] content)
    {
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Optimal))
            gzip.Write(content);
        return stream.ToArray();
    }
}
