using System.IO.Compression;
using System.Security.Cryptography;

namespace Microsoft.ML.Ablation.Tool.Datasets;

/// <summary>
/// One of the four files of MNIST: its name without <c>.gz</c>, and the length and SHA-256 of its uncompressed content.
/// </summary>
internal sealed record MnistFile(string Name, long Length, string Sha256)
{
    public static MnistFile TrainImages { get; } = new(
        "train-images-idx3-ubyte", 47_040_016, "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db");

    public static MnistFile TrainLabels { get; } = new(
        "train-labels-idx1-ubyte", 60_008, "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5");

    public static MnistFile TestImages { get; } = new(
        "t10k-images-idx3-ubyte", 7_840_016, "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7");

    public static MnistFile TestLabels { get; } = new(
        "t10k-labels-idx1-ubyte", 10_008, "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2");

    /// <summary>All four; small ones first, so that a mirror that does not answer is found out early.</summary>
    public static IReadOnlyList<MnistFile> All { get; } = [TestLabels, TrainLabels, TestImages, TrainImages];

    /// <summary>
    /// The label files of Fashion-MNIST, which have the names and lengths of those of MNIST. The sums are those of the files that its
    /// publishers' repository holds.
    /// </summary>
    public static IReadOnlyList<MnistFile> FashionLabels { get; } =
    [
        TestLabels with { Sha256 = "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34" },
        TrainLabels with { Sha256 = "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9" },
    ];

    /// <summary>The names under which the file is found: as published, gzipped, or with a dot as some unpackers do.</summary>
    public IEnumerable<string> FileNames
    {
        get
        {
            string dotted = Name.Replace("-idx", ".idx", StringComparison.Ordinal);
            return [Name, Name + ".gz", dotted, dotted + ".gz"];
        }
    }

    /// <summary>What is wrong with a content, plain or gzipped, or null if it is this file's.</summary>
    /// <param name="stream">The content; read from its start, can be repositioned.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public string? Difference(Stream stream, CancellationToken cancellationToken = default)
    {
        stream.Position = 0;
        bool isGzip = stream.ReadByte() == 0x1F && stream.ReadByte() == 0x8B;
        stream.Position = 0;
        using var gzip = isGzip ? new GZipStream(stream, CompressionMode.Decompress, leaveOpen: true) : null;
        try
        {
            return Difference(gzip ?? stream, out long length, cancellationToken) is { } sum
                ? FormattableString.Invariant($"its uncompressed content has {length:N0} bytes and the SHA-256 {sum}, not {Length:N0} bytes and {Sha256}")
                : null;
        }
        catch (InvalidDataException)
        {
            return "its gzip stream is damaged";
        }
    }

    // Never reads further than a little past the right length, whatever the stream would give.
    private string? Difference(Stream content, out long length, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 16];
        int read;
        for (length = 0; length <= Length && (read = content.Read(buffer)) > 0; length += read)
        {
            cancellationToken.ThrowIfCancellationRequested();
            hash.AppendData(buffer, 0, read);
        }
        string sum = Convert.ToHexStringLower(hash.GetHashAndReset());
        return sum == Sha256 ? null : sum;
    }
}
