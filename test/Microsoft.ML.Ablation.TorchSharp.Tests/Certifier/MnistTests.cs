using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.Ablation.TorchSharp.Tests.Certifier;

[TestClass]
public sealed class MnistTests
{
    [TestMethod]
    [LongTest("trains on 5,000 images of MNIST")]
    public void A_little_training_on_real_MNIST_already_certifies()
    {
        string? data = Environment.GetEnvironmentVariable("ABLATION_DATA");
        if (data is null || !File.Exists(Path.Combine(data, "mnist", "train-images-idx3-ubyte.gz")))
            Assert.Inconclusive("The environment variable ABLATION_DATA names no folder with mnist/ in it.");
        var ml = new MLContext(seed: 1);
        IDataView Load(string part, int count) => ml.Data.Cache(ml.Data.TakeRows(ml.Data.LoadIdx(
            Path.Combine(data, "mnist", $"{part}-images-idx3-ubyte.gz"), Path.Combine(data, "mnist", $"{part}-labels-idx1-ubyte.gz")), count));
        var baseClassifier = ml.Transforms.RandomAblation(k: 100)
            .Append(ml.MulticlassClassification.Trainers.AblatedImageClassification(epochs: 4, seed: 1));
        IDataView train = Load("train", 5_000);
        var model = ml.Transforms.Conversion.MapValueToKey("Label", keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue)
            .Append(ml.Transforms.SmoothedCertifier(baseClassifier, SmoothedCertifierOptions.Paper with { Plan = SamplingPlan.Fixed(100, 1_000), Seed = 1 }))
            .Fit(train);
        CertifiedMetrics metrics = ml.MulticlassClassification.EvaluateCertified(model.Transform(Load("t10k", 100)));
        model.Dispose();
        // A model that has not learnt is right one time in ten.
        Assert.IsGreaterThan(0.7, metrics.ClassificationAccuracy);
        Assert.IsGreaterThan(0.5, metrics.CertifiedAccuracyAt(0));
    }
}
