using Microsoft.ML.Data;
using Options = Microsoft.ML.Ablation.AblatedImageClassificationTrainer.Options;

namespace Microsoft.ML.Ablation.TorchSharp.Tests;

[TestClass]
public class TrainerTests
{
    private static readonly MLContext Ml = new(seed: 1);

    private static float[][] WeightsAfter(IDataView data, Options options)
    {
        using var model = Ml.MulticlassClassification.Trainers.AblatedImageClassification(options).Fit(data);
        return model.Model.Network.ReadWeights();
    }

    private static void AreEqual(float[][] expected, float[][] actual)
    {
        Assert.HasCount(expected.Length, actual);
        for (int i = 0; i < expected.Length; i++)
            CollectionAssert.AreEqual(expected[i], actual[i]);
    }

    [TestMethod]
    [DataRow(TrainingOptimizer.Adam, 5, false)]
    [DataRow(TrainingOptimizer.Sgd, 25, false)]
    [DataRow(TrainingOptimizer.Adam, 5, true)]
    [DataRow(TrainingOptimizer.Sgd, 25, true)]
    public void Learns_a_small_problem(TrainingOptimizer optimizer, int epochs, bool mixedPrecision)
    {
        Options options = ToyImages.FewEpochs(epochs);
        options.Optimizer = optimizer;
        options.MixedPrecision = mixedPrecision;
        IDataView train = ToyImages.ToView(Ml, ToyImages.Make(300));
        IDataView test = ToyImages.ToView(Ml, ToyImages.Make(99, seed: 2));
        using var model = Ml.MulticlassClassification.Trainers.AblatedImageClassification(options).Fit(train);
        MulticlassClassificationMetrics metrics = Ml.MulticlassClassification.Evaluate(model.Transform(test));
        Assert.IsGreaterThan(0.95, metrics.MicroAccuracy);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    public void The_same_seed_gives_the_same_weights_bit_for_bit_and_another_seed_others(int threads) => TestThreads.With(threads, () =>
    {
        IDataView data = ToyImages.ToView(Ml, ToyImages.Make(100));
        Options options = ToyImages.FewEpochs();
        float[][] first = WeightsAfter(data, options);
        AreEqual(first, WeightsAfter(data, options));
        options.Seed = 8;
        CollectionAssert.AreNotEqual(first[0], WeightsAfter(data, options)[0]);
    });

    [TestMethod]
    public void Planar_and_interleaved_columns_give_the_same_weights_bit_for_bit()
    {
        ToyImages.Planar[] images = ToyImages.Make(100);
        Options options = ToyImages.FewEpochs();
        AreEqual(WeightsAfter(ToyImages.ToView(Ml, images), options),
            WeightsAfter(ToyImages.ToView(Ml, images.Select(ToyImages.ToInterleaved)), options));
    }

    [TestMethod]
    public void Refitting_one_trainer_gives_the_same_weights_and_leaves_the_options_alone()
    {
        IDataView data = ToyImages.ToView(Ml, ToyImages.Make(60));
        var options = new Options { Epochs = 1, BatchSize = 16 };
        var trainer = new MLContext(seed: 5).MulticlassClassification.Trainers.AblatedImageClassification(options);
        using var first = trainer.Fit(data);
        options.Epochs = 50;
        using var second = trainer.Fit(data);
        AreEqual(first.Model.Network.ReadWeights(), second.Model.Network.ReadWeights());
        Assert.IsNull(options.Seed);

        // Without a seed of its own, the context's seed decides.
        options.Epochs = 1;
        using var third = new MLContext(seed: 5).MulticlassClassification.Trainers.AblatedImageClassification(options).Fit(data);
        AreEqual(first.Model.Network.ReadWeights(), third.Model.Network.ReadWeights());
    }

    [TestMethod]
    public void The_schema_announced_is_the_schema_that_comes()
    {
        IDataView data = ToyImages.ToView(Ml, ToyImages.Make(30));
        var trainer = Ml.MulticlassClassification.Trainers.AblatedImageClassification(ToyImages.FewEpochs(1));
        using var model = trainer.Fit(data);
        DataViewSchema real = model.GetOutputSchema(data.Schema);

        SchemaShape announced = trainer.GetOutputSchema(SchemaShape.Create(data.Schema));
        foreach (string name in new[] { "Score", "PredictedLabel" })
        {
            SchemaShape.Column column = announced.Single(candidate => candidate.Name == name);
            DataViewSchema.Column wanted = real[name];
            Assert.AreEqual(wanted.Type is VectorDataViewType, column.Kind == SchemaShape.Column.VectorKind.Vector);
            Assert.AreEqual(wanted.Type is KeyDataViewType, column.IsKey);
            CollectionAssert.AreEquivalent(wanted.Annotations.Schema.Select(a => a.Name).ToArray(), column.Annotations.Select(a => a.Name).ToArray());
        }

        VBuffer<ReadOnlyMemory<char>> names = default;
        real["Score"].GetSlotNames(ref names);
        string[] classes = ["class a", "class b", "class c"];
        CollectionAssert.AreEqual(classes, names.DenseValues().Select(name => name.ToString()).ToArray());
        real["PredictedLabel"].GetKeyValues(ref names);
        CollectionAssert.AreEqual(classes, names.DenseValues().Select(name => name.ToString()).ToArray());
    }

    [TestMethod]
    public void Scores_are_probabilities()
    {
        IDataView data = ToyImages.ToView(Ml, ToyImages.Make(30));
        using var model = Ml.MulticlassClassification.Trainers.AblatedImageClassification(ToyImages.FewEpochs(1)).Fit(data);
        foreach (float[] score in model.Transform(data).GetColumn<float[]>("Score"))
        {
            Assert.HasCount(ToyImages.Classes, score);
            Assert.AreEqual(1, score.Sum(), 1e-5);
            Assert.IsTrue(score.All(value => value is >= 0 and <= 1));
        }
    }

    [TestMethod]
    public void Progress_is_reported_for_every_batch_and_epoch()
    {
        var reports = new List<TrainingProgress>();
        Options options = ToyImages.FewEpochs(2);
        options.Progress = new Synchronous<TrainingProgress>(reports.Add);
        using var model = Ml.MulticlassClassification.Trainers.AblatedImageClassification(options).Fit(ToyImages.ToView(Ml, ToyImages.Make(100)));

        Assert.HasCount(2 * (int)reports[0].Batches, reports);
        CollectionAssert.AreEqual(reports.OrderBy(r => r.Epoch).ThenBy(r => r.Batch).ToArray(), reports);
        TrainingProgress last = reports[^1];
        Assert.AreEqual((2, 2, last.Batches), (last.Epoch, last.Epochs, last.Batch));
        Assert.AreEqual(TimeSpan.Zero, last.TimeLeft);
        Assert.IsTrue(reports.All(r => r.Loss > 0 && r.BaseAccuracy is >= 0 and <= 1 && r.Elapsed > TimeSpan.Zero));
        Assert.IsNull(reports[0].ValidationAccuracy);
        Assert.IsNotNull(last.ValidationAccuracy);
        Assert.IsNotNull(last.ValidationLoss);
    }

    [TestMethod]
    [DataRow(17, 16, 1, DisplayName = "one row left over, which sits out")]
    [DataRow(18, 16, 2, DisplayName = "two rows left over")]
    [DataRow(5, 1, 5, DisplayName = "batches of one")]
    public void Batches_of_one_image_do_not_spoil_batch_normalisation(int rows, int batchSize, int batches)
    {
        foreach (ImageNetwork network in new[] { ImageNetwork.NormalizedConvolutional, ImageNetwork.FullyConnected, ImageNetwork.CompactResidual })
        {
            Options options = ToyImages.FewEpochs(2);
            (options.Network, options.BatchSize, options.ValidationFraction) = (network, batchSize, 0);
            var reports = new List<TrainingProgress>();
            options.Progress = new Synchronous<TrainingProgress>(reports.Add);
            float[][] weights = WeightsAfter(ToyImages.ToView(Ml, ToyImages.Make(rows)), options);
            Assert.IsTrue(weights.All(weight => Array.TrueForAll(weight, float.IsFinite)), $"{network}");
            Assert.HasCount(2 * batches, reports);
            Assert.IsTrue(reports.All(report => report.Batches == batches), $"{network}");
        }
    }

    [TestMethod]
    public void Cancelling_ends_training_and_leaves_no_tensors()
    {
        using var cancellation = new CancellationTokenSource();
        Options options = ToyImages.FewEpochs();
        options.CancellationToken = cancellation.Token;
        options.Progress = new Synchronous<TrainingProgress>(report =>
        {
            if (report.Batch == 3)
                cancellation.Cancel();
        });
        IDataView data = ToyImages.ToView(Ml, ToyImages.Make(100));
        var trainer = Ml.MulticlassClassification.Trainers.AblatedImageClassification(options);
        TorchRuntime.EnsureLoaded();
        long before = global::TorchSharp.torch.Tensor.TotalCount;
        Assert.ThrowsExactly<OperationCanceledException>(() => trainer.Fit(data));
        Assert.AreEqual(before, global::TorchSharp.torch.Tensor.TotalCount);
    }

    [TestMethod]
    [DataRow(ScoringPrecision.Float32)]
    [DataRow(ScoringPrecision.BFloat16)]
    public void Training_inside_a_dispose_scope_of_the_caller_leaves_the_model_alive(ScoringPrecision precision)
    {
        IDataView data = ToyImages.ToView(Ml, ToyImages.Make(30));
        Options options = ToyImages.FewEpochs(1);
        (options.Network, options.Precision) = (ImageNetwork.Convolutional, precision);
        TorchRuntime.EnsureLoaded();
        long before = global::TorchSharp.torch.Tensor.TotalCount;
        MulticlassPredictionTransformer<AblatedImageModelParameters> model;
        using (global::TorchSharp.torch.NewDisposeScope())
            model = Ml.MulticlassClassification.Trainers.AblatedImageClassification(options).Fit(data);
        // The weights as they are stored, and the copy that scores, which lies in memory otherwise in float32 too.
        Assert.AreEqual(before + 2 * 10, global::TorchSharp.torch.Tensor.TotalCount);
        Assert.AreEqual(30, model.Transform(data).GetColumn<float[]>("Score").Count());
        model.Dispose();
        Assert.AreEqual(before, global::TorchSharp.torch.Tensor.TotalCount);
    }

    [TestMethod]
    public void Training_does_not_touch_the_generator_of_the_process()
    {
        TorchRuntime.EnsureLoaded();
        using global::TorchSharp.torch.Tensor before = global::TorchSharp.torch.random.get_rng_state();
        using var model = Ml.MulticlassClassification.Trainers.AblatedImageClassification(ToyImages.FewEpochs(1))
            .Fit(ToyImages.ToView(Ml, ToyImages.Make(30)));
        using global::TorchSharp.torch.Tensor after = global::TorchSharp.torch.random.get_rng_state();
        Assert.IsTrue(before.Equals(after));
    }
}
