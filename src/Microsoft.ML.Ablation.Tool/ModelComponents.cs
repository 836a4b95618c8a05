using System.IO.Compression;
using System.Text;

namespace Microsoft.ML.Ablation.Tool;

/// <summary>What the file of a model says of the components that it is made of, without loading them.</summary>
internal static class ModelComponents
{
    // ML.NET's header of a component, whatever it is: the name that its loader is registered by, and where the name of its assembly stands.
    private const string Header = "Model.key", Magic = "ML\0MODEL";
    private const int SignatureOffset = 80, SignatureLength = 24, AssemblyOffset = 144;

    /// <summary>The components whose libraries the tool does not have: each with the library, such as Microsoft.ML.TimeSeries.</summary>
    /// <param name="archive">The file.</param>
    public static IReadOnlyList<(string Component, string Library)> Missing(ZipArchive archive) =>
    [
        .. archive.Entries.Where(entry => entry.Name == Header).Select(Read).OfType<(string, string Library)>().Distinct()
            .Where(component => !File.Exists(Path.Combine(AppContext.BaseDirectory, component.Library + ".dll"))),
    ];

    /// <summary>What a component says of itself; null where it is of no format that is known here.</summary>
    private static (string Component, string Library)? Read(ZipArchiveEntry entry)
    {
        using var content = new MemoryStream();
        using (Stream stream = entry.Open())
            stream.CopyTo(content);
        byte[] header = content.ToArray();
        if (header.Length < AssemblyOffset + 16 || !header.AsSpan().StartsWith(Encoding.ASCII.GetBytes(Magic)))
            return null;
        string component = Encoding.ASCII.GetString(header, SignatureOffset, SignatureLength).TrimEnd('\0');
        (long start, long length) = (BitConverter.ToInt64(header, AssemblyOffset), BitConverter.ToInt64(header, AssemblyOffset + 8));
        if (start < 0 || length <= 0 || start > header.Length - length)
            return null;
        string library = Encoding.Unicode.GetString(header, (int)start, (int)length).Split(',')[0];
        return library.Length > 0 && library.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-') ? (component, library) : null;
    }
}
