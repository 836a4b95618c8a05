namespace Microsoft.ML.Ablation.Files;

/// <summary>The checksum of PNG files and zip archives (ISO 3309, polynomial 0xEDB88320).</summary>
internal static class Crc32
{
    private static readonly uint[] s_table = [.. Enumerable.Range(0, 256).Select(value =>
    {
        uint crc = (uint)value;
        for (int bit = 0; bit < 8; bit++)
            crc = (crc & 1) == 0 ? crc >> 1 : crc >> 1 ^ 0xEDB88320;
        return crc;
    })];

    public static uint Of(ReadOnlySpan<byte> bytes) => Continue(0, bytes);

    /// <summary>Continues a checksum with further bytes.</summary>
    /// <param name="crc">The checksum of the bytes before; 0 for none.</param>
    /// <param name="bytes">What follows them.</param>
    public static uint Continue(uint crc, ReadOnlySpan<byte> bytes)
    {
        crc = ~crc;
        foreach (byte value in bytes)
            crc = crc >> 8 ^ s_table[(byte)crc ^ value];
        return ~crc;
    }
}
