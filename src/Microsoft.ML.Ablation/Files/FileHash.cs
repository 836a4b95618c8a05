using System.Security.Cryptography;

namespace Microsoft.ML.Ablation.Files;

/// <summary>The content of a file in 64 characters, which identifies a model whatever its file is called.</summary>
internal static class FileHash
{
    /// <summary>The SHA-256 of a file, as lower-case hexadecimal digits.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static string Of(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
