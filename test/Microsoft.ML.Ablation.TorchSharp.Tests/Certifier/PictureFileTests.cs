using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace Microsoft.ML.Ablation.TorchSharp.Tests.Certifier;

/// <summary>What this library relies on in ML.NET's own image transforms.</summary>
[TestClass]
public sealed class PictureFileTests
{
    private readonly MLContext _ml = new(seed: 1);
    private string _folder = "";

    [TestInitialize]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("ablation-tests-").FullName;

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    /// <summary>Its other way, Fill, takes single pixels; IsoCrop is what photographs need.</summary>
    [TestMethod]
    public void ResizeImages_with_IsoCrop_averages_where_it_shrinks()
    {
        const int side = 16, block = 4;
        var random = new Random(1);
        int[] noise = [.. Enumerable.Range(0, side * block * side * block).Select(_ => random.Next(2) * 255)];
        WriteImage("cat", "1.png", side * block, side * block, (x, y) => [.. Enumerable.Repeat((byte)noise[y * side * block + x], 3)]);
        float[] pixels = Pixels(side).GetColumn<float[]>("Features").Single();
        for (int position = 0; position < side * side; position++)
        {
            int first = position / side * block * side * block + position % side * block;
            double mean = (from y in Enumerable.Range(0, block) from x in Enumerable.Range(0, block) select noise[first + y * side * block + x]).Average();
            Assert.AreEqual(mean, pixels[position], 2);
        }
    }

    [TestMethod]
    public void NormalizeChannels_is_what_three_extractions_and_a_concatenation_give()
    {
        var random = new Random(3);
        for (int i = 0; i < 3; i++)
            WriteImage("cat", $"{i}.png", 9, 8, (_, _) => [(byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256)]);
        float[] means = [.. ImageNetChannels.Means], deviations = [.. ImageNetChannels.StandardDeviations];
        IDataView rows = Pixels(8, scale: 1 / 255f);
        float[][] normalized = [.. _ml.Transforms.NormalizeChannels(means, deviations).Fit(rows).Transform(rows).GetColumn<float[]>("Features")];

        IDataView files = _ml.Data.LoadImageFolder(_folder);
        ImagePixelExtractingEstimator.ColorBits[] colours =
            [ImagePixelExtractingEstimator.ColorBits.Red, ImagePixelExtractingEstimator.ColorBits.Green, ImagePixelExtractingEstimator.ColorBits.Blue];
        IEstimator<ITransformer> chain = _ml.Transforms.LoadImages("Image", null, "ImagePath").Append(_ml.Transforms.ResizeImages("Image", 8, 8));
        for (int channel = 0; channel < 3; channel++)
        {
            chain = chain.Append(_ml.Transforms.ExtractPixels($"{channel}", "Image", colours[channel], offsetImage: 255 * means[channel],
                scaleImage: 1 / (255 * deviations[channel])));
        }
        IDataView concatenated = chain.Append(_ml.Transforms.Concatenate("Features", "0", "1", "2")).Fit(files).Transform(files);
        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, 192), concatenated.Schema["Features"].Type, "the dimensions are lost");
        float[][] expected = [.. concatenated.GetColumn<float[]>("Features")];
        for (int i = 0; i < 3; i++)
        {
            for (int slot = 0; slot < 192; slot++)
                Assert.AreEqual(expected[i][slot], normalized[i][slot], 2e-6f);
        }
    }

    private IDataView Pixels(int side, float scale = 1)
    {
        IDataView files = _ml.Data.LoadImageFolder(_folder);
        return _ml.Transforms.CheckImageFiles()
            .Append(_ml.Transforms.LoadImages("Image", null, "ImagePath"))
            .Append(_ml.Transforms.ResizeImages("Image", side, side, resizing: ImageResizingEstimator.ResizingKind.IsoCrop))
            .Append(_ml.Transforms.ExtractPixels("Features", "Image", scaleImage: scale))
            .Fit(files)
            .Transform(files);
    }

    private void WriteImage(string label, string name, int width, int height, Func<int, int, byte[]> colour)
    {
        byte[] pixels = [.. from y in Enumerable.Range(0, height) from x in Enumerable.Range(0, width) from value in (byte[])[.. colour(x, y), 255] select value];
        string folder = Directory.CreateDirectory(Path.Combine(_folder, label)).FullName;
        using MLImage image = MLImage.CreateFromPixels(width, height, MLPixelFormat.Rgba32, pixels);
        image.Save(Path.Combine(folder, name));
    }
}
