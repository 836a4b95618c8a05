using System.IO.Compression;
using Microsoft.ML.Ablation.Files;

namespace Microsoft.ML.Ablation.Datasets;

/// <summary>
/// The content of a file of images or labels, plain or gzipped (the first two bytes decide, not the name), read once from its
/// start, so that a pipe will do too; with errors that name the file and the place.
/// </summary>
internal sealed class FileContent : IDisposable
{
    private const int FirstBlock = 1 << 20;

    private readonly string _path;
    private readonly string _format;
    private readonly Stream _stream;

    private FileContent(string path, string format, Stream stream, long? length)
    {
        _path = path;
        _format = format;
        _stream = stream;
        Length = length;
    }

    /// <summary>How many bytes of the (uncompressed) content have been read.</summary>
    public long Offset { get; private set; }

    /// <summary>How many bytes it has in all; null for a gzipped file or a pipe, which do not tell.</summary>
    public long? Length { get; }

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="format">The name of its format, for messages: "IDX".</param>
    /// <exception cref="ArgumentException"><paramref name="path"/> is null or empty.</exception>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static FileContent Open(string path, string format)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
        {
            string reason = Directory.Exists(path) ? "it is a directory" : "it does not exist";
            throw new FileNotFoundException($"The {format} file '{Path.GetFullPath(path)}' cannot be read: {reason}.", path);
        }
        FileStream file = FileReadException.Named(path, () => File.OpenRead(path));
        try
        {
            var first = new byte[2];
            first = first[..FileReadException.Named(path, () => file.ReadAtLeast(first, first.Length, throwOnEndOfStream: false))];
            Stream whole = new PrefixedStream(first, file);
            return first is [0x1F, 0x8B]
                ? new FileContent(path, format, new GZipStream(whole, CompressionMode.Decompress), length: null)
                : new FileContent(path, format, whole, file.CanSeek ? file.Length : null);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads until <paramref name="destination"/> is full or the content ends.</summary>
    /// <returns>The number of bytes read.</returns>
    /// <exception cref="InvalidDataException">The gzip stream is damaged.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
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
        catch (Exception exception) when (FileReadException.IsCause(exception))
        {
            throw new FileReadException(_path, exception);
        }
        return filled;
    }

    /// <summary>Reads the next bytes: <paramref name="limit"/> of them, or fewer if the content ends before.</summary>
    /// <exception cref="InvalidDataException">The gzip stream is damaged.</exception>
    public byte[] ReadUpTo(int limit)
    {
        // A content that does not tell its length may be far shorter than the limit: grow with what is really there.
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
        new(FormattableString.Invariant($"'{Path.GetFullPath(_path)}' is not a whole {_format} file: at byte {offset:N0} of its (uncompressed) content {what}. ") +
            "Fetch the file again.", inner);

    /// <summary>The exception for a file that is whole, but holds something else than is needed.</summary>
    /// <param name="holds">What it holds: "32-bit integers, 60,000 × 8".</param>
    /// <param name="needed">What is needed, as a sentence without its end.</param>
    public InvalidDataException Unsuited(string holds, string needed) =>
        new($"'{Path.GetFullPath(_path)}' is {(_format[0] == 'I' ? "an" : "a")} {_format} file of {holds}. {needed}.");

    public void Dispose() => _stream.Dispose();
}
