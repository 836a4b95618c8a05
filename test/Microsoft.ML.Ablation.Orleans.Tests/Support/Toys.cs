using System.Text;
using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.TorchSharp;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.Ablation.Orleans.Tests.Support;

/// <summary>Small certified models.</summary>
internal static class Toys
{
    /// <summary>A network for generated digits, trained a little.</summary>
    public static ITransformer Digits(MLContext ml, SmoothedCertifierOptions? options = null)
    {
        IEstimator<ITransformer> classifier = ml.Transforms.RandomAblation(k: 150, seed: 3)
            .Append(ml.MulticlassClassification.Trainers.AblatedImageClassification(new AblatedImageClassificationTrainer.Options
            {
                Network = ImageNetwork.FullyConnected,
                Epochs = 2,
                BatchSize = 32,
                Seed = 4,
                ValidationFraction = 0,
            }));
        return ml.Transforms.Conversion.MapValueToKey("Label", keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue)
            .Append(ml.Transforms.SmoothedCertifier(classifier, options ?? new SmoothedCertifierOptions { Plan = SamplingPlan.Fixed(100, 400), Seed = 5 }))
            .Fit(ml.Data.LoadGeneratedDigits(800, seed: 1));
    }

    /// <summary>A linear classifier of a table of eight attributes.</summary>
    public static (ITransformer Model, IDataView Rows) Table(MLContext ml, SmoothedCertifierOptions options, int k = 3, string? also = null)
    {
        var random = new Random(7);
        IDataView rows = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 200).Select(_ =>
        {
            float[] features = [.. Enumerable.Range(0, 8).Select(_ => random.NextSingle())];
            return new Row { Features = features, Also = features[0], Label = $"class {(int)(features.Sum() / 8 * 3)}" };
        }).ToArray());
        IEstimator<ITransformer> classifier = ml.Transforms.RandomAblation(k, encoding: AblationEncoding.Presence, seed: 1);
        if (also is not null)
            classifier = classifier.Append(ml.Transforms.Concatenate("Features", "Features", also));
        classifier = classifier.Append(ml.MulticlassClassification.Trainers.SdcaMaximumEntropy(maximumNumberOfIterations: 10));
        ITransformer model = ml.Transforms.Conversion.MapValueToKey("Label").Append(ml.Transforms.SmoothedCertifier(classifier, options)).Fit(rows);
        return (model, rows);
    }

    /// <summary>Every column of a view, as text with all digits, a line per row.</summary>
    public static string[] Text(MLContext ml, IDataView view)
    {
        using var stream = new MemoryStream();
        ml.Data.SaveAsText(view, stream, schema: false, headerRow: false, forceDense: true);
        return Encoding.UTF8.GetString(stream.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private sealed class Row
    {
        [VectorType(8)]
        public float[] Features { get; set; } = [];

        public float Also { get; set; }

        public string Label { get; set; } = "";
    }
}
