using System.IO.Compression;
using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Ablation.Files;

/// <summary>
/// Whether a model file is whole. It is a zip archive, which stores a checksum of every part; neither .NET nor ML.NET looks at them, so that
/// a changed byte could become another confidence or another class without an error.
/// </summary>
internal static class ModelArchive
{
    private static readonly ConditionalWeakTable<RepositoryReader, object> s_checked = [];

    // ML.NET has no other way to the archive. Where a later version keeps it elsewhere, parts are checked by what they say of themselves alone.
    private static readonly FieldInfo? s_archive = typeof(RepositoryReader).GetField("_archive", BindingFlags.Instance | BindingFlags.NonPublic);

    /// <summary>What is wrong with an archive; null when every part has the checksum that is stored with it.</summary>
    public static string? Problem(ZipArchive archive)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var buffer = new byte[1 << 16];
        foreach (ZipArchiveEntry entry in archive.Entries)
        {
            if (!names.Add(entry.FullName))
                return $"it has two parts '{entry.FullName}'";
            try
            {
                using Stream content = entry.Open();
                uint sum = 0;
                long length = 0;
                int read;
                // Never further than a little past the right length, whatever the stream would give.
                for (; length <= entry.Length && (read = content.Read(buffer)) > 0; length += read)
                    sum = Crc32.Continue(sum, buffer.AsSpan(0, read));
                if (length != entry.Length || sum != entry.Crc32)
                    return $"its part '{entry.FullName}' does not have the length and the checksum that are stored with it";
            }
            catch (Exception exception) when (exception is InvalidDataException or NotSupportedException or EndOfStreamException or ArgumentException)
            {
                return $"its part '{entry.FullName}' cannot be unpacked ({exception.Message.TrimEnd('.')})";
            }
        }
        return null;
    }

    /// <summary>Checks the archive that a component is loaded from, once for all its components.</summary>
    /// <exception cref="FormatException">A part is damaged.</exception>
    public static void RequireWhole(ModelLoadContext ctx)
    {
        if (ctx.Repository is not { } repository || s_archive?.GetValue(repository) is not ZipArchive archive || !s_checked.TryAdd(repository, repository))
            return;
        if (Problem(archive) is { } problem)
            throw new FormatException($"The model file is damaged: {problem}. Copy or train it again.");
    }
}
