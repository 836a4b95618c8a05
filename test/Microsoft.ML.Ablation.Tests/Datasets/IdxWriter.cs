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

    public static byte[] Gzip(byte[] content)
    {
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Optimal))
            gzip.Write(content);
        return stream.ToArray();
    }
}
