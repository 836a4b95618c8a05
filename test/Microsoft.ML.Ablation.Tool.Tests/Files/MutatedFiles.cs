using System.Globalization;
using System.IO.Compression;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Tool.Tests.Files;

/// <summary>
/// Files that the tool reads, changed at random: an error that names the file, or the same answer as before. Where a format has no checksum, a
/// changed pixel or label is another one, which nobody can know; then what comes out must be what the file now says.
/// </summary>
public abstract class MutatedFiles
{
    private static readonly bool s_isLong = LongTests.AreWanted;

    private protected MLContext Ml { get; } = new(seed: 1);

    private protected string Folder { get; private set; } = "";

    [TestInitialize]
    public void CreateFolder() => Folder = Directory.CreateTempSubdirectory("mutated-").FullName;

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(Folder, recursive: true);

    /// <summary>What reading gives; null where it is refused by the file's name.</summary>
    private protected static string? Outcome(string path, Func<string> read, string which)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException)
        {
            StringAssert.Contains(exception.Message, path, which);
            return null;
        }
    }

    private protected static int Count(int whole) => s_isLong ? whole : Math.Max(4, whole / 40);

    private protected static string Rows(IDataView rows)
        => Text((rows.Schema.GetColumnOrNull("Label") is null ? rows.GetColumn<float[]>("Features").Select(_ => "") : rows.GetColumn<string>("Label"))
            .Zip(rows.GetColumn<float[]>("Features"), (label, features) => (label, features.AsEnumerable())));

    private protected static string Text(IEnumerable<(string Label, IEnumerable<float> Values)> rows)
        => string.Join('\n', rows.Select(row => $"{row.Label}: {string.Join(' ', row.Values.Select(value => value.ToString(CultureInfo.InvariantCulture)))}"));

    private protected static byte[] Gzip(byte[] content)
    {
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Optimal))
            gzip.Write(content);
        return stream.ToArray();
    }

    /// <summary>What a file holds, unpacked if it begins as a packed one does.</summary>
    private protected static byte[] Content(byte[] file)
    {
        if (file is not [0x1F, 0x8B, ..])
            return file;
        using var unpacked = new MemoryStream();
        using (var gzip = new GZipStream(new MemoryStream(file), CompressionMode.Decompress))
            gzip.CopyTo(unpacked);
        return unpacked.ToArray();
    }
}
