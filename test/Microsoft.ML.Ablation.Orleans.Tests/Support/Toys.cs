using System.Text;
using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.TorchSharp;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.Ablation.Orleans.Tests.Support;

/// <summary>Small certified models.</summary>
internal static class Toys
{
    private static readonly Lazy<byte[]> s_network = new(TrainNetwork);

    /// <summary>A network for generated digits, trained a little, and once for all tests.</summary>
    public static TransformerChain<SmoothedCertifierTransformer> Digits(MLContext ml, SmoothedCertifierOptions? options = null)
    {
        using var stream = new MemoryStream(s_network.Value);
        ITransformer network = ml.Model.Load(stream, out _);
        return Labels(ml).Append(ml.Transforms.SmoothedCertifier(network, options ?? SmoothedCertifierOptions.Paper with { Plan = SamplingPlan.Fixed(100, 400), Seed = 5 }))
            .Fit(Training(ml));
    }

    /// <summary>A linear classifier of a table of eight attributes.</summary>
    public static (ITransformer Model, IDataView Rows) Table(MLContext ml, SmoothedCertifierOptions options, int k = 3, string? also = null)
        => Table(ml, options, ml.Transforms.RandomAblation(k, encoding: AblationEncoding.Presence, seed: 1), also);

    /// <summary>The same, of which eight masks show an attribute each, or fewer masks more.</summary>
    public static (ITransformer Model, IDataView Rows) MaskedTable(MLContext ml, SmoothedCertifierOptions options, int masks)
        => Table(ml, options, ml.Transforms.PartitionAblation(masks, encoding: AblationEncoding.Presence, labelColumnName: null), also: null);

    /// <summary>A network for generated digits seen through bands, trained a little.</summary>
    public static TransformerChain<SmoothedCertifierTransformer> Bands(MLContext ml, SmoothedCertifierOptions options) => Labels(ml)
        .Append(ml.Transforms.SmoothedCertifier(ml.Transforms.BandAblation(width: 8)
            .Append(ml.MulticlassClassification.Trainers.AblatedImageClassification(new AblatedImageClassificationTrainer.Options
            {
                Network = ImageNetwork.FullyConnected,
                Epochs = 2,
                BatchSize = 32,
                Seed = 4,
                ValidationFraction = 0,
            })), options)).Fit(ml.Data.TakeRows(Training(ml), 300));

    private static (ITransformer Model, IDataView Rows) Table(MLContext ml, SmoothedCertifierOptions options, IEstimator<ITransformer> classifier, string? also)
    {
        var random = new Random(7);
        IDataView rows = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 200).Select(_ =>
        {
            float[] features = [.. Enumerable.Range(0, 8).Select(_ => random.NextSingle())];
            return new Row { Features = features, Also = features[0], Label = $"class {(int)(features.Sum() / 8 * 3)}" };
        }).ToArray());
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

    private static byte[] TrainNetwork()
    {
        var ml = new MLContext(seed: 1);
        IDataView training = Training(ml);
        IDataView labelled = Labels(ml).Fit(training).Transform(training);
        using TransformerChain<MulticlassPredictionTransformer<AblatedImageModelParameters>> network = ml.Transforms.RandomAblation(k: 150, seed: 3)
            .Append(ml.MulticlassClassification.Trainers.AblatedImageClassification(new AblatedImageClassificationTrainer.Options
            {
                Network = ImageNetwork.FullyConnected,
                Epochs = 2,
                BatchSize = 32,
                Seed = 4,
                ValidationFraction = 0,
            })).Fit(labelled);
        using var stream = new MemoryStream();
        ml.Model.Save(network, labelled.Schema, stream);
        return stream.ToArray();
    }

    private static ValueToKeyMappingEstimator Labels(MLContext ml)
        => ml.Transforms.Conversion.MapValueToKey("Label", keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue);

    private static IDataView Training(MLContext ml) => ml.Data.LoadGeneratedDigits(800, seed: 1);

    private sealed class Row
    {
        [VectorType(8)]
        public float[] Features { get; set; } = [];

        public float Also { get; set; }

        public string Label { get; set; } = "";
    }
}
