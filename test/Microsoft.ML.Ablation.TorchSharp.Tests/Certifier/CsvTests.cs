using System.Globalization;
using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.TorchSharp.Tests.Certifier;

/// <summary>Images from a CSV file: a label and a number from 0 to 255 per pixel, through ML.NET's own loader.</summary>
[TestClass]
public sealed class CsvTests
{
    private const int Height = 8, Width = 6;

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Images_from_a_csv_file_are_trained_on_and_certified(bool shapeAtAblation)
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("ablation-tests-").FullName, "images.csv");
        try
        {
            File.WriteAllLines(path, ["label," + string.Join(',', Enumerable.Range(0, Height * Width).Select(i => $"pixel{i}")), .. Lines(90)]);
            var ml = new MLContext(seed: 1);
            IDataView rows = ml.Data.LoadFromTextFile(path,
                [new("Label", DataKind.String, 0), new("Features", DataKind.Single, 1, Height * Width)], separatorChar: ',', hasHeader: true);

            var shape = new ImageShape(1, Height, Width);
            var baseClassifier = ml.Transforms.RandomAblation(k: 30, shape: shapeAtAblation ? shape : null)
                .Append(ml.MulticlassClassification.Trainers.AblatedImageClassification(ToyImages.FewEpochs(8)));
            var pipeline = ml.Transforms.Conversion.MapValueToKey("Label")
                .Append(ml.Transforms.NormalizeChannels(new NormalizeChannelsOptions
                {
                    Means = [0],
                    StandardDeviations = [255],
                    Shape = shapeAtAblation ? null : shape,
                }))
                .Append(ml.Transforms.SmoothedCertifier(baseClassifier, SmoothedCertifierOptions.Paper with { Plan = SamplingPlan.Fixed(50, 200), ExactBudget = 0 }));
            using TransformerChain<SmoothedCertifierTransformer> model = pipeline.Fit(rows);
            CertifiedMetrics metrics = ml.MulticlassClassification.EvaluateCertified(model.Transform(rows));
            Assert.AreEqual(90, metrics.RowCount);
            Assert.IsGreaterThan(0.9, metrics.ClassificationAccuracy);
            Assert.IsGreaterThanOrEqualTo(0, metrics.MedianCertifiedRadius ?? -1);
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        }
    }

    /// <summary>Three classes, of which each has other bright rows.</summary>
    private static IEnumerable<string> Lines(int count)
    {
        var random = new Random(2);
        for (int i = 0; i < count; i++)
        {
            IEnumerable<int> pixels = Enumerable.Range(0, Height * Width).Select(p => random.Next(100) + (p / Width % 3 == i % 3 ? 150 : 0));
            yield return string.Create(CultureInfo.InvariantCulture, $"{"abc"[i % 3]},{string.Join(',', pixels)}");
        }
    }
}
