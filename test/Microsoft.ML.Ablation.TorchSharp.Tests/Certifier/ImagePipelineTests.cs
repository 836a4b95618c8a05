using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.TorchSharp.Tests.Certifier;

/// <summary>Image files through ML.NET's own image transforms into the certifier.</summary>
[TestClass]
public sealed class ImagePipelineTests
{
    private const int Side = 12;
    private readonly MLContext _ml = new(seed: 1);

    private sealed class ImageFile
    {
        public string Path { get; set; } = "";

        public string Label { get; set; } = "";
    }

    [TestMethod]
    public void Planar_and_interleaved_pixels_give_the_same_votes()
    {
        string folder = Directory.CreateTempSubdirectory("ablation-tests-").FullName;
        try
        {
            IDataView files = _ml.Data.LoadFromEnumerable(WriteImages(folder, 60));
            int[][] planar = Votes(files, folder, interleaved: false);
            int[][] interleaved = Votes(files, folder, interleaved: true);
            Assert.AreEqual(60, planar.Length);
            Assert.IsGreaterThan(1, planar.Select(votes => string.Join(' ', votes)).Distinct().Count());
            for (int i = 0; i < planar.Length; i++)
                CollectionAssert.AreEqual(planar[i], interleaved[i]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private int[][] Votes(IDataView files, string folder, bool interleaved)
    {
        var baseClassifier = _ml.Transforms.RandomAblation(k: 40, seed: 2)
            .Append(_ml.MulticlassClassification.Trainers.AblatedImageClassification(new AblatedImageClassificationTrainer.Options
            {
                Epochs = 4,
                BatchSize = 10,
                Seed = 3,
                ValidationFraction = 0,
            }));
        var pipeline = _ml.Transforms.LoadImages("Image", folder, "Path")
            .Append(_ml.Transforms.ResizeImages("Image", Side, Side))
            .Append(_ml.Transforms.ExtractPixels("Features", "Image", interleavePixelColors: interleaved, scaleImage: 1 / 255f))
            .Append(_ml.Transforms.Conversion.MapValueToKey("Label"))
            .AppendCacheCheckpoint(_ml)
            .Append(_ml.Transforms.SmoothedCertifier(baseClassifier, SmoothedCertifierOptions.Paper with { Plan = SamplingPlan.Fixed(50, 100), Seed = 4 }));
        TransformerChain<SmoothedCertifierTransformer> model = pipeline.Fit(files);
        try
        {
            IDataView report = model.Transform(files);
            int[] dimensions = [.. ((VectorDataViewType)report.Schema["Features"].Type).Dimensions];
            CollectionAssert.AreEqual(interleaved ? new[] { Side, Side, 3 } : [3, Side, Side], dimensions);
            return CertifiedToys.Votes(report);
        }
        finally
        {
            model.Dispose();
        }
    }

    /// <summary>Noise that is reddish, greenish or bluish, in images of two sizes.</summary>
    private static ImageFile[] WriteImages(string folder, int count)
    {
        var random = new Random(5);
        string[] labels = ["red", "green", "blue"];
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            int label = i % 3, width = 16 + i % 2 * 8, height = 16;
            var pixels = new byte[width * height * 4];
            random.NextBytes(pixels);
            for (int p = 0; p < width * height; p++)
            {
                pixels[4 * p + label] = (byte)(128 + pixels[4 * p + label] / 2);
                pixels[4 * p + 3] = 255;
            }
            string name = $"{i}.png";
            using MLImage image = MLImage.CreateFromPixels(width, height, MLPixelFormat.Rgba32, pixels);
            image.Save(Path.Combine(folder, name));
            return new ImageFile { Path = name, Label = labels[label] };
        })];
    }
}
