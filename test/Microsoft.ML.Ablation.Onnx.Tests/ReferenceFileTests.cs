using System.Globalization;
using System.IO.Compression;

namespace Microsoft.ML.Ablation.Onnx.Tests;

/// <summary>Files that others exported, with the scores that ONNX Runtime gives for images.</summary>
[TestClass]
public sealed class ReferenceFileTests
{
    private static string Data => Environment.GetEnvironmentVariable("ABLATION_DATA") is { } folder && Directory.Exists(Path.Combine(folder, "onnx"))
        ? folder
        : throw new AssertInconclusiveException("The environment variable ABLATION_DATA names no folder with onnx/ in it.");

    [TestMethod]
    [DataRow("mnist/agermanov_mnist", new float[] { 0 }, new float[] { 1 })]
    [DataRow("mnist/mnist_convnet_avgpool", new float[] { 0 }, new float[] { 1 })]
    [DataRow("mnist/winml_mnist_cntk", new float[] { 0 }, new float[] { 1 / 255f })]
    [DataRow("cifar10/winml_cifar10_ImageClassifier", new float[] { 0.5f }, new float[] { 0.5f })]
    [DataRow("cifar10/cifar10_resnet_2b", new float[] { .4914f, .4822f, .4465f }, new float[] { .2471f, .2435f, .2616f })]
    public void Scores_are_the_references(string name, float[] means, float[] deviations)
    {
        string folder = Data;
        bool isMnist = name.StartsWith("mnist", StringComparison.Ordinal);
        ImageColumn column = isMnist ? new ImageColumn("Features", 1, 28, 28, false) : new ImageColumn("Features", 3, 32, 32, false);
        var network = new OnnxNetwork(File.ReadAllBytes(Path.Combine(folder, "onnx", $"{name}.onnx")), column, new OnnxClassifierOptions { Means = means, Deviations = deviations });
        Assert.AreEqual(10, network.Signature.Classes);
        byte[] images = Unpack(Path.Combine(folder, isMnist ? "mnist/t10k-images-idx3-ubyte.gz" : "cifar10-jpeg/test_batch_first1000.bin.gz"));
        using var batch = new OnnxBatch(network, network.Signature.FixedBatch ?? 1);
        int compared = 0;
        foreach (string[] line in File.ReadLines(Path.Combine(folder, "onnx", $"{name}.ort-logits20.csv")).Skip(2).Select(line => line.Split(',')))
        {
            int row = int.Parse(line[0], CultureInfo.InvariantCulture), first = isMnist ? 16 + row * 784 : row * 3073 + 1;
            float[] values = [.. images[first..(first + column.Values)].Select(value => value / 255f)];
            network.ToInput(values).Bytes.CopyTo(batch.Images);
            ReadOnlySpan<float> scores = batch.Score(batch.Size);
            float[] expected = [.. line[2..].Select(number => float.Parse(number, CultureInfo.InvariantCulture))];
            for (int label = 0; label < 10; label++)
                Assert.AreEqual(expected[label], scores[label], 1e-4f * Math.Max(1, expected.Max(Math.Abs)), $"row {row}, class {label}");
            compared++;
        }
        Assert.AreEqual(20, compared);
    }

    [TestMethod]
    [DataRow("mlnet_TestZipMapInt64")]
    [DataRow("mlnet_TestZipMapString")]
    [DataRow("mlnet_linear_regression")]
    [DataRow("mlnet_test_unknowndimensions_float")]
    [DataRow("mlnet_twoinput")]
    public void What_is_no_classifier_of_images_is_refused(string name)
    {
        byte[] content = File.ReadAllBytes(Path.Combine(Data, "onnx", "mlnet", $"{name}.onnx"));
        Exception refusal = Assert.Throws<Exception>(() => new OnnxNetwork(content, new ImageColumn("Features", 1, 28, 28, false), new OnnxClassifierOptions()));
        Assert.IsTrue(refusal is InvalidDataException or InvalidOperationException, refusal.ToString());
        Console.WriteLine(refusal.Message);
    }

    private static byte[] Unpack(string path)
    {
        using var stream = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return content.ToArray();
    }
}
