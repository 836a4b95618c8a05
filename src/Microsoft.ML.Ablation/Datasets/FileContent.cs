using System.IO.Compression;

namespace Microsoft.ML.Ablation.Datasets;

/// <summary>
/// The content of a file of images or labels, plain or gzipped (told by the first two bytes, not by the name), read once from its
/// start, with errors that name the file and the place.
/// </summary>
internal sealed class FileContent : IDisposable
{
    private const int FirstBlock = 1 << 20;

    private readonly string _path;
    private readonly string _format;
    private readonly Stream _stream;

    private FileContent(string path, string format, Stream stream)
    {
        _path = path;
        _format = format;
        _stream = stream;
    }

    /// <summary>How many bytes of the (uncompressed) content have been read.</summary>
    public long Offset { get; private set; }

    /// <summary>How many bytes it has in all; null for a gzipped file, which does not tell.</summary>
    public long? Length => _stream is FileStream file ? file.Length : null;

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="format">The name of its format, for messages: "IDX".</param>
    /// <exception cref="ArgumentException"><paramref name="path"/> is null or empty.</exception>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    public static FileContent Open(string path, string format)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
        {
            string reason = Directory.Exists(path) ? "it is a directory" : "it does not exist";
            throw new FileNotFoundException($"The {format} file '{Path.GetFullPath(path)}' cannot be read: {reason}.", path);
        }
        FileStream file = File.OpenRead(path);
        bool isGzip = file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
        file.Position = 0;
        return new FileContent(path, format, isGzip ? new GZipStream(file, CompressionMode.Decompress) : file);
    }

    /// <summary>Reads until <paramref name="destination"/> is full or the content ends.</summary>
    /// <returns>The number of bytes read.</returns>
    /// <exception cref="InvalidDataException">The gzip stream is damaged.</exception>
    public int Fill(Span<byte> destination)
    {
        int filled = 0;
        try
        {
            int read;
            while (filled < destination.Length && (read = _stream.Read(destination[filled..])) > 0)
            {
                filled += read;
                Offset += read;
            }
        }
        catch (InvalidDataException exception)
        {
            throw Damaged(Offset, "the gzip stream breaks off or is damaged", exception);
        }
        return filled;
    }

    /// <summary>Reads the next bytes: <paramref name="limit"/> of them, or fewer if the content ends before.</summary>
    /// <exception cref="InvalidDataException">The gzip stream is damaged.</exception>
    public byte[] ReadUpTo(int limit)
    {
        // A gzipped file does not tell its length, and the limit may be far above it: grow with what is really there.
        var bytes = new byte[Math.Min(limit, Length - Offset ?? FirstBlock)];
        int filled = 0;
        while (true)
        {
            filled += Fill(bytes.AsSpan(filled));
            if (filled < bytes.Length || filled == limit || Length is not null)
                break;
            Array.Resize(ref bytes, (int)Math.Min(limit, 2L * bytes.Length));
        }
        Array.Resize(ref bytes, filled);
        return bytes;
    }

    /// <summary>Whether nothing follows what has been read; looks one byte ahead, so it is the last thing to ask.</summary>
    /// <exception cref="InvalidDataException">The gzip stream is damaged.</exception>
    public bool IsAtEnd() => Fill(stackalloc byte[1]) == 0;

    /// <summary>The exception that says what is wrong at <paramref name="offset"/>.</summary>
    public InvalidDataException Damaged(long offset, string what, Exception? inner = null) =>
        new($"'{Path.GetFullPath(_path)}' is not a whole {_format} file: at byte {offset:N0} of its (uncompressed) content {what}. " +
            "Fetch the file again.", inner);

    public void Dispose() => _stream.Dispose();
}
