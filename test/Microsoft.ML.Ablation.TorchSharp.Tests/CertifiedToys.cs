using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.Ablation.TorchSharp.Tests;

/// <summary>A certified pipeline on generated digits: small, and trained only a little.</summary>
internal static class CertifiedToys
{
    public const int RetainedCount = 150;

    public static IDataView Train(MLContext ml, int count = 1_500) => ml.Data.LoadGeneratedDigits(count, seed: 1);

    public static IDataView Test(MLContext ml, int count) => ml.Data.LoadGeneratedDigits(count, seed: 2);

    public static IEstimator<ITransformer> Pipeline(MLContext ml, ScoringPrecision precision = ScoringPrecision.Auto,
        SamplingPlan? plan = null, AblationEncoding encoding = AblationEncoding.Complement)
    {
        var baseClassifier = ml.Transforms.RandomAblation(k: RetainedCount, encoding: encoding, seed: 3)
            .Append(ml.MulticlassClassification.Trainers.AblatedImageClassification(new AblatedImageClassificationTrainer.Options
            {
                Epochs = 3,
                LearningRate = 3e-3,
                BatchSize = 32,
                Seed = 4,
                ValidationFraction = 0,
                Precision = precision,
            }));
        return ml.Transforms.Conversion.MapValueToKey("Label", keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue)
            .Append(ml.Transforms.SmoothedCertifier(baseClassifier, SmoothedCertifierOptions.Paper with
            {
                Plan = plan ?? SamplingPlan.Fixed(100, 400),
                Seed = 5,
            }));
    }

    public static SmoothedCertifierTransformer Certifier(ITransformer model)
        => ((IEnumerable<ITransformer>)model).OfType<SmoothedCertifierTransformer>().Single();

    /// <summary>Every column of the certifier, as text with all digits, one string per row.</summary>
    public static string[] Text(MLContext ml, IDataView report)
    {
        using var stream = new MemoryStream();
        ml.Data.SaveAsText(report, stream, schema: false, headerRow: false, forceDense: true);
        return System.Text.Encoding.UTF8.GetString(stream.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    public static int[][] Votes(IDataView report) => [.. report.GetColumn<VBuffer<int>>("Votes").Select(votes => votes.DenseValues().ToArray())];
}
