using System.Numerics.Tensors;
using Microsoft.ML.Ablation.Datasets;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Tests.Datasets;

/// <summary>A demonstration on the generated digits must say something: a linear model has to leave room above it.</summary>
[TestClass]
public class DigitDifficultyTests
{
    private const int TestCount = 500;

    [TestMethod]
    public void A_linear_model_does_not_solve_the_digits()
    {
        var ml = new MLContext(seed: 1);
        var pipeline = ml.Transforms.Conversion.MapValueToKey("Label")
            .AppendCacheCheckpoint(ml)
            .Append(ml.MulticlassClassification.Trainers.SdcaMaximumEntropy(maximumNumberOfIterations: 20));
        var model = pipeline.Fit(ml.Data.LoadGeneratedDigits(2000, seed: 1));
        MulticlassClassificationMetrics metrics = ml.MulticlassClassification.Evaluate(
            model.Transform(ml.Data.LoadGeneratedDigits(2000, seed: 2)));

        Assert.IsGreaterThan(0.85, metrics.MicroAccuracy);
        Assert.IsLessThan(0.95, metrics.MicroAccuracy);
        Assert.IsGreaterThan(metrics.MicroAccuracy + 0.02, NearestNeighbourAccuracy(5000));
    }

    private static double NearestNeighbourAccuracy(int trainCount)
    {
        float[][] train = [.. Enumerable.Range(0, trainCount).Select(index => Image(1, index))];
        int right = 0;
        for (int i = 0; i < TestCount; i++)
        {
            float[] image = Image(2, i);
            int nearest = 0;
            float smallest = float.MaxValue;
            for (int j = 0; j < trainCount; j++)
            {
                float distance = TensorPrimitives.Distance(image, train[j]);
                if (distance < smallest)
                    (smallest, nearest) = (distance, j);
            }
            right += GeneratedDigits.LabelOf(1, nearest) == GeneratedDigits.LabelOf(2, i) ? 1 : 0;
        }
        return (double)right / TestCount;
    }

    private static float[] Image(int seed, int index)
    {
        var image = new byte[GeneratedDigits.Height * GeneratedDigits.Width];
        GeneratedDigits.Draw(seed, index, image);
        return Array.ConvertAll(image, grey => grey / 255f);
    }
}
