namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>The symbol versions that an ELF library defines (<c>.gnu.version_d</c>).</summary>
/// <remarks>Layout as in the Linux Standard Base, "Symbol Versioning": Elf64_Verdef and Elf64_Verdaux.</remarks>
internal static class ElfVersionDefinitions
{
    private const ulong DefinitionsTag = 0x6ffffffc;
    private const ulong DefinitionsCountTag = 0x6ffffffd;
    private const int RecordSize = 20;

    /// <summary>The versions that a library defines; its own name is among them.</summary>
    /// <param name="library">The whole file.</param>
    /// <exception cref="InvalidDataException">
    /// The file is no 64-bit little-endian ELF library, is truncated, or is damaged.
    /// </exception>
    public static IReadOnlySet<string> Read(ReadOnlySpan<byte> library)
    {
        var image = new ElfImage(library);
        var tags = new HashSet<string>();
        if (!image.TryGetDynamic(DefinitionsTag, out ulong address) || !image.TryGetDynamic(DefinitionsCountTag, out ulong count))
            return tags;

        long record = image.OffsetOf(address, RecordSize, "version definitions");
        for (ulong i = 0; i < count; i++)
        {
            // The first name of a definition is its own; the others are its parents.
            tags.Add(image.Text(image.UInt32(record + image.UInt32(record + 12))));
            uint step = image.UInt32(record + 16);
            if (step == 0)
                break;
            record += step;
        }
        return tags;
    }
}
