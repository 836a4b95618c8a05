using System.Buffers.Binary;
using System.Text;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>
/// The part of a 64-bit little-endian ELF shared library that the dynamic loader reads: program headers, the dynamic
/// table and its string table. Every access is checked against the length of the file.
/// </summary>
/// <remarks>
/// Layout and names as in the System V gABI, chapters 4 and 5. Section headers are not used: the loader ignores them, and a
/// stripped library may have none.
/// </remarks>
internal readonly ref struct ElfImage
{
    private const int HeaderSize = 64;
    private const int ProgramHeaderSize = 56;
    private const int DynamicEntrySize = 16;
    private const uint LoadSegment = 1;
    private const uint DynamicSegment = 2;
    private const ulong StringTableTag = 5;
    private const ulong StringTableSizeTag = 10;

    private readonly ReadOnlySpan<byte> _bytes;
    private readonly int _programHeaders;
    private readonly int _programHeaderCount;
    private readonly int _dynamic;
    private readonly int _dynamicCount;
    private readonly int _strings;
    private readonly int _stringsSize;

    /// <summary>Reads the headers of a library.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <exception cref="InvalidDataException">The file is no such library, is truncated, or is damaged.</exception>
    public ElfImage(ReadOnlySpan<byte> bytes)
    {
        _bytes = bytes;
        if (bytes.Length < HeaderSize || !bytes.StartsWith("\u007fELF"u8))
            throw Damaged("it has no ELF header");
        if (bytes[4] != 2 || bytes[5] != 1)
            throw Damaged("it is not 64-bit little-endian");
        if (UInt16(54) != ProgramHeaderSize)
            throw Damaged($"its program headers have {UInt16(54)} bytes, expected {ProgramHeaderSize}");

        _programHeaderCount = UInt16(56);
        _programHeaders = Range(UInt64(32), (ulong)_programHeaderCount * ProgramHeaderSize, "program headers");
        for (int i = 0; i < _programHeaderCount; i++)
        {
            int header = _programHeaders + i * ProgramHeaderSize;
            if (UInt32(header) != DynamicSegment)
                continue;
            ulong size = UInt64(header + 32);
            _dynamic = Range(UInt64(header + 8), size, "dynamic table");
            _dynamicCount = (int)(size / DynamicEntrySize);
        }

        if (TryGetDynamic(StringTableTag, out ulong address) && TryGetDynamic(StringTableSizeTag, out ulong length))
        {
            _strings = OffsetOf(address, length, "string table");
            _stringsSize = (int)length;
        }
    }

    /// <summary>The length of the file in bytes.</summary>
    public int Length => _bytes.Length;

    /// <summary>The value of the first entry of the dynamic table that has this tag.</summary>
    public bool TryGetDynamic(ulong tag, out ulong value)
    {
        for (int i = 0; i < _dynamicCount; i++)
        {
            int entry = _dynamic + i * DynamicEntrySize;
            ulong found = UInt64(entry);
            if (found == tag)
            {
                value = UInt64(entry + 8);
                return true;
            }
            if (found == 0)
                break;
        }
        value = 0;
        return false;
    }

    /// <summary>The position in the file of a range given by its address when loaded.</summary>
    /// <exception cref="InvalidDataException">No loaded segment contains the whole range.</exception>
    public int OffsetOf(ulong address, ulong length, string what)
    {
        for (int i = 0; i < _programHeaderCount; i++)
        {
            int header = _programHeaders + i * ProgramHeaderSize;
            if (UInt32(header) != LoadSegment)
                continue;
            ulong start = UInt64(header + 16);
            ulong inFile = UInt64(header + 32);
            if (address < start || address - start > inFile || length > inFile - (address - start))
                continue;
            ulong offset = UInt64(header + 8);
            if (offset > (ulong)_bytes.Length)
                break;
            return Range(offset + (address - start), length, what);
        }
        throw Damaged($"no loaded segment contains its {what}");
    }

    /// <summary>The text at a position of the string table.</summary>
    /// <exception cref="InvalidDataException">The position is outside the table, or the text is not terminated.</exception>
    public string Text(uint position)
    {
        if (position >= (uint)_stringsSize)
            throw Damaged("a name is outside its string table");
        ReadOnlySpan<byte> rest = _bytes.Slice(_strings, _stringsSize)[(int)position..];
        int end = rest.IndexOf((byte)0);
        if (end < 0)
            throw Damaged("a name is not terminated within its string table");
        return Encoding.UTF8.GetString(rest[..end]);
    }

    /// <summary>Two bytes at an offset of the file.</summary>
    public ushort UInt16(long offset) => BinaryPrimitives.ReadUInt16LittleEndian(Bytes(offset, 2));

    /// <summary>Four bytes at an offset of the file.</summary>
    public uint UInt32(long offset) => BinaryPrimitives.ReadUInt32LittleEndian(Bytes(offset, 4));

    /// <summary>Eight bytes at an offset of the file.</summary>
    public ulong UInt64(long offset) => BinaryPrimitives.ReadUInt64LittleEndian(Bytes(offset, 8));

    /// <summary>The exception for a file that is not a valid library.</summary>
    public static InvalidDataException Damaged(string reason) =>
        new($"The file is not a usable shared library: {reason}. It may be damaged or truncated; restore its package again.");

    private ReadOnlySpan<byte> Bytes(long offset, int count)
    {
        if (offset < 0 || offset > _bytes.Length - count)
            throw Damaged($"it ends at byte {_bytes.Length}, but refers to byte {offset + count - 1}");
        return _bytes.Slice((int)offset, count);
    }

    private int Range(ulong offset, ulong length, string what)
    {
        ulong end = (ulong)_bytes.Length;
        if (offset > end || length > end - offset)
            throw Damaged($"its {what} reach beyond the end of the file");
        return (int)offset;
    }
}
