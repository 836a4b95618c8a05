using System.Buffers.Binary;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>
/// Reads the symbol versions that an ELF library requires of others (<c>.gnu.version_r</c>), and makes one of them optional.
/// </summary>
/// <remarks>Layout as in the Linux Standard Base, "Symbol Versioning": Elf64_Verneed and Elf64_Vernaux.</remarks>
internal static class ElfVersionNeeds
{
    private const ulong NeedsTag = 0x6ffffffe;
    private const ulong NeedsCountTag = 0x6fffffff;
    private const int RecordSize = 16;
    private const ushort WeakFlag = 2;

    /// <summary>All versions that a library requires, in the order of the file.</summary>
    /// <param name="library">The whole file.</param>
    /// <exception cref="InvalidDataException">
    /// The file is no 64-bit little-endian ELF library, is truncated, or is damaged.
    /// </exception>
    public static IReadOnlyList<ElfVersionNeed> Read(ReadOnlySpan<byte> library)
    {
        var image = new ElfImage(library);
        var needs = new List<ElfVersionNeed>();
        if (!image.TryGetDynamic(NeedsTag, out ulong address) || !image.TryGetDynamic(NeedsCountTag, out ulong count))
            return needs;

        long record = image.OffsetOf(address, RecordSize, "version needs");
        for (ulong i = 0; i < count; i++)
        {
            string file = image.Text(image.UInt32(record + 4));
            long entry = record + image.UInt32(record + 8);
            int entries = image.UInt16(record + 2);
            for (int j = 0; j < entries; j++)
            {
                bool weak = (image.UInt16(entry + 4) & WeakFlag) != 0;
                needs.Add(new ElfVersionNeed(file, image.Text(image.UInt32(entry + 8)), weak, (int)entry + 4));
                // Entries do not overlap, so more of them than fit the file means a loop.
                if (needs.Count > image.Length / RecordSize)
                    throw ElfImage.Damaged("its version needs form a loop");
                uint next = image.UInt32(entry + 12);
                if (next == 0)
                    break;
                entry += next;
            }
            uint step = image.UInt32(record + 12);
            if (step == 0)
                break;
            record += step;
        }
        return needs;
    }

    /// <summary>
    /// A copy of a library in which one required version is weak, so that the loader accepts its absence; the library itself
    /// if it does not require the version, or only weakly.
    /// </summary>
    /// <param name="library">The whole file; it is not changed.</param>
    /// <param name="tag">The version, for example <c>GLIBCXX_3.4.32</c>.</param>
    /// <exception cref="InvalidDataException">
    /// The file is no 64-bit little-endian ELF library, is truncated, or is damaged.
    /// </exception>
    public static byte[] Weaken(byte[] library, string tag)
    {
        byte[] copy = library;
        foreach (ElfVersionNeed need in Read(library))
        {
            if (need.Tag != tag || need.IsWeak)
                continue;
            if (ReferenceEquals(copy, library))
                copy = (byte[])library.Clone();
            Span<byte> flags = copy.AsSpan(need.FlagsOffset, sizeof(ushort));
            BinaryPrimitives.WriteUInt16LittleEndian(flags, (ushort)(BinaryPrimitives.ReadUInt16LittleEndian(flags) | WeakFlag));
        }
        return copy;
    }
}
