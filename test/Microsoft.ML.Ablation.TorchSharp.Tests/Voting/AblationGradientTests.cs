using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Voting;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.TorchSharp.Tests.Voting;

[TestClass]
public sealed class AblationGradientTests
{
    private static readonly MLContext Ml = new(seed: 1);

    [TestMethod]
    [DataRow(AblationEncoding.Complement)]
    [DataRow(AblationEncoding.Mean)]
    public void Gradients_are_differences_of_margins(AblationEncoding encoding)
    {
        IDataView train = CertifiedToys.Train(Ml);
        var chain = Ml.Transforms.Conversion.MapValueToKey("Label").Append(Ml.Transforms.RandomAblation(k: 150, encoding: encoding))
            .Append(Ml.MulticlassClassification.Trainers.AblatedImageClassification(epochs: 1));
        using var fitted = (IDisposable)chain.Fit(Ml.Data.TakeRows(train, 300));
        ITransformer[] parts = [.. CertifierChain.Parts((ITransformer)fitted)];
        IDataView test = CertifiedToys.Test(Ml, 1);
        AblationEncoder encoder = parts.OfType<RandomAblationTransformer>().Single().MakeEncoder(test.Schema);
        IGradientClassifier model = parts.OfType<ISingleFeaturePredictionTransformer<AblatedImageModelParameters>>().Single().Model;
        float[] image = test.GetColumn<float[]>("Features").First();
        for (int i = 0; i < image.Length; i++)
            image[i] = 0.1f + 0.8f * image[i];
        var sampler = new SubsetSampler(image.Length, 150);
        AblationKey key = AblationKey.Compute(3, image);
        int[][] retained = [.. Enumerable.Range(0, 20).Select(i => sampler.Sample(key, AblationStage.View, (uint)i).ToArray())];
        var gradient = new float[image.Length];
        double margin = model.Margin(encoder, image, retained, label: 0, gradient);
        Assert.IsTrue(margin is > -1 and < 1);

        // Along the gradient the margin grows by its squared norm, and against it shrinks by as much, up to terms of second order.
        double norm = Math.Sqrt(gradient.Sum(slope => (double)slope * slope));
        const double Step = 0.02;
        double forward = At(Step / norm), back = At(-Step / norm);
        Assert.AreEqual(norm, (forward - back) / (2 * Step), 0.05 * norm);
        // Pixels that no ablation shows do not matter.
        bool[] isShown = new bool[image.Length];
        foreach (int position in retained.SelectMany(positions => positions))
            isShown[position] = true;
        Assert.IsTrue(isShown.Zip(gradient).All(pair => pair.First || pair.Second == 0));

        double At(double length) => model.Margin(encoder, [.. image.Zip(gradient, (value, slope) => value + (float)(length * slope))], retained, 0, new float[image.Length]);
    }
}
