using System.Buffers.Binary;

namespace Microsoft.ML.Ablation.Datasets;

/// <summary>Reads the IDX files of the MNIST family, plain or gzipped: big-endian integers, then unsigned bytes.</summary>
/// <remarks>
/// Images: magic 2051, count, height, width, then the pixels image by image, row by row. Labels: magic 2049, count, then one
/// byte each. The file must end where its header says.
/// </remarks>
internal static class IdxFile
{
    public const int ImagesMagic = 2051;
    public const int LabelsMagic = 2049;

    private const string Format = "IDX";

    private static readonly string[] s_headerNames = ["", "items", "rows", "columns"];

    /// <summary>Reads a file of images.</summary>
    /// <param name="path">The file.</param>
    /// <param name="count">The number of images.</param>
    /// <param name="height">The height of every image.</param>
    /// <param name="width">The width of every image.</param>
    /// <returns>count × height × width grey values.</returns>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, cut or no IDX file of images; the offset is named.</exception>
    public static byte[] ReadImages(string path, out int count, out int height, out int width)
    {
        using FileContent content = FileContent.Open(path, Format);
        Span<int> header = stackalloc int[4];
        ReadHeader(content, header, ImagesMagic, "images");
        (count, height, width) = (header[1], header[2], header[3]);
        return ReadRest(content, (Int128)count * height * width);
    }

    /// <summary>Reads a file of labels.</summary>
    /// <param name="path">The file.</param>
    /// <returns>One label per image, 0 to 255.</returns>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, cut or no IDX file of labels; the offset is named.</exception>
    public static byte[] ReadLabels(string path)
    {
        using FileContent content = FileContent.Open(path, Format);
        Span<int> header = stackalloc int[2];
        ReadHeader(content, header, LabelsMagic, "labels");
        return ReadRest(content, header[1]);
    }

    private static void ReadHeader(FileContent content, Span<int> header, int magic, string kind)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes = bytes[..(4 * header.Length)];
        int found = content.Fill(bytes);
        for (int i = 0; i < header.Length; i++)
        {
            if (found < 4 * i + 4)
                throw content.Damaged(found, $"the {bytes.Length} bytes of the header were expected, but the content ends here");
            header[i] = BinaryPrimitives.ReadInt32BigEndian(bytes[(4 * i)..]);
            if (i == 0 && header[0] != magic)
                throw content.Damaged(0, $"the magic number {magic} of a file of {kind} was expected, but {header[0]} was found");
            if (i > 0 && header[i] <= 0)
                throw content.Damaged(4 * i, $"at least 1 of {s_headerNames[i]} was expected, but {header[i]} was found");
        }
    }

    private static byte[] ReadRest(FileContent content, Int128 announced)
    {
        if (announced > Array.MaxLength)
        {
            throw content.Damaged(4,
                $"sizes of at most {Array.MaxLength:N0} bytes together were expected, but the header announces {announced:N0}");
        }
        long end = content.Offset + (long)announced;
        if (content.Length is { } length)
            CheckLength(content, end, length);

        byte[] bytes = content.ReadUpTo((int)announced);
        CheckLength(content, end, content.Offset);
        if (!content.IsAtEnd())
            throw content.Damaged(end, "the end was expected here by the header, but more bytes follow");
        return bytes;
    }

    private static void CheckLength(FileContent content, long expected, long found)
    {
        if (found < expected)
            throw content.Damaged(found, $"{expected:N0} bytes were expected by the header, but the content ends here");
        if (found > expected)
            throw content.Damaged(expected, $"the end was expected by the header, but {found - expected:N0} more bytes follow");
    }
}
