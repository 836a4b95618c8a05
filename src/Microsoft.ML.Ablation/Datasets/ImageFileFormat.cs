using System.Buffers.Binary;
using Microsoft.ML.Ablation.Files;

namespace Microsoft.ML.Ablation.Datasets;

/// <summary>Tells whole image files from others by their structure, without decoding pixels.</summary>
internal static class ImageFileFormat
{
    private const byte MarkerPrefix = 0xFF;

    /// <summary>The content of a file that is a whole image.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is no image, or it breaks off.</exception>
    public static byte[] ReadWhole(string path)
    {
        byte[] content = FileReadException.Named(path, () => File.ReadAllBytes(path));
        return Problem(content) is { } problem ? throw NotWhole(path, problem) : content;
    }

    /// <summary>The exception that says what is wrong with a file.</summary>
    public static InvalidDataException NotWhole(string path, string problem)
        => new($"'{path}' is not a whole image: {problem}. Fetch the file again, or move it away.");

    /// <summary>What is wrong with the content of an image file; null when nothing is.</summary>
    public static string? Problem(ReadOnlySpan<byte> content) => content switch
    {
        [] => "it is empty",
        [0xFF, 0xD8, 0xFF, ..] => ReachesEndOfJpeg(content) ? null : BreaksOff(content, "a JPEG file", "end-of-image marker"),
        [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] =>
            ProblemOfPng(content),
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] =>
            BinaryPrimitives.ReadUInt32LittleEndian(content[4..]) + 8L <= content.Length
                ? null
                : BreaksOff(content, "a WebP file", "declared length"),
        [(byte)'G', (byte)'I', (byte)'F', (byte)'8', ..] or [(byte)'B', (byte)'M', ..] => null,
        _ => "it does not begin as a JPEG, PNG, WebP, GIF or BMP file does",
    };

    private static string BreaksOff(ReadOnlySpan<byte> content, string format, string end)
        => FormattableString.Invariant($"{format} that breaks off after {content.Length:N0} bytes, before its {end}");

    /// <summary>
    /// Walks through the segments (ITU-T T.81, annex B): a marker is 0xFF and a byte other than 0 and 0xFF, most are followed by a length, and
    /// in the compressed data behind a start of scan 0xFF is followed by 0 or is a restart marker.
    /// </summary>
    private static bool ReachesEndOfJpeg(ReadOnlySpan<byte> content)
    {
        int place = 2;
        while (true)
        {
            int prefix = content[place..].IndexOf(MarkerPrefix);
            if (prefix < 0 || place + prefix + 1 >= content.Length)
                return false;
            place += prefix + 1;
            switch (content[place])
            {
                case 0xD9:
                    return true;
                case MarkerPrefix: // a fill byte; the next may be the marker's prefix
                    break;
                case 0x00 or 0x01 or (>= 0xD0 and <= 0xD8): // no marker, or one without a segment
                    place++;
                    break;
                default:
                    if (place + 3 > content.Length)
                        return false;
                    place += 1 + BinaryPrimitives.ReadUInt16BigEndian(content[(place + 1)..]);
                    if (place > content.Length)
                        return false;
                    break;
            }
        }
    }

    /// <summary>Walks through the chunks: a length, four letters, the data, and a checksum of letters and data.</summary>
    private static string? ProblemOfPng(ReadOnlySpan<byte> content)
    {
        const int signature = 8, frame = 12;
        for (long place = signature; place + frame <= content.Length;)
        {
            ReadOnlySpan<byte> chunk = content[(int)place..];
            uint length = BinaryPrimitives.ReadUInt32BigEndian(chunk);
            if (place + frame + length > content.Length)
                break;
            ReadOnlySpan<byte> summed = chunk.Slice(4, 4 + (int)length);
            if (Crc32.Of(summed) != BinaryPrimitives.ReadUInt32BigEndian(chunk[(8 + (int)length)..]))
                return FormattableString.Invariant($"a PNG file whose chunk at byte {place:N0} does not have the checksum that is stored with it");
            if (summed.StartsWith("IEND"u8))
                return null;
            place += frame + length;
        }
        return BreaksOff(content, "a PNG file", "last chunk, IEND");
    }
}
