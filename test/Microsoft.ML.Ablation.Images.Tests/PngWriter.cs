using System.Buffers.Binary;
using System.IO.Compression;
using Microsoft.ML.Ablation.Files;

namespace Microsoft.ML.Ablation.Images.Tests;

/// <summary>Writes small PNG files of all kinds.</summary>
internal static class PngWriter
{
    public const byte Grey = 0, Colour = 2, Palette = 3, ColourWithAlpha = 6;

    /// <summary>A file.</summary>
    /// <param name="width">The width.</param>
    /// <param name="height">The height.</param>
    /// <param name="depth">Bits per value.</param>
    /// <param name="kind">One of the constants.</param>
    /// <param name="lines">The bytes of all lines, one behind the other.</param>
    /// <param name="chunks">Further chunks, such as a palette.</param>
    public static byte[] Write(int width, int height, byte depth, byte kind, byte[] lines, params (string Type, byte[] Data)[] chunks)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (depth, kind);
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            foreach (byte[] line in lines.Chunk(lines.Length / height))
                zlib.Write([0, .. line]);
        }
        (string, byte[])[] all = [("IHDR", header), .. chunks, ("IDAT", packed.ToArray()), ("IEND", [])];
        return [0x89, .. "PNG\r\n\u001A\n"u8, .. all.SelectMany(chunk => Chunk(chunk.Item1, chunk.Item2))];
    }

    private static byte[] Chunk(string type, byte[] data)
    {
        byte[] summed = [.. type.Select(letter => (byte)letter), .. data];
        return [.. BigEndian((uint)data.Length), .. summed, .. BigEndian(Crc32.Of(summed))];
    }

    private static byte[] BigEndian(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }
}
