using System.Security.Cryptography;
using Microsoft.ML.Ablation.Datasets;

namespace Microsoft.ML.Ablation.Tests.Datasets;

[TestClass]
public class GeneratedDigitsTests
{
    // SHA-256 of the first 1,000 labels and images of seed 1.
    private const string ExpectedHash = "2452ae5b0510b789b3faba727eef970a96a6ecc49047338627ba60f02fce3e3c";

    private const int Pixels = GeneratedDigits.Height * GeneratedDigits.Width;

    [TestMethod]
    public void The_images_are_the_same_on_every_machine_and_in_every_version()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (int index = 0; index < 1000; index++)
        {
            hash.AppendData([(byte)GeneratedDigits.LabelOf(1, index)]);
            hash.AppendData(Image(1, index));
        }
        Assert.AreEqual(ExpectedHash, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    [TestMethod]
    public void An_image_does_not_depend_on_what_was_drawn_before()
    {
        byte[] alone = Image(3, 777);
        var sheet = new byte[Pixels];
        Array.Fill(sheet, (byte)200);
        for (int index = 770; index <= 777; index++)
            GeneratedDigits.Draw(3, index, sheet);
        CollectionAssert.AreEqual(alone, sheet);
    }

    [TestMethod]
    public void Images_differ_between_indices_and_between_seeds()
    {
        var seen = new HashSet<string>();
        foreach (int seed in new[] { 0, 1, -1, int.MaxValue, int.MinValue })
            for (int index = 0; index < 500; index++)
                Assert.IsTrue(seen.Add(Convert.ToHexString(SHA256.HashData(Image(seed, index)))), $"seed {seed}, image {index}");
    }

    [TestMethod]
    public void Every_run_of_ten_holds_every_class_and_the_first_is_in_order()
    {
        int inOrder = 0;
        for (int run = 0; run < 200; run++)
        {
            int[] labels = [.. Enumerable.Range(10 * run, 10).Select(index => GeneratedDigits.LabelOf(5, index))];
            inOrder += labels.SequenceEqual(Enumerable.Range(0, 10)) ? 1 : 0;
            if (run == 0)
                Assert.AreEqual(1, inOrder);
            CollectionAssert.AreEquivalent(Enumerable.Range(0, 10).ToArray(), labels);
        }
        Assert.AreEqual(1, inOrder, "Only the first run is in order.");
    }

    [TestMethod]
    public void Ink_and_place_are_those_of_handwritten_digits_in_28_by_28()
    {
        double used = 0, ink = 0;
        const int count = 2000;
        for (int index = 0; index < count; index++)
        {
            byte[] image = Image(2, index);
            double mass = 0, x = 0, y = 0, border = 0;
            for (int i = 0; i < Pixels; i++)
            {
                double grey = image[i] / 255.0;
                (int row, int column) = Math.DivRem(i, GeneratedDigits.Width);
                used += grey > 0 ? 1 : 0;
                mass += grey;
                x += grey * column;
                y += grey * row;
                border += row is 0 or 27 || column is 0 or 27 ? grey : 0;
            }
            ink += mass;
            Assert.IsGreaterThan(15, mass, $"image {index} is nearly empty");
            Assert.IsLessThan(4.0, Math.Abs(x / mass - 13.5), $"image {index} is off the middle");
            Assert.IsLessThan(4.0, Math.Abs(y / mass - 13.5), $"image {index} is off the middle");
            Assert.IsLessThan(0.1, border / mass, $"image {index} runs out of the sheet");
        }
        Assert.AreEqual(0.195, used / count / Pixels, 0.02);
        Assert.AreEqual(0.125, ink / count / Pixels, 0.02);
    }

    [TestMethod]
    public void Wrong_arguments_are_named()
    {
        var exception = Assert.ThrowsExactly<ArgumentException>(() => GeneratedDigits.Draw(0, 0, new byte[783]));
        StringAssert.Contains(exception.Message, "783");
        StringAssert.Contains(exception.Message, "784");
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => GeneratedDigits.LabelOf(0, -1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => GeneratedDigits.Draw(0, -1, new byte[Pixels]));
        var catalog = new MLContext(1).Data;
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => catalog.LoadGeneratedDigits(0));
    }

    private static byte[] Image(int seed, int index)
    {
        var image = new byte[Pixels];
        GeneratedDigits.Draw(seed, index, image);
        return image;
    }
}
