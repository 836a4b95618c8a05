using System.Buffers.Binary;

namespace Microsoft.ML.Ablation.Datasets;

/// <summary>Reads files of the IDX format, plain or gzipped; the file must end where its header says.</summary>
internal sealed class IdxFile
{
    private readonly FileContent _content;
    private readonly IdxHeader _header;
    private readonly int _size;

    private IdxFile(FileContent content, IdxHeader header, byte[] numbers)
    {
        _content = content;
        _header = header;
        _size = SizeOf(header.Type);
        Bytes = numbers;
    }

    /// <summary>The numbers as the file holds them.</summary>
    public byte[] Bytes { get; }

    /// <summary>How many numbers there are.</summary>
    public int Count => Bytes.Length / _size;

    /// <summary>Reads a file and makes something of it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="check">Says what is needed instead, as a sentence without its end; null for a header that will do. Asked before the numbers are read.</param>
    /// <param name="read">Gets the file, which is whole.</param>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, cut, no IDX file, or holds something else than needed.</exception>
    public static T Read<T>(string path, Func<IdxHeader, string?> check, Func<IdxHeader, IdxFile, T> read)
    {
        using FileContent content = FileContent.Open(path, "IDX");
        IdxHeader header = IdxHeader.Read(content);
        if (check(header) is { } needed)
            throw content.Unsuited(header.ToString(), needed);
        return read(header, new IdxFile(content, header, ReadRest(content, header.Count * SizeOf(header.Type))));
    }

    /// <summary>A number of the file, whatever its type.</summary>
    public double this[int index]
    {
        get
        {
            ReadOnlySpan<byte> number = Bytes.AsSpan(index * _size, _size);
            return _header.Type switch
            {
                IdxType.UnsignedByte => number[0],
                IdxType.SignedByte => (sbyte)number[0],
                IdxType.Int16 => BinaryPrimitives.ReadInt16BigEndian(number),
                IdxType.Int32 => BinaryPrimitives.ReadInt32BigEndian(number),
                IdxType.Single => BinaryPrimitives.ReadSingleBigEndian(number),
                _ => BinaryPrimitives.ReadDoubleBigEndian(number),
            };
        }
    }

    /// <summary>The exception for a number that is not possible where it stands.</summary>
    /// <param name="index">Which number.</param>
    /// <param name="needed">What is needed, as a sentence without its end.</param>
    public InvalidDataException Impossible(int index, string needed) => _content.Unsuited(_header.ToString(),
        FormattableString.Invariant($"{needed}, but {this[index]} was found at byte {_header.Length + (long)index * _size:N0} of its (uncompressed) content"));

    private static int SizeOf(IdxType type) => type switch
    {
        IdxType.UnsignedByte or IdxType.SignedByte => 1,
        IdxType.Int16 => 2,
        IdxType.Int32 or IdxType.Single => 4,
        _ => 8,
    };

    private static byte[] ReadRest(FileContent content, Int128 announced)
    {
        if (announced > Array.MaxLength)
        {
            throw content.Damaged(4,
                FormattableString.Invariant($"sizes of at most {Array.MaxLength:N0} bytes together were expected, but the header announces {announced:N0}"));
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
            throw content.Damaged(found, FormattableString.Invariant($"{expected:N0} bytes were expected by the header, but the content ends here"));
        if (found > expected)
            throw content.Damaged(expected, FormattableString.Invariant($"the end was expected by the header, but {found - expected:N0} more bytes follow"));
    }
}
