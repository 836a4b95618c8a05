using Options = Microsoft.ML.Ablation.AblatedImageClassificationTrainer.Options;

namespace Microsoft.ML.Ablation.TorchSharp.Tests;

[TestClass]
public class ScheduledTrainingTests
{
    private static readonly MLContext Ml = new(seed: 1);
    private static readonly IDataView Data = ToyImages.ToView(Ml, ToyImages.Make(60));

    private static readonly (LearningRateSchedule Schedule, Func<double, double> Factor)[] Schedules =
    [
        (LearningRateSchedule.Constant, _ => 1),
        (LearningRateSchedule.OneCycle(), e => e / 4 < 0.3 ? 0.04 + 0.96 * e / 1.2 : 0.5 + 0.5 * Math.Cos(Math.PI * (e - 1.2) / 2.8)),
        (LearningRateSchedule.Cosine, e => 0.5 + 0.5 * Math.Cos(Math.PI * e / 4)),
        (LearningRateSchedule.MultiStep(0.1, 2, 3), e => e < 2 ? 1 : e < 3 ? 0.1 : 0.01),
        (LearningRateSchedule.Cosine.WithWarmUp(1.5), e => e < 1.5 ? e / 1.5 : 0.5 + 0.5 * Math.Cos(Math.PI * (e - 1.5) / 2.5)),
    ];

    private static (float[][] Weights, List<TrainingProgress> Reports) Fit(Options options)
    {
        var reports = new List<TrainingProgress>();
        options.Progress = new Synchronous<TrainingProgress>(reports.Add);
        using var model = Ml.MulticlassClassification.Trainers.AblatedImageClassification(options).Fit(Data);
        return (model.Model.Network.ReadWeights(), reports);
    }

    [TestMethod]
    [DataRow(TrainingOptimizer.Adam, 0.003)]
    [DataRow(TrainingOptimizer.Sgd, 0.01)]
    public void Every_schedule_is_followed_step_by_step_and_repeats_bit_for_bit(TrainingOptimizer optimizer, double learningRate)
    {
        var results = new HashSet<float>();
        foreach ((LearningRateSchedule schedule, Func<double, double> factor) in Schedules)
        {
            Options options = ToyImages.FewEpochs(4);
            (options.Optimizer, options.Schedule, options.WeightDecay, options.ValidationFraction) = (optimizer, schedule, 0.01, 0);
            (float[][] weights, List<TrainingProgress> reports) = Fit(options);
            Assert.HasCount(4 * 4, reports);
            foreach (TrainingProgress report in reports)
            {
                double done = report.Epoch - 1 + (report.Batch - 1) / 4.0;
                Assert.AreEqual(learningRate * factor(done), report.LearningRate, 1e-16, $"{schedule} at {done}");
            }
            (float[][] again, _) = Fit(options);
            for (int i = 0; i < weights.Length; i++)
                CollectionAssert.AreEqual(weights[i], again[i]);
            Assert.IsTrue(results.Add(weights[0][0]), $"{schedule} gives the weights of another schedule.");
        }
    }

    [TestMethod]
    public void Milestones_beyond_the_last_epoch_are_warned_of()
    {
        Assert.Contains("The learning rate does not fall after epoch 2, 200: Schedule is MultiStep(0.1, 1, 2, 200), but Epochs is 2.",
            WarningsOf(LearningRateSchedule.MultiStep(0.1, 1, 2, 200)));
        Assert.DoesNotContain("does not fall", string.Concat(WarningsOf(LearningRateSchedule.MultiStep(0.1, 1))));

        static List<string> WarningsOf(LearningRateSchedule schedule)
        {
            var ml = new MLContext(seed: 1);
            var warnings = new List<string>();
            ml.Log += (_, message) =>
            {
                if (message.Kind == Runtime.ChannelMessageKind.Warning)
                    warnings.Add(message.RawMessage);
            };
            Options options = ToyImages.FewEpochs(2);
            options.Schedule = schedule;
            using var model = ml.MulticlassClassification.Trainers.AblatedImageClassification(options).Fit(Data);
            return warnings;
        }
    }
}
