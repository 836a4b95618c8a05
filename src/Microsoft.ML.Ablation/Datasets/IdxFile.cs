using System.Buffers.Binary;
using System.IO.Compression;

namespace Microsoft.ML.Ablation.Datasets;

/// <summary>
/// Reads the IDX files of the MNIST family, plain or gzipped (told by the first two bytes, not by the name): big-endian
/// integers, then unsigned bytes.
/// </summary>
/// <remarks>
/// Images: magic 2051, count, height, width, then the pixels image by image, row by row. Labels: magic 2049, count, then one
/// byte each. The file must end where its header says.
/// </remarks>
internal static class IdxFile
{
    public const int ImagesMagic = 2051;
    public const int LabelsMagic = 2049;

    private const int FirstBlock = 1 << 20;

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
        using Stream content = Open(path);
        Span<int> header = stackalloc int[4];
        ReadHeader(path, content, header, ImagesMagic, "images");
        (count, height, width) = (header[1], header[2], header[3]);
        return ReadRest(path, content, headerLength: 16, (Int128)count * height * width);
    }

    /// <summary>Reads a file of labels.</summary>
    /// <param name="path">The file.</param>
    /// <returns>One label per image, 0 to 255.</returns>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, cut or no IDX file of labels; the offset is named.</exception>
    public static byte[] ReadLabels(string path)
    {
        using Stream content = Open(path);
        Span<int> header = stackalloc int[2];
        ReadHeader(path, content, header, LabelsMagic, "labels");
        return ReadRest(path, content, headerLength: 8, header[1]);
    }

    private static Stream Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
        {
            string reason = Directory.Exists(path) ? "it is a directory" : "it does not exist";
            throw new FileNotFoundException($"The IDX file '{Path.GetFullPath(path)}' cannot be read: {reason}.", path);
        }
        FileStream file = File.OpenRead(path);
        bool isGzip = file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
        file.Position = 0;
        return isGzip ? new GZipStream(file, CompressionMode.Decompress) : file;
    }

    private static void ReadHeader(string path, Stream content, Span<int> header, int magic, string kind)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes = bytes[..(4 * header.Length)];
        int found = Fill(path, content, bytes, offset: 0);
        for (int i = 0; i < header.Length; i++)
        {
            if (found < 4 * i + 4)
                throw Damaged(path, found, $"the {bytes.Length} bytes of the header were expected, but the content ends here");
            header[i] = BinaryPrimitives.ReadInt32BigEndian(bytes[(4 * i)..]);
            if (i == 0 && header[0] != magic)
                throw Damaged(path, 0, $"the magic number {magic} of a file of {kind} was expected, but {header[0]} was found");
            if (i > 0 && header[i] <= 0)
                throw Damaged(path, 4 * i, $"at least 1 of {s_headerNames[i]} was expected, but {header[i]} was found");
        }
    }

    private static byte[] ReadRest(string path, Stream content, int headerLength, Int128 announced)
    {
        if (announced > Array.MaxLength)
        {
            throw Damaged(path, 4,
                $"sizes of at most {Array.MaxLength:N0} bytes together were expected, but the header announces {announced:N0}");
        }
        var length = (int)announced;
        if (content is FileStream file)
            CheckLength(path, headerLength + (long)length, file.Length);

        // A gzipped file does not tell its length, and a damaged header may announce gigabytes: grow with what is really there.
        var bytes = new byte[content is FileStream ? length : Math.Min(length, FirstBlock)];
        int filled = 0;
        while (true)
        {
            int read = Fill(path, content, bytes.AsSpan(filled), headerLength + filled);
            filled += read;
            if (filled < bytes.Length)
                CheckLength(path, headerLength + (long)length, headerLength + (long)filled);
            if (filled == length)
                break;
            Array.Resize(ref bytes, (int)Math.Min(length, 2L * bytes.Length));
        }

        Span<byte> excess = stackalloc byte[1];
        if (Fill(path, content, excess, headerLength + (long)length) != 0)
            throw Damaged(path, headerLength + (long)length, "the end was expected here by the header, but more bytes follow");
        return bytes;
    }

    private static void CheckLength(string path, long expected, long found)
    {
        if (found < expected)
            throw Damaged(path, found, $"{expected:N0} bytes were expected by the header, but the content ends here");
        if (found > expected)
            throw Damaged(path, expected, $"the end was expected by the header, but {found - expected:N0} more bytes follow");
    }

    private static int Fill(string path, Stream content, Span<byte> destination, long offset)
    {
        int filled = 0;
        try
        {
            while (filled < destination.Length)
            {
                int read = content.Read(destination[filled..]);
                if (read == 0)
                    break;
                filled += read;
            }
        }
        catch (InvalidDataException exception)
        {
            throw Damaged(path, offset + filled, "the gzip stream breaks off or is damaged", exception);
        }
        return filled;
    }

    private static InvalidDataException Damaged(string path, long offset, string what, Exception? inner = null) =>
        new($"'{Path.GetFullPath(path)}' is not a whole IDX file: at byte {offset:N0} of its (uncompressed) content {what}. " +
            "Fetch the file again.", inner);
}
