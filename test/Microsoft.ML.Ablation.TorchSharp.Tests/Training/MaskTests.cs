using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Data;
using static TorchSharp.torch;
using Options = Microsoft.ML.Ablation.AblatedImageClassificationTrainer.Options;

namespace Microsoft.ML.Ablation.TorchSharp.Tests;

/// <summary>Several ablations of a row, how they are made to agree, and how many positions they retain.</summary>
[TestClass]
public class MaskTests
{
    private const int Positions = ToyImages.Height * ToyImages.Width, Retained = 6;
    private static readonly MLContext Ml = new(seed: 1);

    /// <summary>As the encoding gives it: the channels and their complements.</summary>
    private static readonly NetworkShape Shape = new(2 * ToyImages.Channels, ToyImages.Height, ToyImages.Width, ToyImages.Classes);

    private static IDataView Ablated(int rows, bool canShuffle)
    {
        IDataView data = ToyImages.ToView(Ml, ToyImages.Make(rows));
        if (canShuffle)
            data = Ml.Data.Cache(data);
        return Ml.Transforms.RandomAblation(k: Retained, seed: 3).Fit(data).Transform(data);
    }

    private static TrainingSet Make(Options options, bool canShuffle)
    {
        IDataView data = Ablated(100, canShuffle);
        DataViewSchema.Column features = data.Schema["Features"];
        return new TrainingSet(data, data.Schema["Label"], features, ImageColumn.Read(features), Shape, options, new TrainingSeed(3));
    }

    /// <summary>The images of an epoch, ablation by ablation.</summary>
    private static List<float[]> Images(IEnumerable<ImageBatch> batches)
    {
        TorchRuntime.EnsureLoaded();
        var images = new List<float[]>();
        foreach (ImageBatch batch in batches)
        {
            using var scope = NewDisposeScope();
            Tensor tensor = batch.ImagesOn(CPU);
            Assert.AreEqual(batch.Count * batch.Masks, tensor.shape[0]);
            images.AddRange(tensor.data<float>().ToArray().Chunk(Shape.Values));
        }
        return images;
    }

    private static bool[] MaskOf(float[] image) => [.. Enumerable.Range(0, Positions)
        .Select(position => Enumerable.Range(0, Shape.Channels).Any(channel => image[channel * Positions + position] != 0))];

    [TestMethod]
    [DataRow(MaskSharing.PerSample, true)]
    [DataRow(MaskSharing.PerSample, false)]
    [DataRow(MaskSharing.PerBatch, true)]
    public void Every_row_comes_in_several_ablations_side_by_side(MaskSharing sharing, bool canShuffle)
    {
        const int masks = 3;
        var options = new Options { BatchSize = 16, MasksPerImage = masks, ValidationFraction = 0, MaskSharing = sharing };
        TrainingSet set = Make(options, canShuffle);
        foreach (int epoch in new[] { 1, 2 })
        {
            List<float[]> images = Images(set.Epoch(epoch));
            Assert.HasCount(100 * masks, images);
            foreach (float[][] row in images.Chunk(masks))
            {
                bool[][] kept = [.. row.Select(MaskOf)];
                foreach (bool[] mask in kept)
                    Assert.AreEqual(Retained, mask.Count(stays => stays));
                // The same image: what two ablations both retain is equal. Two masks of 6 of 48 are the same with a chance of 8e-8.
                for (int other = 1; other < masks; other++)
                {
                    CollectionAssert.AreNotEqual(kept[0], kept[other]);
                    for (int value = 0; value < Shape.Values; value++)
                    {
                        if (kept[0][value % Positions] && kept[other][value % Positions])
                            Assert.AreEqual(row[0][value], row[other][value]);
                    }
                }
            }
            if (sharing == MaskSharing.PerBatch)
            {
                string[] first = [.. images.Take(16 * masks).Select(image => string.Concat(MaskOf(image).Select(stays => stays ? '+' : '-')))];
                Assert.HasCount(masks, first.Distinct());
            }
        }
        CollectionAssert.AreEqual(Images(set.Epoch(1)).SelectMany(x => x).ToArray(), Images(set.Epoch(1)).SelectMany(x => x).ToArray());
        CollectionAssert.AreNotEqual(Images(set.Epoch(1)).SelectMany(x => x).ToArray(), Images(set.Epoch(2)).SelectMany(x => x).ToArray());
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void The_whole_image_comes_with_its_ablations_when_it_is_to_be_told(bool canShuffle)
    {
        const int masks = 2;
        TorchRuntime.EnsureLoaded();
        var options = new Options { BatchSize = 16, MasksPerImage = masks, ValidationFraction = 0, Reconstruction = 1 };
        TrainingSet set = Make(options, canShuffle);
        Assert.AreEqual(ToyImages.Channels, set.Description.ValueChannels);
        HashSet<string> expected = [.. ToyImages.Make(100).Select(image => string.Join(' ', image.Features))];
        foreach (ImageBatch batch in set.Epoch(1))
        {
            using var scope = NewDisposeScope();
            Tensor rows = batch.RowsOn(CPU);
            float[][] wholes = [.. batch.WholeImagesOf(rows, ToyImages.Channels).data<float>().ToArray().Chunk(ToyImages.Channels * Positions)];
            float[][] ablations = [.. batch.AblationsOf(rows).contiguous().data<float>().ToArray().Chunk(Shape.Values)];
            Assert.HasCount(batch.Count * masks, wholes);
            for (int i = 0; i < wholes.Length; i++)
            {
                CollectionAssert.AreEqual(wholes[i / masks * masks], wholes[i]);
                bool[] kept = MaskOf(ablations[i]);
                Assert.AreEqual(Retained, kept.Count(stays => stays));
                for (int value = 0; value < wholes[i].Length; value++)
                    Assert.AreEqual(kept[value % Positions] ? wholes[i][value] : 0, ablations[i][value]);
                if (i % masks == 0)
                    Assert.IsTrue(expected.Remove(string.Join(' ', wholes[i])));
            }
        }
        Assert.IsEmpty(expected);
    }

    [TestMethod]
    public void The_reconstruction_loss_is_the_mean_cross_entropy_of_the_values()
    {
        const double weight = 3;
        TorchRuntime.EnsureLoaded();
        var random = new Random(1);
        var task = new ReconstructionTask(weight, Shape, ToyImages.Channels);
        int values = ToyImages.Channels * Positions;
        Assert.AreEqual(ToyImages.Classes + values, task.TrainedShape.Classes);
        var options = new Options { BatchSize = 8, MasksPerImage = 2, ValidationFraction = 0, Reconstruction = weight };
        using var scope = NewDisposeScope();
        ImageBatch batch = Make(options, canShuffle: true).Epoch(1).First();
        Tensor rows = batch.RowsOn(CPU);
        float[][] wholes = [.. batch.WholeImagesOf(rows, ToyImages.Channels).data<float>().ToArray().Chunk(values)];
        float[][] outputs = [.. wholes.Select(_ => Enumerable.Range(0, ToyImages.Classes + values).Select(_ => (float)(4 * random.NextDouble() - 2)).ToArray())];
        double expected = weight * wholes.Zip(outputs).Average(pair => Enumerable.Range(0, values).Average(i =>
        {
            double said = 1 / (1 + Math.Exp(-pair.Second[ToyImages.Classes + i]));
            return -pair.First[i] * Math.Log(said) - (1 - pair.First[i]) * Math.Log(1 - said);
        }));
        Tensor given = tensor(outputs.SelectMany(row => row).ToArray()).reshape(wholes.Length, -1);
        Assert.AreEqual(expected, task.LossOf(given, batch, rows).item<float>(), 1e-4);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => task.LossOf(given, batch, rows * 2)).Message,
            "needs values from 0 to 1, but images have values from 0");

        float[][] narrow = task.WithoutReconstruction([[9], [.. Enumerable.Range(0, 5 * task.TrainedShape.Classes).Select(i => (float)i)],
            [.. Enumerable.Range(0, task.TrainedShape.Classes).Select(i => (float)i)]]);
        CollectionAssert.AreEqual(new float[] { 9 }, narrow[0]);
        CollectionAssert.AreEqual(Enumerable.Range(0, 5 * ToyImages.Classes).Select(i => (float)i).ToArray(), narrow[1]);
        CollectionAssert.AreEqual(Enumerable.Range(0, ToyImages.Classes).Select(i => (float)i).ToArray(), narrow[2]);
    }

    [TestMethod]
    [DataRow(ImageNetwork.Convolutional, false, 0.0)]
    [DataRow(ImageNetwork.NormalizedConvolutional, true, 0.9)]
    [DataRow(ImageNetwork.CompactResidual, false, 0.9)]
    public void A_network_that_told_whole_images_tells_only_classes_afterwards(ImageNetwork network, bool mixedPrecision, double averaging)
    {
        Options options = ToyImages.FewEpochs(6);
        (options.Network, options.MixedPrecision, options.WeightAveraging) = (network, mixedPrecision, averaging);
        (options.Reconstruction, options.ValidationFraction) = (2, 0.2);
        var losses = new List<double>();
        options.Progress = new Synchronous<TrainingProgress>(report => losses.Add(report.Loss));
        IDataView data = Ablated(200, canShuffle: true);
        using var model = Ml.MulticlassClassification.Trainers.AblatedImageClassification(options).Fit(data);
        Assert.AreEqual(Shape, model.Model.Network.Shape);
        // What is reported is the classes' part alone: to know nothing about three of them costs ln 3.
        Assert.IsLessThan(1.2 * Math.Log(3), losses[0]);
        Assert.IsLessThan(0.9 * losses[0], losses[^1]);
        double right = Ml.MulticlassClassification.Evaluate(model.Transform(data)).MicroAccuracy;
        Assert.IsGreaterThan(0.6, right);
    }

    [TestMethod]
    public void The_retained_positions_go_linearly_to_k_in_half_of_the_epochs()
    {
        var options = new Options { BatchSize = 16, Epochs = 8, InitialRetainedScale = 3, ValidationFraction = 0.2 };
        TrainingSet set = Make(options, canShuffle: true);
        int[] expected = [18, 15, 12, 9, 6, 6, 6, 6];
        for (int epoch = 1; epoch <= 8; epoch++)
        {
            foreach (float[] image in Images(set.Epoch(epoch)))
                Assert.AreEqual(expected[epoch - 1], MaskOf(image).Count(stays => stays), $"epoch {epoch}");
            foreach (float[] image in Images(set.HeldOut()))
                Assert.AreEqual(Retained, MaskOf(image).Count(stays => stays));
        }
    }

    [TestMethod]
    [DataRow(MaskSharing.PerSample)]
    [DataRow(MaskSharing.PerBatch)]
    public void Every_ablation_retains_a_number_of_positions_of_its_own_within_the_spread(MaskSharing sharing)
    {
        var options = new Options { BatchSize = 16, MasksPerImage = 4, RetainedSpread = 2, ValidationFraction = 0.2, MaskSharing = sharing };
        TrainingSet set = Make(options, canShuffle: true);
        int[] counts = [.. Images(set.Epoch(1)).Select(image => MaskOf(image).Count(stays => stays))];
        Assert.IsTrue(counts.All(count => count is >= Retained / 2 and <= 2 * Retained));
        Assert.IsGreaterThan(4, counts.Distinct().Count());
        Assert.AreEqual(sharing == MaskSharing.PerSample, counts.Where((_, index) => index % 4 == 0).Take(10).Distinct().Count() > 1);
        foreach (float[] image in Images(set.HeldOut()))
            Assert.AreEqual(Retained, MaskOf(image).Count(stays => stays));
    }

    [TestMethod]
    public void The_first_ablation_of_a_row_shows_more_where_it_teaches()
    {
        var options = new Options { BatchSize = 16, MasksPerImage = 3, Distillation = 1, DistillationScale = 2, ValidationFraction = 0.2 };
        TrainingSet set = Make(options, canShuffle: true);
        int[] counts = [.. Images(set.Epoch(1)).Select(image => MaskOf(image).Count(stays => stays))];
        for (int i = 0; i < counts.Length; i++)
            Assert.AreEqual(i % 3 == 0 ? 2 * Retained : Retained, counts[i]);
        foreach (float[] image in Images(set.HeldOut()))
            Assert.AreEqual(Retained, MaskOf(image).Count(stays => stays));
    }

    [TestMethod]
    public void The_consistency_term_makes_answers_agree()
    {
        Assert.IsLessThan(0.5 * Disagreement(consistency: 0), Disagreement(consistency: 20));

        static double Disagreement(double consistency) =>
            AfterTraining(options => options.Consistency = consistency, (scores, _) => ConsistencyLoss.Of(scores, TrainedMasks));
    }

    private const int TrainedMasks = 4;

    /// <summary>Trains with several masks and gives what a loss then is on rows that it was trained on, under other masks.</summary>
    private static double AfterTraining(Action<Options> set, Func<Tensor, Tensor, Tensor> loss)
    {
        Options options = ToyImages.FewEpochs(8);
        // Without batch normalisation, which learns these images so well that no term has anything left to do.
        (options.Network, options.MasksPerImage, options.ValidationFraction) = (ImageNetwork.Convolutional, TrainedMasks, 0);
        set(options);
        using var model = Ml.MulticlassClassification.Trainers.AblatedImageClassification(options).Fit(Ablated(100, canShuffle: true));
        using var scope = NewDisposeScope();
        using IDisposable _ = no_grad();
        // The batch is used again after its turn, so only the first is looked at, while it is there.
        ImageBatch batch = Make(new Options { BatchSize = 100, MasksPerImage = TrainedMasks, ValidationFraction = 0 }, canShuffle: true).Epoch(99).First();
        Tensor scores = model.Model.Network.Forward(batch.ImagesOn(CPU));
        return loss(scores, batch.ClassesOn(CPU).repeat_interleave(TrainedMasks)).item<float>();
    }

    [TestMethod]
    public void The_contest_term_makes_weak_contests_stronger()
    {
        Assert.IsLessThan(0.9 * Shortfall(weight: 0), Shortfall(weight: 10));

        static double Shortfall(double weight) =>
            AfterTraining(options => options.ContestWeight = weight, (scores, classes) => ContestLoss.OfSamples.Of(scores, classes, TrainedMasks, 0.9));
    }

    [TestMethod]
    public void One_mask_per_image_trains_as_it_always_did()
    {
        // m equal ablations of a row have the mean loss of one: with all positions retained every mask is the same.
        IDataView data = Ml.Data.Cache(ToyImages.ToView(Ml, ToyImages.Make(60)));
        IDataView whole = Ml.Transforms.RandomAblation(k: Positions, seed: 3).Fit(data).Transform(data);
        float[][] once = Fit(1), twice = Fit(2);
        for (int i = 0; i < once.Length; i++)
        {
            for (int j = 0; j < once[i].Length; j++)
                Assert.AreEqual(once[i][j], twice[i][j], 1e-4);
        }

        float[][] Fit(int masks)
        {
            Options options = ToyImages.FewEpochs(2);
            (options.Optimizer, options.MasksPerImage, options.ValidationFraction) = (TrainingOptimizer.Sgd, masks, 0);
            // Batch normalisation sees twice as many images, and its running variance is corrected for the number.
            options.Network = ImageNetwork.Convolutional;
            using var model = Ml.MulticlassClassification.Trainers.AblatedImageClassification(options).Fit(whole);
            return model.Model.Network.ReadWeights();
        }
    }
}
