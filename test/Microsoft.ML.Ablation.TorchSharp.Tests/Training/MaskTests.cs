using Microsoft.ML.Data;
using static TorchSharp.torch;
using Options = Microsoft.ML.Ablation.TorchSharp.AblatedImageClassificationTrainer.Options;

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
    public void The_consistency_loss_is_the_mean_divergence_from_the_mean_answer()
    {
        const int rows = 4, masks = 3, classes = 5;
        TorchRuntime.EnsureLoaded();
        var random = new Random(1);
        double[] scores = [.. Enumerable.Range(0, rows * masks * classes).Select(_ => 6 * random.NextDouble())];
        double[][] answers = [.. scores.Chunk(classes).Select(row => row.Select(Math.Exp).Select(e => e / row.Sum(Math.Exp)).ToArray())];
        double expected = answers.Chunk(masks).Average(row =>
        {
            double[] mean = [.. Enumerable.Range(0, classes).Select(c => row.Average(answer => answer[c]))];
            return row.Average(answer => Enumerable.Range(0, classes).Sum(c => mean[c] * Math.Log(mean[c] / answer[c])));
        });
        using var scope = NewDisposeScope();
        Tensor given = tensor(scores.Select(score => (float)score).ToArray()).reshape(rows * masks, classes);
        Assert.AreEqual(expected, ConsistencyLoss.Of(given, masks).item<float>(), 1e-5);

        Tensor equal = given[TensorIndex.Slice(0, rows)].repeat_interleave(masks, 0);
        Assert.AreEqual(0, ConsistencyLoss.Of(equal, masks).item<float>(), 1e-6);
        // A probability that is 0 in float32 is no infinity.
        Assert.IsTrue(float.IsFinite(ConsistencyLoss.Of(tensor(new[,] { { 0f, 500 }, { 500, 0 } }), 2).item<float>()));
    }

    [TestMethod]
    public void The_consistency_term_makes_answers_agree()
    {
        Assert.IsLessThan(0.5 * Disagreement(consistency: 0), Disagreement(consistency: 20));

        static double Disagreement(double consistency)
        {
            const int masks = 4;
            Options options = ToyImages.FewEpochs(8);
            (options.MasksPerImage, options.Consistency, options.ValidationFraction) = (masks, consistency, 0);
            using var model = Ml.MulticlassClassification.Trainers.AblatedImageClassification(options).Fit(Ablated(100, canShuffle: true));
            using var scope = NewDisposeScope();
            using IDisposable _ = no_grad();
            // The batch is used again after its turn, so only the first is looked at, while it is there.
            ImageBatch batch = Make(new Options { BatchSize = 100, MasksPerImage = masks, ValidationFraction = 0 }, canShuffle: true).Epoch(99).First();
            return ConsistencyLoss.Of(model.Model.Network.Forward(batch.ImagesOn(CPU)), masks).item<float>();
        }
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
            using var model = Ml.MulticlassClassification.Trainers.AblatedImageClassification(options).Fit(whole);
            return model.Model.Network.ReadWeights();
        }
    }
}
