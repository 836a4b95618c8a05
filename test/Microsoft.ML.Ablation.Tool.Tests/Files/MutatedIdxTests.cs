using System.Buffers.Binary;

namespace Microsoft.ML.Ablation.Tool.Tests.Files;

[TestClass]
public sealed class MutatedIdxTests : MutatedFiles
{
    [TestMethod]
    [DataRow((byte)0x08, false)]
    [DataRow((byte)0x08, true)]
    [DataRow((byte)0x0B, false)]
    [DataRow((byte)0x0C, true)]
    [DataRow((byte)0x0E, false)]
    public void Idx_files(byte type, bool gzip)
    {
        var random = new Random(type);
        int size = type switch { 0x08 => 1, 0x0B => 2, 0x0C => 4, _ => 8 };
        var numbers = new byte[6 * 3 * 2 * size];
        for (int i = 0; i < numbers.Length / size; i++)
        {
            if (type == 0x0E)
                BinaryPrimitives.WriteDoubleBigEndian(numbers.AsSpan(size * i), random.NextDouble());
            else
                numbers[size * i + size - 1] = (byte)random.Next(256);
        }
        byte[] images = [0, 0, type, 3, 0, 0, 0, 6, 0, 0, 0, 3, 0, 0, 0, 2, .. numbers], labels = [0, 0, 8, 1, 0, 0, 0, 6, 3, 1, 4, 1, 5, 9];
        (images, labels) = gzip ? (Gzip(images), Gzip(labels)) : (images, labels);
        string imagesPath = Path.Combine(Folder, "images"), labelsPath = Path.Combine(Folder, "labels");
        for (int i = 0; i < Count(120); i++)
        {
            bool ofImages = i % 3 != 0;
            byte[] changed = Mutations.Of(ofImages ? images : labels, random);
            (byte[] changedImages, byte[] changedLabels) = ofImages ? (changed, labels) : (images, changed);
            File.WriteAllBytes(imagesPath, changedImages);
            File.WriteAllBytes(labelsPath, changedLabels);
            if (Outcome(ofImages ? imagesPath : labelsPath, () => Rows(Ml.Data.LoadIdx(imagesPath, labelsPath)), $"{i}") is { } rows)
                Assert.AreEqual(ReferenceOf(Content(changedImages), Content(changedLabels)), rows, $"change {i} of {type:X2}");
        }
    }

    /// <summary>What two IDX files say, read in the simplest way.</summary>
    private static string ReferenceOf(byte[] images, byte[] labels)
    {
        (int[] shape, double[] pixels) = Numbers(images);
        (int[] labelShape, double[] classes) = Numbers(labels);
        int values = pixels.Length / shape[0], columns = classes.Length / labelShape[0];
        Assert.AreEqual(shape[0], labelShape[0]);
        bool interleaved = shape.Length == 4 && shape[3] is 1 or 3;
        int channels = interleaved ? shape[3] : 1;
        return Text(Enumerable.Range(0, shape[0]).Select(row => ($"{classes[row * columns]}", Enumerable.Range(0, values).Select(i =>
        {
            int place = interleaved ? i % (values / channels) * channels + i / (values / channels) : i;
            return images[2] >= 0x0D ? (float)pixels[row * values + place] : (float)pixels[row * values + place] / 255f;
        }))));
    }

    private static (int[] Shape, double[] Numbers) Numbers(byte[] file)
    {
        int[] shape = [.. Enumerable.Range(0, file[3]).Select(i => BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(4 + 4 * i)))];
        byte[] rest = file[(4 + 4 * shape.Length)..];
        double[] numbers = file[2] switch
        {
            0x08 => [.. rest.Select(value => (double)value)],
            0x09 => [.. rest.Select(value => (double)(sbyte)value)],
            0x0B => [.. rest.Chunk(2).Select(value => (double)BinaryPrimitives.ReadInt16BigEndian(value))],
            0x0C => [.. rest.Chunk(4).Select(value => (double)BinaryPrimitives.ReadInt32BigEndian(value))],
            0x0D => [.. rest.Chunk(4).Select(value => (double)BinaryPrimitives.ReadSingleBigEndian(value))],
            _ => [.. rest.Chunk(8).Select(value => BinaryPrimitives.ReadDoubleBigEndian(value))],
        };
        Assert.HasCount(shape.Aggregate(1, (product, side) => product * side), numbers);
        return (shape, numbers);
    }
}
