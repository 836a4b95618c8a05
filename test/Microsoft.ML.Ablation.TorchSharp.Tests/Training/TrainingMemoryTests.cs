using System.Globalization;
using Microsoft.ML.Data;
using Options = Microsoft.ML.Ablation.AblatedImageClassificationTrainer.Options;

namespace Microsoft.ML.Ablation.TorchSharp.Tests;

/// <summary>A training takes the memory of an epoch, however many there are.</summary>
[TestClass]
[DoNotParallelize]
public sealed class TrainingMemoryTests
{
    private static readonly MLContext Ml = new(seed: 1);

    [TestMethod]
    public void An_epoch_makes_no_batch_of_its_own()
    {
        IDataView data = Ml.Data.Cache(ToyImages.ToView(Ml, ToyImages.Make(20)));
        var shape = new NetworkShape(ToyImages.Channels, ToyImages.Height, ToyImages.Width, ToyImages.Classes);
        var options = new Options { BatchSize = 20_000, ValidationFraction = 0.5 };
        long batchBytes = (long)options.BatchSize * shape.Values * sizeof(float);
        var set = new TrainingSet(data, data.Schema["Label"], data.Schema["Features"], ImageColumn.Read(data.Schema["Features"]), shape, options, new TrainingSeed(3));
        long all = set.Epoch(1).Sum(batch => batch.Count) + set.HeldOut().Sum(batch => batch.Count);
        Assert.AreEqual(20, all);
        long before = GC.GetTotalAllocatedBytes(precise: true);
        for (int epoch = 2; epoch <= 5; epoch++)
            Assert.AreEqual(all, set.Epoch(epoch).Sum(batch => batch.Count) + set.HeldOut().Sum(batch => batch.Count));
        Assert.IsLessThan(batchBytes, GC.GetTotalAllocatedBytes(precise: true) - before);
    }

    [TestMethod]
    public void Better_weights_take_the_place_of_the_best_so_far()
    {
        NetworkArchitecture architecture = NetworkArchitecture.Of(ImageNetwork.FullyConnected);
        var shape = new NetworkShape(2, 28, 28, 10);
        using AblationNetwork network = architecture.Create(shape, architecture.FirstWeights(shape, 1), global::TorchSharp.torch.CPU);
        using AblationNetwork better = architecture.Create(shape, architecture.FirstWeights(shape, 2), global::TorchSharp.torch.CPU);
        var best = new BestWeights();
        best.Offer(network, epoch: 1, accuracy: 0.5, loss: 1);
        long before = GC.GetTotalAllocatedBytes(precise: true);
        best.Offer(better, epoch: 2, accuracy: 0.6, loss: 1);
        Assert.IsLessThan(1L << 20, GC.GetTotalAllocatedBytes(precise: true) - before);
        float[][] expected = better.ReadWeights();
        for (int i = 0; i < expected.Length; i++)
            CollectionAssert.AreEqual(expected[i], best.Weights![i]);
    }

    /// <summary>The training whose memory grew most: several ablations of each row, with reconstruction; most of a minute, so only among the long tests.</summary>
    [TestMethod]
    [LongTest("trains eight epochs")]
    [OSCondition(OperatingSystems.Linux)]
    public void Memory_is_flat_from_the_second_epoch_on()
    {
        const int epochs = 8;
        var megabytes = new long[epochs + 1];
        var options = new Options
        {
            Network = ImageNetwork.FullyConnected,
            Epochs = epochs,
            BatchSize = 64,
            Seed = 1,
            MasksPerImage = 8,
            ContestWeight = 10,
            Reconstruction = 80,
            // Told when all of an epoch is over but its report.
            Progress = new Synchronous<TrainingProgress>(report =>
            {
                if (report.Batch == report.Batches)
                    megabytes[report.Epoch] = AnonymousMegabytes();
            }),
        };
        IDataView digits = Ml.Data.LoadGeneratedDigits(2_000, seed: 1);
        using var model = (IDisposable)Ml.Transforms.Conversion.MapValueToKey("Label").AppendCacheCheckpoint(Ml)
            .Append(Ml.Transforms.RandomAblation(k: 14)).Append(Ml.MulticlassClassification.Trainers.AblatedImageClassification(options)).Fit(digits);
        Assert.IsLessThan(megabytes[2] + 40, megabytes[3..].Max(), $"megabytes after each epoch: {string.Join(", ", megabytes[1..])}");
    }

    private static long AnonymousMegabytes()
    {
        string line = File.ReadLines("/proc/self/status").First(line => line.StartsWith("RssAnon:", StringComparison.Ordinal));
        return long.Parse(line["RssAnon:".Length..^"kB".Length].Trim(), CultureInfo.InvariantCulture) >> 10;
    }
}
