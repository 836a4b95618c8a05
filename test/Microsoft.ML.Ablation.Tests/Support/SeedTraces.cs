using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Microsoft.ML.Ablation.Tests.Support;

/// <summary>Looks for a seed in files, in every way in which somebody could write it.</summary>
internal static class SeedTraces
{
    /// <summary>How a secret seed is found in a model file, packed or in one of its entries; empty where it is not.</summary>
    public static string[] Of(ReadOnlySpan<byte> secret, string zip)
    {
        byte[] bytes = secret.ToArray(), reversed = [.. bytes.Reverse()];
        List<(string, byte[])> ways = [("bytes", bytes), ("reversed", reversed), ("base64", Encoding.ASCII.GetBytes(Convert.ToBase64String(bytes).TrimEnd('=')))];
        foreach (byte[] order in new[] { bytes, reversed })
            ways.AddRange(Texts(Convert.ToHexString(order), Convert.ToHexStringLower(order)));
        return Find(ways, zip);
    }

    /// <summary>The same for a number, which should be a large one.</summary>
    public static string[] Of(int number, string zip)
    {
        byte[] little = new byte[4], big = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(little, number);
        BinaryPrimitives.WriteInt32BigEndian(big, number);
        return Find([("little-endian", little), ("big-endian", big),
            .. Texts(number.ToString(CultureInfo.InvariantCulture), $"{number:x8}", $"{number:X8}")], zip);
    }

    private static IEnumerable<(string, byte[])> Texts(params string[] texts) =>
        texts.SelectMany(text => new[] { ($"'{text}'", Encoding.ASCII.GetBytes(text)), ($"wide '{text}'", Encoding.Unicode.GetBytes(text)) });

    private static string[] Find(IEnumerable<(string Name, byte[] Pattern)> ways, string zip)
    {
        var places = new List<(string Name, byte[] Content)> { (Path.GetFileName(zip), File.ReadAllBytes(zip)) };
        using (ZipArchive archive = ZipFile.OpenRead(zip))
        {
            foreach (ZipArchiveEntry entry in archive.Entries)
            {
                using Stream stream = entry.Open();
                using var content = new MemoryStream();
                stream.CopyTo(content);
                places.Add((entry.FullName, content.ToArray()));
            }
        }
        return
        [
            .. from place in places
               from way in ways
               where place.Content.AsSpan().IndexOf(way.Pattern) >= 0
               select $"{place.Name}: {way.Name}",
        ];
    }
}
