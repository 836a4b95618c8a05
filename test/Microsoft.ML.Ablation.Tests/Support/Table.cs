using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Tests.Support;

/// <summary>Small rows for tests: three well separated classes of six values in [0, 1].</summary>
internal static class Table
{
    public sealed class Row
    {
        [VectorType(6)]
        public float[] Features { get; set; } = [];

        public string Label { get; set; } = "";

        public float Other { get; set; }
    }

    public static Row[] Rows(int count, int seed)
    {
        var random = new Random(seed);
        string[] names = ["ant", "bee", "cat"];
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            int label = i % 3;
            float[] features = [.. Enumerable.Range(0, 6).Select(slot =>
                (slot / 2 == label ? 0.75f : 0.25f) + ((float)random.NextDouble() - 0.5f) * 0.4f)];
            return new Row { Features = features, Label = names[label], Other = i };
        })];
    }

    public static IDataView View(MLContext ml, int count = 300, int seed = 1) => ml.Data.LoadFromEnumerable(Rows(count, seed));

    public static IEstimator<ITransformer> Linear(MLContext ml, int k = 3)
        => ml.Transforms.RandomAblation(k, seed: 5)
            .Append(ml.MulticlassClassification.Trainers.SdcaMaximumEntropy(maximumNumberOfIterations: 20));

    public static SmoothedCertifierOptions FewVotes(int seed = 3)
        => new() { Plan = SamplingPlan.Fixed(100, 400), ExactBudget = 0, Seed = seed };

    public static IEstimator<ITransformer> Certified(MLContext ml, SmoothedCertifierOptions? options = null)
        => ml.Transforms.Conversion.MapValueToKey("Label")
            .Append(ml.Transforms.SmoothedCertifier(Linear(ml), options ?? FewVotes()));
}
