using System.IO.Compression;

namespace Microsoft.ML.Ablation.Tool.Tests.Datasets;

/// <summary>The six files of CIFAR-10's binary version, gzipped, with black images of the classes 0 to 9 in turn.</summary>
internal static class BlackCifar10
{
    private const int RecordLength = 3073, RecordsPerFile = 10_000;

    private static readonly string[] s_names =
        ["data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin", "test_batch.bin"];

    private static readonly Lazy<byte[]> s_content = new(Content);

    public static void WriteTo(string directory)
    {
        Directory.CreateDirectory(directory);
        foreach (string name in s_names)
            File.WriteAllBytes(Path.Combine(directory, name + ".gz"), s_content.Value);
    }

    private static byte[] Content()
    {
        var records = new byte[RecordLength * RecordsPerFile];
        for (int i = 0; i < RecordsPerFile; i++)
            records[i * RecordLength] = (byte)(i % 10);
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Fastest))
            gzip.Write(records);
        return stream.ToArray();
    }
}
