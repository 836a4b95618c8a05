using Microsoft.ML.Data;
using Options = Microsoft.ML.Ablation.AblatedImageClassificationTrainer.Options;

namespace Microsoft.ML.Ablation.TorchSharp.Tests;

[TestClass]
public class TrainerInputTests
{
    private static readonly MLContext Ml = new(seed: 1);

    private sealed class Flat
    {
        public string Label { get; set; } = "";

        [VectorType(32)]
        public float[] Features { get; set; } = new float[32];
    }

    private sealed class NumberLabel
    {
        public float Label { get; set; }

        [VectorType(1, 8, 8)]
        public float[] Features { get; set; } = new float[64];
    }

    private sealed class Cube
    {
        public string Label { get; set; } = "";

        [VectorType(16, 16, 16)]
        public float[] Features { get; set; } = new float[16 * 16 * 16];
    }

    private sealed class Tiny
    {
        public string Label { get; set; } = "";

        [VectorType(1, 2, 3)]
        public float[] Features { get; set; } = new float[6];
    }

    private static Exception Refused<T>(IEnumerable<T> rows, Options? options = null)
        where T : class
        => Refused(ToyImages.ToView(Ml, rows), options);

    private static Exception Refused(IDataView data, Options? options = null)
    {
        var trainer = Ml.MulticlassClassification.Trainers.AblatedImageClassification(options ?? ToyImages.FewEpochs(1));
        return Assert.Throws<Exception>(() => trainer.Fit(data));
    }

    [TestMethod]
    public void A_label_that_is_no_key_is_refused_with_the_remedy()
    {
        Exception e = Refused(Ml.Data.LoadFromEnumerable(new[] { new NumberLabel() }));
        StringAssert.Contains(e.Message, "Conversion.MapValueToKey(\"Label\")");
    }

    [TestMethod]
    public void One_class_is_refused()
    {
        Exception e = Refused(ToyImages.Make(30).Where(image => image.Label == "class a"));
        StringAssert.Contains(e.Message, "1 classes, but it must have 2 or more");
    }

    [TestMethod]
    public void A_flat_column_is_refused_with_the_remedy()
    {
        Exception e = Refused(new Flat[] { new() { Label = "x" }, new() { Label = "y" } });
        StringAssert.Contains(e.Message, "3 known dimensions");
        StringAssert.Contains(e.Message, "VectorType(1, 28, 28)");
    }

    [TestMethod]
    public void A_column_whose_channels_cannot_be_told_is_refused()
    {
        Exception e = Refused(new Cube[] { new() { Label = "x" }, new() { Label = "y" } });
        StringAssert.Contains(e.Message, "the dimension of the channels is ambiguous");
    }

    [TestMethod]
    public void Images_too_small_for_the_network_are_refused()
    {
        Exception e = Refused(new Tiny[] { new() { Label = "x" }, new() { Label = "y" } });
        StringAssert.Contains(e.Message, "images have 2 × 3 pixels");
    }

    [TestMethod]
    public void A_missing_column_is_refused_by_name()
    {
        Options options = ToyImages.FewEpochs(1);
        options.FeatureColumnName = "Pixels";
        StringAssert.Contains(Refused(ToyImages.Make(30), options).Message, "Pixels");
    }

    [TestMethod]
    public void An_empty_training_set_is_refused()
    {
        IDataView data = ToyImages.ToView(Ml, ToyImages.Make(30));
        Exception e = Refused(Ml.Data.SkipRows(data, 30));
        StringAssert.Contains(e.Message, "no rows");
    }

    [TestMethod]
    public void Holding_out_everything_is_refused()
    {
        Options options = ToyImages.FewEpochs(1);
        options.ValidationFraction = 0.999999;
        Exception e = Refused(ToyImages.Make(30), options);
        StringAssert.Contains(e.Message, "30 are held out");
    }

    [TestMethod]
    [DataRow(float.NaN)]
    [DataRow(float.PositiveInfinity)]
    public void A_feature_that_is_no_finite_number_is_refused_with_its_row_and_slot(float value)
    {
        ToyImages.Planar[] images = ToyImages.Make(30);
        images[17].Features[5] = value;
        Options options = ToyImages.FewEpochs(1);
        options.ValidationFraction = 0;
        Exception e = Refused(images, options);
        StringAssert.Contains(e.Message, "Row 17 of column 'Features'");
        StringAssert.Contains(e.Message, "slot 5");
    }

    [TestMethod]
    public void Rows_without_a_label_are_left_out()
    {
        ToyImages.Planar[] images = ToyImages.Make(60);
        IDataView data = Ml.Data.LoadFromEnumerable(images);
        var keys = Ml.Transforms.Conversion.MapValueToKey("Label").Fit(data);
        foreach (ToyImages.Planar image in images.Take(10))
            image.Label = "none of them";
        var batches = new List<TrainingProgress>();
        var options = new Options { Epochs = 1, BatchSize = 1, ValidationFraction = 0, Progress = new Synchronous<TrainingProgress>(batches.Add) };
        using var model = Ml.MulticlassClassification.Trainers.AblatedImageClassification(options).Fit(keys.Transform(data));
        Assert.HasCount(50, batches);
    }

    [TestMethod]
    public void A_loss_that_explodes_says_to_lower_the_learning_rate()
    {
        Options options = ToyImages.FewEpochs(5);
        options.Optimizer = TrainingOptimizer.Sgd;
        options.LearningRate = 1e12;
        StringAssert.Contains(Refused(ToyImages.Make(100), options).Message, "Lower LearningRate");
    }

    [TestMethod]
    public void Options_out_of_range_are_refused_when_the_trainer_is_built()
    {
        (Action<Options> Set, string Name)[] cases =
        [
            (o => o.Epochs = 0, "Epochs is 0"),
            (o => o.BatchSize = -1, "BatchSize is -1"),
            (o => o.LearningRate = double.NaN, "LearningRate is NaN"),
            (o => o.LearningRate = 0, "LearningRate is 0"),
            (o => o.WeightDecay = -0.1, "WeightDecay is -0.1"),
            (o => o.ValidationFraction = 1, "ValidationFraction is 1"),
            (o => o.Optimizer = (TrainingOptimizer)9, "Optimizer is 9"),
            (o => o.Schedule = null!, "Schedule is null"),
            (o => (o.Schedule, o.Epochs) = (LearningRateSchedule.Cosine.WithWarmUp(3), 3), "Schedule is Cosine.WithWarmUp(3) in 3 Epochs"),
            (o => o.MaskSharing = (MaskSharing)9, "MaskSharing is 9"),
            (o => o.MasksPerImage = -1, "MasksPerImage is -1"),
            (o => o.ContestPatch = 0, "ContestPatch is 0"),
            (o => o.ContestPatch = 5, "ContestPatch is 5 with ContestWeight 0"),
            (o => (o.MasksPerImage, o.BatchSize) = (1024, 65), "MasksPerImage is 1024 with batches of 65"),
            (o => (o.MasksPerImage, o.Consistency) = (2, -1), "Consistency is -1"),
            (o => (o.MasksPerImage, o.ContestWeight) = (2, -1), "ContestWeight is -1"),
            (o => o.ContestWeight = 0.5, "ContestWeight is 0.5 with one ablation per image"),
            (o => o.ContestTarget = 0.5, "ContestTarget is 0.5"),
            (o => o.ContestTarget = double.NaN, "ContestTarget is NaN"),
            (o => o.Consistency = 0.5, "Consistency is 0.5 with one ablation per image"),
            (o => o.Reconstruction = double.NaN, "Reconstruction is NaN"),
            (o => o.InitialRetainedScale = 0, "InitialRetainedScale is 0"),
            (o => o.RetainedSpread = 0.5, "RetainedSpread is 0.5"),
            (o => o.Distillation = 1, "Distillation is 1 with MasksPerImage 1"),
            (o => o.Distillation = -1, "Distillation is -1"),
            (o => o.DistillationScale = 0.9, "DistillationScale is 0.9"),
            (o => o.LabelSmoothing = 1, "LabelSmoothing is 1"),
            (o => o.LabelSmoothing = double.NaN, "LabelSmoothing is NaN"),
            (o => o.WeightAveraging = 1, "WeightAveraging is 1"),
            (o => o.WeightAveraging = -0.5, "WeightAveraging is -0.5"),
            (o => o.GradientClipping = 0, "GradientClipping is 0"),
            (o => o.GradientClipping = double.NaN, "GradientClipping is NaN"),
            (o => o.Patience = 0, "Patience is 0"),
            (o => (o.Patience, o.ValidationFraction) = (2, 0), "Patience is 2 with ValidationFraction 0"),
            (o => o.CheckpointPath = "", "CheckpointPath is empty"),
            (o => o.HistoryPath = "", "HistoryPath is empty"),
            (o => (o.HistoryPath, o.CheckpointPath) = ("x", "./x"), "HistoryPath is 'x', the file of CheckpointPath"),
            (o => o.LabelColumnName = "", "LabelColumnName is empty"),
        ];
        foreach ((Action<Options> set, string name) in cases)
        {
            var options = new Options();
            set(options);
            var e = Assert.ThrowsExactly<ArgumentOutOfRangeException>(
                () => Ml.MulticlassClassification.Trainers.AblatedImageClassification(options));
            StringAssert.Contains(e.Message, name);
            StringAssert.Contains(e.Message, "allowed are");
        }
    }

    [TestMethod]
    public void Masks_per_batch_need_fresh_ablations_and_a_view_that_shuffles()
    {
        Options options = ToyImages.FewEpochs(1);
        options.MaskSharing = MaskSharing.PerBatch;
        IDataView data = Ml.Data.Cache(ToyImages.ToView(Ml, ToyImages.Make(60)));
        StringAssert.Contains(Refused(data, options).Message, "put AppendCacheCheckpoint before RandomAblation, not after it");
        StringAssert.Contains(Refused(new FreshView(data, canShuffle: false), options).Message, "cannot shuffle its rows");

        var fresh = new FreshView(data);
        using var model = Ml.MulticlassClassification.Trainers.AblatedImageClassification(options).Fit(fresh);
        CollectionAssert.AreEqual(new[] { 1, options.BatchSize }, fresh.RowsPerMask, "a cursor that is only asked what there is, and one for the epoch");
    }

    [TestMethod]
    public void Several_masks_and_a_schedule_of_retained_positions_need_fresh_ablations()
    {
        IDataView data = ToyImages.ToView(Ml, ToyImages.Make(60));
        Options options = ToyImages.FewEpochs(1);
        options.MasksPerImage = 2;
        StringAssert.Contains(Refused(data, options).Message, "MasksPerImage is 2, but nothing before the trainer draws fresh ablations");
        options = ToyImages.FewEpochs(1);
        options.InitialRetainedScale = 2.5;
        StringAssert.Contains(Refused(data, options).Message, "InitialRetainedScale is 2.5, but nothing before the trainer");
        options = ToyImages.FewEpochs(1);
        options.Reconstruction = 0.5;
        StringAssert.Contains(Refused(data, options).Message, "Reconstruction is 0.5, but nothing before the trainer");
    }

    [TestMethod]
    public void Frozen_ablations_are_warned_of()
    {
        var ml = new MLContext(seed: 1);
        var warnings = new List<string>();
        ml.Log += (_, e) => { if (e.Kind == Runtime.ChannelMessageKind.Warning) warnings.Add(e.Message); };
        IDataView data = ToyImages.ToView(ml, ToyImages.Make(100));
        using (ml.MulticlassClassification.Trainers.AblatedImageClassification(ToyImages.FewEpochs(1)).Fit(new FreshView(data)))
            Assert.IsEmpty(warnings.Where(text => text.Contains("has the same ablation in all epochs", StringComparison.Ordinal)));
        using (ml.MulticlassClassification.Trainers.AblatedImageClassification(ToyImages.FewEpochs(2)).Fit(data))
            Assert.HasCount(1, warnings.Where(text => text.Contains("has the same ablation in all epochs", StringComparison.Ordinal)));
    }
}
