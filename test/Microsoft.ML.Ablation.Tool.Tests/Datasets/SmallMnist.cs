using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Microsoft.ML.Ablation.Tool.Datasets;

namespace Microsoft.ML.Ablation.Tool.Tests.Datasets;

/// <summary>Files that are named like those of MNIST but small, with sums to match, for tests without the real ones.</summary>
internal static class SmallMnist
{
    public static IReadOnlyList<MnistFile> Files { get; } =
        [.. MnistFile.All.Select(file => new MnistFile(
            file.Name, Content(file.Name).Length, Convert.ToHexStringLower(SHA256.HashData(Content(file.Name)))))];

    public static byte[] Content(string name) => Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(name + "\n", 2000)));

    public static byte[] Gzipped(string name)
    {
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Fastest))
            gzip.Write(Content(name));
        return stream.ToArray();
    }

    /// <summary>What a good server gives for an address that ends in a file's name and ".gz".</summary>
    public static byte[] At(Uri address) => Gzipped(Path.GetFileNameWithoutExtension(address.AbsolutePath));
}
