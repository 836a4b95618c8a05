using System.Security.Cryptography;
using System.Text;
using Microsoft.ML.Ablation.Files;

namespace Microsoft.ML.Ablation.Tool.Runs;

/// <summary>
/// A text file that only grows: one JSON object per line, whose last property <c>sum</c> is a checksum of the text before it. A line
/// is on the disk when <see cref="Append"/> returns, so whatever stops the process or the machine, only the line that was being written
/// can be incomplete; it is recognised and dropped.
/// </summary>
internal sealed class RecordLog : IDisposable
{
    private const int SumBytes = 8;
    private const string SumName = ",\"sum\":\"";

    private readonly string _path;
    private readonly Stream _stream;

    /// <param name="path">The file's name in messages.</param>
    /// <param name="stream">The file, positioned after the last intact record; owned.</param>
    internal RecordLog(string path, Stream stream)
    {
        _path = path;
        _stream = stream;
    }

    /// <summary>Opens a file to append to the records that it holds; a new one if there is none.</summary>
    /// <param name="path">The file. The caller ensures that nobody else writes it.</param>
    /// <param name="records">The records that were there, without their checksums.</param>
    /// <exception cref="InvalidDataException">A record before the last one is damaged.</exception>
    /// <exception cref="IOException">The file cannot be read or written.</exception>
    public static RecordLog Open(string path, out IReadOnlyList<string> records)
    {
        FileStream? stream = null;
        try
        {
            stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
            records = Read(stream, path, isWritten: true, out long intact);
            stream.SetLength(intact);
            stream.Position = intact;
            return new RecordLog(path, stream);
        }
        catch (Exception exception) when (FileWriteException.IsCause(exception))
        {
            stream?.Dispose();
            throw new FileWriteException(path, path, exception);
        }
        catch
        {
            stream?.Dispose();
            throw;
        }
    }

    /// <summary>Reads the records of a file that may be growing; an incomplete last one is left out.</summary>
    /// <exception cref="InvalidDataException">A record is damaged.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IReadOnlyList<string> Read(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        return Read(stream, path, isWritten: false, out _);
    }

    /// <summary>Adds a record and waits until it is on the disk. After a failure the file is as it was before.</summary>
    /// <param name="json">An object with at least one property, on one line.</param>
    /// <exception cref="IOException">The disk is full, or the file cannot be written.</exception>
    public void Append(string json)
    {
        long before = _stream.Position;
        try
        {
            _stream.Write(Encoding.UTF8.GetBytes($"{json.AsSpan(0, json.Length - 1)}{SumName}{SumOf(Encoding.UTF8.GetBytes(json))}\"}}\n"));
            if (_stream is FileStream file)
                file.Flush(flushToDisk: true);
        }
        catch (Exception exception) when (FileWriteException.IsCause(exception))
        {
            _stream.SetLength(before);
            _stream.Position = before;
            throw new FileWriteException(_path, _path, exception);
        }
    }

    public void Dispose() => _stream.Dispose();

    /// <param name="file">The file.</param>
    /// <param name="path">Its name.</param>
    /// <param name="isWritten">Whether a last record that is damaged may be dropped, because it will be written again.</param>
    /// <param name="intact">Where the last intact record ends.</param>
    private static List<string> Read(FileStream file, string path, bool isWritten, out long intact)
    {
        var records = new List<string>();
        intact = 0;
        long damaged = -1, position = 0;
        var line = new List<byte>();
        // Not disposed: the file stays open.
        var stream = new BufferedStream(file, 1 << 16);
        for (int next; (next = stream.ReadByte()) >= 0;)
        {
            position++;
            if (next != '\n')
            {
                line.Add((byte)next);
                continue;
            }
            if (Record(line.ToArray()) is not { } record)
            {
                damaged = damaged < 0 ? intact : damaged;
            }
            else if (damaged >= 0)
            {
                throw new InvalidDataException(FormattableString.Invariant($"'{path}' is damaged at byte {damaged:N0}: no record begins there, but records follow. ")
                    + "Restore the file from a copy, or begin again in another folder.");
            }
            else
            {
                records.Add(record);
                intact = position;
            }
            line.Clear();
        }
        // A record that is being written has no end yet; this one has an end, or another byte in its place.
        if (!isWritten && (damaged >= 0 || line.Count > 0 && Record(line.ToArray()[..^1]) is not null))
        {
            throw new InvalidDataException(FormattableString.Invariant($"'{path}' is damaged at byte {intact:N0}, in its last record. Resume the run, which writes that record ")
                + "again, or restore the file from a copy.");
        }
        return records;
    }

    /// <summary>The object without its checksum; null where the line is not a record or its checksum is wrong.</summary>
    private static string? Record(byte[] line)
    {
        int body = line.Length - (SumName.Length + 2 * SumBytes + 2);
        if (body < 1)
            return null;
        byte[] json = [.. line.AsSpan(0, body), (byte)'}'];
        return line.AsSpan(body).SequenceEqual(Encoding.UTF8.GetBytes($"{SumName}{SumOf(json)}\"}}")) ? Encoding.UTF8.GetString(json) : null;
    }

    private static string SumOf(byte[] json) => Convert.ToHexStringLower(SHA256.HashData(json).AsSpan(0, SumBytes));
}
