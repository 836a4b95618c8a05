using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Security.Cryptography;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>Stores a repaired library in a private folder named by its content, and loads it.</summary>
[SupportedOSPlatform("linux")]
internal static class RepairedLibrary
{
    /// <summary>Loads the library from the first private folder that permits it.</summary>
    /// <param name="content">The repaired file.</param>
    /// <param name="fileName">The file name under which it is stored.</param>
    /// <returns>The loaded path.</returns>
    /// <exception cref="AggregateException">All folders failed; one inner exception per folder.</exception>
    public static string Load(byte[] content, string fileName)
    {
        var failures = new List<Exception>();
        foreach (string folder in PrivateFolder.Candidates())
        {
            try
            {
                string path = Store(content, folder, fileName);
                NativeLibrary.Load(path);
                return path;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or DllNotFoundException)
            {
                // A read-only home, a full disk, a mount without permission to execute: try the next.
                failures.Add(e);
            }
        }
        throw new AggregateException(failures);
    }

    /// <summary>Writes the library unless it exists with exactly this content.</summary>
    /// <returns>Its path.</returns>
    public static string Store(byte[] content, string folder, string fileName)
    {
        PrivateFolder.Ensure(folder);
        string home = Path.Combine(folder, Convert.ToHexStringLower(SHA256.HashData(content)));
        PrivateFolder.Ensure(home);
        string path = Path.Combine(home, fileName);
        if (HasContent(path, content))
            return path;

        // Written to a temporary file and renamed, so that other processes see the complete file or none.
        string temporary = Path.Combine(home, $"{fileName}.{Guid.NewGuid():N}.tmp");
        try
        {
            File.WriteAllBytes(temporary, content);
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
        return path;
    }

    private static bool HasContent(string path, byte[] content)
    {
        var file = new FileInfo(path);
        return file.Exists && file.LinkTarget is null && file.Length == content.Length
            && File.ReadAllBytes(path).AsSpan().SequenceEqual(content);
    }
}
