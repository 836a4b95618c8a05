using static TorchSharp.torch;
using Options = Microsoft.ML.Ablation.AblatedImageClassificationTrainer.Options;

namespace Microsoft.ML.Ablation.TorchSharp.Tests;

[TestClass]
public class RecipeTests
{
    private static readonly MLContext Ml = new(seed: 1);
    private static readonly NetworkShape Shape = new(1, 4, 4, 2);
    private static readonly NetworkArchitecture Architecture = NetworkArchitecture.Of(ImageNetwork.NormalizedConvolutional);

    private static float[][] Constant(float value) =>
        [.. Architecture.ParametersOf(Shape).Select(spec => Enumerable.Repeat(value, (int)spec.Count).ToArray())];

    private static (float[][] Weights, List<TrainingProgress> Reports) Fit(Options options)
    {
        var reports = new List<TrainingProgress>();
        options.Progress = new Synchronous<TrainingProgress>(reports.Add);
        using var model = Ml.MulticlassClassification.Trainers.AblatedImageClassification(options).Fit(ToyImages.ToView(Ml, ToyImages.Make(100)));
        return (model.Model.Network.ReadWeights(), reports);
    }

    [TestMethod]
    public void The_average_weighs_the_steps_as_documented_and_forgets_the_first_weights()
    {
        const double decay = 0.75;
        using var average = new WeightAverage(Architecture, Shape, Constant(1000), CPU, decay);
        double sum = 0, weights = 0;
        for (int step = 1; step <= 6; step++)
        {
            float value = MathF.Sin(step);
            using AblationNetwork trained = Architecture.Create(Shape, Constant(value), CPU, trainable: true);
            average.Follow(trained, step);
            (sum, weights) = (decay * sum + value, decay * weights + 1);
            foreach (float[] parameter in average.Network.ReadWeights())
                Assert.IsTrue(parameter.All(actual => Math.Abs(actual - sum / weights) < 1e-5), $"step {step}");
        }
    }

    [TestMethod]
    public void A_long_gradient_is_scaled_to_the_limit_and_a_short_one_left_alone()
    {
        using var scope = NewDisposeScope();
        Tensor first = zeros(2, requires_grad: true), second = zeros(1, requires_grad: true);
        (first.grad, second.grad) = (tensor(new[] { 2f, -3f }), tensor(new[] { 6f }));
        GradientNorm.Clip([first, second], 7.5);
        CollectionAssert.AreEqual(new[] { 2f, -3f, 6f }, cat([first.grad!, second.grad!]).data<float>().ToArray());
        GradientNorm.Clip([first, second], 3.5);
        float[] clipped = cat([first.grad!, second.grad!]).data<float>().ToArray();
        float[] expected = [1, -1.5f, 3];
        for (int i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], clipped[i], 1e-6);
    }

    [TestMethod]
    public void Gradients_are_clipped_in_training()
    {
        // Gradient descent whose steps are at most 1e-9 long leaves the first weights alone; without the limit it moves them.
        Options options = ToyImages.FewEpochs(1);
        options.Optimizer = TrainingOptimizer.Sgd;
        float[] first = NetworkArchitecture.Of(options.Network).FirstWeights(
            new NetworkShape(ToyImages.Channels, ToyImages.Height, ToyImages.Width, ToyImages.Classes), new TrainingSeed(7).Weights)[^1];
        Assert.IsGreaterThan(1e-4, Distance(first, Fit(options).Weights[^1]));
        options.GradientClipping = 1e-9;
        Assert.IsLessThan(1e-6, Distance(first, Fit(options).Weights[^1]));

        static double Distance(float[] a, float[] b) => a.Zip(b, (x, y) => Math.Abs(x - y)).Max();
    }

    [TestMethod]
    public void Smoothed_labels_bound_the_training_loss_and_not_the_validation_loss()
    {
        // With ε = 0.6 and three classes no answer has a loss below the entropy of (0.6, 0.2, 0.2).
        double entropy = -0.6 * Math.Log(0.6) - 2 * 0.2 * Math.Log(0.2);
        Options options = ToyImages.FewEpochs(10);
        options.ValidationFraction = 0.2;
        Assert.IsLessThan(entropy, Fit(options).Reports[^1].Loss);
        options.LabelSmoothing = 0.6;
        TrainingProgress last = Fit(options).Reports[^1];
        Assert.IsGreaterThan(entropy - 1e-6, last.Loss);
        Assert.IsLessThan(entropy, last.ValidationLoss!.Value);
    }

    [TestMethod]
    public void Averaging_changes_what_is_returned_but_not_how_it_is_trained()
    {
        Options options = ToyImages.FewEpochs(2);
        (options.ValidationFraction, options.Network) = (0, ImageNetwork.NormalizedConvolutional);
        (float[][] last, List<TrainingProgress> reports) = Fit(options);
        options.WeightAveraging = 0.9;
        (float[][] averaged, List<TrainingProgress> same) = Fit(options);
        CollectionAssert.AreEqual(reports.Select(report => report.Loss).ToArray(), same.Select(report => report.Loss).ToArray());
        for (int i = 0; i < last.Length; i++)
            CollectionAssert.AreNotEqual(last[i], averaged[i]);
    }

    [TestMethod]
    public void Training_ends_when_its_patience_does_and_returns_the_best_weights()
    {
        // Steps so large that validation soon becomes worse.
        Options options = ToyImages.FewEpochs(15);
        (options.LearningRate, options.ValidationFraction, options.Patience) = (1, 0.2, 2);
        (float[][] weights, List<TrainingProgress> reports) = Fit(options);
        TrainingProgress[] epochs = [.. reports.Where(report => report.Batch == report.Batches)];
        int best = epochs.OrderByDescending(epoch => epoch.ValidationAccuracy).ThenBy(epoch => epoch.ValidationLoss).First().Epoch;
        Assert.IsLessThan(15, epochs.Length);
        Assert.AreEqual(best + 2, epochs.Length);

        options.Patience = null;
        (float[][] patient, reports) = Fit(options);
        Assert.AreEqual(15, reports[^1].Epoch);
        Assert.HasCount(weights.Length, patient);
    }

    [TestMethod]
    [DataRow(0.2, 0.0)]
    [DataRow(0.0, 0.0)]
    [DataRow(0.0, 0.9)]
    public void Cancelling_returns_the_best_whole_epoch_when_wanted(double validationFraction, double averaging)
    {
        Options options = ToyImages.FewEpochs(4);
        (options.Optimizer, options.ValidationFraction, options.WeightAveraging) = (TrainingOptimizer.Sgd, validationFraction, averaging);
        options.ReturnBestOnCancel = true;
        float[][] cancelled = FitUntil(options, epoch: 3, batch: 2);
        // A training of two epochs has another learning rate, so the reference is cancelled too, as soon as its second epoch has ended.
        float[][] reference = FitUntil(options, epoch: 2, batch: long.MaxValue);
        for (int i = 0; i < cancelled.Length; i++)
            CollectionAssert.AreEqual(reference[i], cancelled[i]);
        if (validationFraction == 0)
            CollectionAssert.AreNotEqual(FitUntil(options, epoch: 9, batch: 1)[0], cancelled[0]);

        Assert.ThrowsExactly<OperationCanceledException>(() => FitUntil(options, epoch: 1, batch: 2));
        options.ReturnBestOnCancel = false;
        Assert.ThrowsExactly<OperationCanceledException>(() => FitUntil(options, epoch: 3, batch: 2));
    }

    /// <summary>Trains, and cancels when a batch was reported, or the last of its epoch.</summary>
    private static float[][] FitUntil(Options options, int epoch, long batch)
    {
        using var cancellation = new CancellationTokenSource();
        options.CancellationToken = cancellation.Token;
        options.Progress = new Synchronous<TrainingProgress>(report =>
        {
            if (report.Epoch == epoch && report.Batch == Math.Min(batch, report.Batches))
                cancellation.Cancel();
        });
        using var model = Ml.MulticlassClassification.Trainers.AblatedImageClassification(options).Fit(ToyImages.ToView(Ml, ToyImages.Make(100)));
        return model.Model.Network.ReadWeights();
    }
}
