using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.TorchSharp.Tests.Certifier;

/// <summary>A folder with one folder per class through ML.NET's own image transforms.</summary>
[TestClass]
public sealed class ImageFolderPipelineTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    [DataRow(null)]
    [DataRow("")]
    public void Images_of_class_folders_become_planar_features_with_their_labels(string? imageFolder)
    {
        string folder = Directory.CreateTempSubdirectory("ablation-tests-").FullName;
        try
        {
            byte[][] colours = [[255, 0, 0], [0, 255, 0], [0, 0, 255]];
            string[] names = ["red", "green", "blue"];
            for (int i = 0; i < 12; i++)
                WriteImage(Path.Combine(folder, names[i % 3]), $"{i}.png", colours[i % 3]);

            IDataView rows = Pixels(_ml.Data.ShuffleRows(_ml.Data.LoadImageFolder(folder), seed: 2), imageFolder, side: 10);

            Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, 3, 10, 10), rows.Schema["Features"].Type);
            string[] labels = [.. rows.GetColumn<string>("Label")];
            CollectionAssert.AreEquivalent(names.SelectMany(name => Enumerable.Repeat(name, 4)).ToArray(), labels);
            float[][] features = [.. rows.GetColumn<float[]>("Features")];
            for (int i = 0; i < labels.Length; i++)
            {
                byte[] colour = colours[Array.IndexOf(names, labels[i])];
                float[] expected = [.. colour.SelectMany(value => Enumerable.Repeat(value / 255f, 100))];
                CollectionAssert.AreEqual(expected, features[i]);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [TestMethod]
    public void Photographs_of_imagenet_are_read_and_resized()
    {
        string val = Path.Combine(Environment.GetEnvironmentVariable("ABLATION_DATA") ?? "", "imagenet-sample", "val");
        if (!Directory.Exists(val))
            Assert.Inconclusive("The environment variable ABLATION_DATA names no folder with imagenet-sample/val in it.");

        IDataView rows = Pixels(_ml.Data.TakeRows(_ml.Data.LoadImageFolder(val), 8), imageFolder: null, side: 224);

        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, 3, 224, 224), rows.Schema["Features"].Type);
        float[][] features = [.. rows.GetColumn<float[]>("Features")];
        Assert.HasCount(8, features);
        foreach (float[] image in features)
        {
            Assert.IsTrue(image.All(value => value is >= 0 and <= 1));
            Assert.IsGreaterThan(50, image.Distinct().Count(), "a photograph has many levels");
        }
    }

    private IDataView Pixels(IDataView files, string? imageFolder, int side) =>
        _ml.Transforms.LoadImages("Image", imageFolder, "ImagePath")
            .Append(_ml.Transforms.ResizeImages("Image", side, side))
            .Append(_ml.Transforms.ExtractPixels("Features", "Image", scaleImage: 1 / 255f))
            .Fit(files)
            .Transform(files);

    private static void WriteImage(string folder, string name, byte[] colour)
    {
        const int Width = 20, Height = 16;
        byte[] pixel = [.. colour, 255];
        byte[] pixels = [.. Enumerable.Range(0, Width * Height).SelectMany(_ => pixel)];
        Directory.CreateDirectory(folder);
        using MLImage image = MLImage.CreateFromPixels(Width, Height, MLPixelFormat.Rgba32, pixels);
        image.Save(Path.Combine(folder, name));
    }
}
