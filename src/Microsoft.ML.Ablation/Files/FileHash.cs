using System.Security.Cryptography;
using System.Text;

namespace Microsoft.ML.Ablation.Files;

/// <summary>The content of a file in 64 characters, which identifies a model whatever its file is called.</summary>
internal static class FileHash
{
    /// <summary>The SHA-256 of a text in UTF-8, as lower-case hexadecimal digits.</summary>
    public static string OfText(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>The SHA-256 of a file, as lower-case hexadecimal digits.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static string Of(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
