using Options = Microsoft.ML.Ablation.AblatedImageClassificationTrainer.Options;

namespace Microsoft.ML.Ablation.TorchSharp.Tests;

[TestClass]
public class CheckpointTests
{
    private static readonly MLContext Ml = new(seed: 1);
    private static readonly IDataView Data = Ablated(k: 20);
    private string _folder = "";

    [TestInitialize]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("ablation-checkpoint-").FullName;

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    private string CheckpointPath => Path.Combine(_folder, "training.checkpoint");

    private static IDataView Ablated(int k, int rows = 100)
    {
        IDataView data = Ml.Data.Cache(ToyImages.ToView(Ml, ToyImages.Make(rows)));
        return Ml.Transforms.RandomAblation(k, seed: 3).Fit(data).Transform(data);
    }

    private Options WithCheckpoint(ImageNetwork network = ImageNetwork.Convolutional, TrainingOptimizer optimizer = TrainingOptimizer.Adam)
    {
        Options options = ToyImages.FewEpochs(4);
        (options.Network, options.Optimizer, options.CheckpointPath) = (network, optimizer, CheckpointPath);
        // Enough rows that other epochs than the last can be the best.
        options.ValidationFraction = 0.2;
        return options;
    }

    private static float[][] Fit(Options options, IDataView? data = null)
    {
        using var model = Ml.MulticlassClassification.Trainers.AblatedImageClassification(options).Fit(data ?? Data);
        return model.Model.Network.ReadWeights();
    }

    private static void AreEqual(float[][] expected, float[][] actual)
    {
        Assert.HasCount(expected.Length, actual);
        for (int i = 0; i < expected.Length; i++)
            CollectionAssert.AreEqual(expected[i], actual[i]);
    }

    /// <summary>Trains, and cancels at a batch; returns the epochs and batches that were reported.</summary>
    private static List<(int Epoch, long Batch)> Stop(Options options, int epoch, int batch)
    {
        using var cancellation = new CancellationTokenSource();
        var reports = new List<(int, long)>();
        (options.CancellationToken, options.Progress) = (cancellation.Token, new Synchronous<TrainingProgress>(report =>
        {
            reports.Add((report.Epoch, report.Batch));
            if ((report.Epoch, report.Batch) == (epoch, batch))
                cancellation.Cancel();
        }));
        Assert.ThrowsExactly<OperationCanceledException>(() => Fit(options));
        (options.CancellationToken, options.Progress) = (default, null);
        return reports;
    }

    [TestMethod]
    [DataRow(ImageNetwork.Convolutional, TrainingOptimizer.Adam, 0.2)]
    [DataRow(ImageNetwork.Convolutional, TrainingOptimizer.Sgd, 0.2)]
    [DataRow(ImageNetwork.NormalizedConvolutional, TrainingOptimizer.Adam, 0.0)]
    [DataRow(ImageNetwork.NormalizedConvolutional, TrainingOptimizer.Sgd, 0.0)]
    public void A_training_stopped_in_an_epoch_and_resumed_gives_the_weights_of_one_never_stopped(ImageNetwork network, TrainingOptimizer optimizer,
        double validationFraction)
    {
        Options options = WithCheckpoint(network, optimizer);
        options.ValidationFraction = validationFraction;
        options.CheckpointPath = null;
        float[][] whole = Fit(options);

        options.CheckpointPath = CheckpointPath;
        Assert.AreEqual((2, 3L), Stop(options, epoch: 2, batch: 3)[^1]);
        var reports = new List<TrainingProgress>();
        options.Progress = new Synchronous<TrainingProgress>(reports.Add);
        AreEqual(whole, Fit(options));
        Assert.AreEqual((2, 1L), (reports[0].Epoch, reports[0].Batch));
        Assert.AreEqual(validationFraction > 0, reports[0].ValidationAccuracy is not null);
        Assert.AreEqual(TimeSpan.Zero, reports[^1].TimeLeft);
    }

    [TestMethod]
    [DataRow(0.2)]
    [DataRow(0.0)]
    public void Averaged_weights_and_the_other_options_resume_bit_for_bit(double validationFraction)
    {
        Options options = WithCheckpoint(ImageNetwork.NormalizedConvolutional);
        (options.WeightAveraging, options.LabelSmoothing, options.GradientClipping) = (0.9, 0.1, 1);
        (options.ValidationFraction, options.CheckpointPath) = (validationFraction, null);
        float[][] whole = Fit(options);
        options.CheckpointPath = CheckpointPath;
        Stop(options, epoch: 2, batch: 3);
        AreEqual(whole, Fit(options));
        options.WeightAveraging = 0.95;
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => Fit(options)).Message, "WeightAveraging is 0.95, stored is 0.9");
    }

    [TestMethod]
    [DataRow(0.2)]
    [DataRow(0.0)]
    public void The_history_has_every_epoch_once_also_when_resumed(double validationFraction)
    {
        Options options = WithCheckpoint();
        options.ValidationFraction = validationFraction;
        options.HistoryPath = Path.Combine(_folder, "history.csv");
        options.CheckpointPath = null;
        var reports = new List<TrainingProgress>();
        options.Progress = new Synchronous<TrainingProgress>(reports.Add);
        Fit(options);
        string[][] whole = ReadHistory();
        Assert.AreEqual(TrainingHistory.Header, string.Join(',', whole[0]));
        TrainingProgress[] epochs = [.. reports.Where(report => report.Batch == report.Batches)];
        Assert.HasCount(1 + epochs.Length, whole);
        for (int i = 0; i < epochs.Length; i++)
        {
            string[] expected =
            [
                $"{epochs[i].Epoch}", Text(epochs[i].Loss), Text(epochs[i].BaseAccuracy), Text(epochs[i].ValidationLoss),
                Text(epochs[i].ValidationAccuracy), Text(epochs[i].LearningRate),
            ];
            CollectionAssert.AreEqual(expected, whole[i + 1][..6]);
            Assert.AreEqual(validationFraction == 0, expected[3] == "");
        }

        options.CheckpointPath = CheckpointPath;
        Stop(options, epoch: 3, batch: 2);
        Assert.HasCount(3, ReadHistory());
        // As if it had been killed between the two files.
        File.AppendAllText(options.HistoryPath, "3,0,0,0,0,0,0\n");
        Fit(options);
        string[][] resumed = ReadHistory();
        Assert.HasCount(whole.Length, resumed);
        for (int i = 0; i < whole.Length; i++)
            CollectionAssert.AreEqual(whole[i][..6], resumed[i][..6]);

        static string Text(double? value) => FormattableString.Invariant($"{value:R}");

        string[][] ReadHistory() => [.. File.ReadAllLines(options.HistoryPath).Select(line => line.Split(','))];
    }

    [TestMethod]
    public void A_training_out_of_patience_stays_ended()
    {
        Options options = WithCheckpoint();
        // Steps so large that validation soon becomes worse.
        (options.Epochs, options.Patience, options.LearningRate) = (12, 1, 1);
        var reports = new List<TrainingProgress>();
        options.Progress = new Synchronous<TrainingProgress>(reports.Add);
        float[][] first = Fit(options);
        Assert.IsLessThan(12, reports[^1].Epoch);
        options.Progress = new Synchronous<TrainingProgress>(_ => Assert.Fail("It trained again."));
        AreEqual(first, Fit(options));
    }

    [TestMethod]
    public void A_finished_training_returns_its_result_at_once_and_leaves_no_other_file()
    {
        Options options = WithCheckpoint();
        float[][] first = Fit(options);
        byte[] file = File.ReadAllBytes(CheckpointPath);
        options.Progress = new Synchronous<TrainingProgress>(_ => Assert.Fail("It trained again."));
        AreEqual(first, Fit(options));
        CollectionAssert.AreEqual(file, File.ReadAllBytes(CheckpointPath));
        CollectionAssert.AreEqual(new[] { CheckpointPath }, Directory.GetFileSystemEntries(_folder));
    }

    [TestMethod]
    public void A_checkpoint_of_another_training_is_refused_by_what_differs()
    {
        Fit(WithCheckpoint());
        (Action<Options> Change, IDataView Data, string[] Told)[] cases =
        [
            (o => o.Seed = 8, Data, ["Seed is 8, stored is 7"]),
            (o => o.Network = ImageNetwork.NormalizedConvolutional, Data, ["Network is ", "stored is "]),
            (o => o.Epochs = 5, Data, ["Epochs is 5, stored is 4"]),
            (o => o.BatchSize = 20, Data, ["BatchSize is 20, stored is 16"]),
            (o => o.LearningRate = 0.5, Data, ["LearningRate is 0.5, stored is 0.003"]),
            (o => o.Schedule = LearningRateSchedule.Cosine, Data, ["Schedule is Cosine, stored is OneCycle(0.3, 0.04)"]),
            (o => o.Schedule = o.Schedule.WithWarmUp(1), Data, ["Schedule is OneCycle(0.3, 0.04).WithWarmUp(1), stored is OneCycle(0.3, 0.04)"]),
            (o => (o.Optimizer, o.LearningRate) = (TrainingOptimizer.Sgd, 0.003), Data, ["another training: Optimizer is Sgd, stored is Adam. "]),
            (o => o.WeightDecay = 0.5, Data, ["WeightDecay is 0.5, stored is 0"]),
            (_ => { }, Ablated(k: 21), ["RandomAblation is k = 21, ", "stored is k = 20, "]),
            (_ => { }, Ablated(k: 20, rows: 101), ["Rows in all is 101, stored is 100"]),
        ];
        foreach ((Action<Options> change, IDataView data, string[] told) in cases)
        {
            Options options = WithCheckpoint();
            change(options);
            var e = Assert.ThrowsExactly<InvalidOperationException>(() => Fit(options, data));
            StringAssert.Contains(e.Message, CheckpointPath);
            foreach (string part in told)
                StringAssert.Contains(e.Message, part);
        }
    }

    [TestMethod]
    public void Other_pixels_or_labels_are_refused()
    {
        ToyImages.Planar[] images = ToyImages.Make(60);
        IDataView Make() => Ml.Data.LoadFromEnumerable(images);
        Options options = WithCheckpoint();
        options.Epochs = 1;
        var keys = Ml.Transforms.Conversion.MapValueToKey("Label").Fit(Make());
        Fit(options, keys.Transform(Make()));
        float before = images[5].Features[7];
        images[5].Features[7] = before + 0.125f;
        IsRefused();
        images[5].Features[7] = before;
        Fit(options, keys.Transform(Make()));
        images[5].Label = images[6].Label;
        IsRefused();

        void IsRefused() => StringAssert.Contains(
            Assert.ThrowsExactly<InvalidOperationException>(() => Fit(options, keys.Transform(Make()))).Message, "SHA-256 of the first rows");
    }

    [TestMethod]
    public void A_damaged_checkpoint_is_refused_by_name()
    {
        Options options = WithCheckpoint();
        options.Epochs = 1;
        Fit(options);
        byte[] good = File.ReadAllBytes(CheckpointPath);
        int[] flipped = [0, 3, 12, 40, good.Length / 3, good.Length / 2, good.Length - 33, good.Length - 32, good.Length - 1];
        int[] lengths = [0, 5, 11, 12, 30, 44, good.Length / 2, good.Length - 1];
        byte[][] damaged =
        [
            .. flipped.Select(at => good.Select((value, i) => i == at ? (byte)(value ^ 0x10) : value).ToArray()),
            .. lengths.Select(length => good[..length]),
            [.. good, 0],
        ];
        foreach (byte[] bytes in damaged)
        {
            File.WriteAllBytes(CheckpointPath, bytes);
            var e = Assert.ThrowsExactly<InvalidDataException>(() => Fit(options));
            StringAssert.Contains(e.Message, CheckpointPath);
            StringAssert.Contains(e.Message, "damaged");
        }
        byte[] later = [.. good];
        later[8] = 9;
        File.WriteAllBytes(CheckpointPath, later);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => Fit(options)).Message, "has version 9, but this version of the library reads version 1");
        File.WriteAllBytes(CheckpointPath, good);
        Fit(options);
    }

    [TestMethod]
    public void A_checkpoint_that_cannot_be_written_is_told_before_training()
    {
        Options options = WithCheckpoint();
        options.CheckpointPath = Path.Combine(_folder, "missing", "x.checkpoint");
        options.Progress = new Synchronous<TrainingProgress>(_ => Assert.Fail("It trained."));
        StringAssert.Contains(Assert.Throws<IOException>(() => Fit(options)).Message, "does not exist; create it or give another path");
    }

    [TestMethod]
    public void Stopping_and_refusing_leave_no_tensors()
    {
        Options options = WithCheckpoint();
        Stop(options, epoch: 2, batch: 2);
        long before = global::TorchSharp.torch.Tensor.TotalCount;
        Stop(options, epoch: 3, batch: 2);
        options.Seed = 8;
        Assert.ThrowsExactly<InvalidOperationException>(() => Fit(options));
        Assert.AreEqual(before, global::TorchSharp.torch.Tensor.TotalCount);
    }
}
