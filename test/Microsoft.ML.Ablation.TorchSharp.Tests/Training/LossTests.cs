using Microsoft.ML.Ablation.Sampling;
using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp.Tests;

/// <summary>The terms of the loss against their definitions.</summary>
[TestClass]
public class LossTests
{
    [TestMethod]
    public void The_distillation_loss_is_the_mean_divergence_of_the_others_from_the_first()
    {
        const int rows = 4, masks = 3, classes = 5;
        TorchRuntime.EnsureLoaded();
        var random = new Random(2);
        double[] scores = [.. Enumerable.Range(0, rows * masks * classes).Select(_ => 6 * random.NextDouble())];
        double[][] answers = [.. scores.Chunk(classes).Select(row => row.Select(Math.Exp).Select(e => e / row.Sum(Math.Exp)).ToArray())];
        double expected = answers.Chunk(masks).Average(row => row.Skip(1).Average(answer => answer.Zip(row[0], (p, t) => t * Math.Log(t / p)).Sum()));
        using var scope = NewDisposeScope();
        Tensor given = tensor(scores, [rows * masks, classes]).requires_grad_();
        Tensor loss = DistillationLoss.Of(given, masks);
        Assert.AreEqual(expected, loss.item<double>(), 1e-12);
        loss.backward();
        // What teaches is taken as given.
        double[] gradient = given.grad!.data<double>().ToArray();
        for (int i = 0; i < gradient.Length; i++)
            Assert.AreEqual(i / classes % masks == 0, gradient[i] == 0, $"{i}");
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
    public void The_contest_loss_is_how_far_the_weakest_contest_stays_below_its_target()
    {
        const int rows = 20, masks = 3, classes = 4;
        TorchRuntime.EnsureLoaded();
        var random = new Random(1);
        float[][] scores = [.. Enumerable.Range(0, rows * masks).Select(_ => Enumerable.Range(0, classes).Select(_ => 3 * random.NextSingle()).ToArray())];
        long[] labels = [.. Enumerable.Range(0, rows).Select(_ => random.NextInt64(classes))];
        foreach (double target in (double[])[0.55, 0.9, 1])
        {
            double expected = labels.Select((y, row) => Math.Max(0, target - Enumerable.Range(0, classes).Where(j => j != y)
                .Min(j => scores.Skip(row * masks).Take(masks).Average(s => 1 / (1 + Math.Exp(-2 * (s[y] - s[j]))))))).Average();
            using var scope = NewDisposeScope();
            Tensor loss = ContestLoss.OfSamples.Of(tensor(scores.SelectMany(s => s).ToArray()).reshape(rows * masks, classes),
                tensor(labels).repeat_interleave(masks), masks, target);
            Assert.AreEqual(expected, loss.item<float>(), 1e-5);
        }
        // A class that wins everywhere has nothing left to learn.
        using Tensor won = tensor(new[,] { { 50f, 0, 0 }, { 50, 0, 0 } });
        Assert.AreEqual(0, ContestLoss.OfSamples.Of(won, zeros([2], ScalarType.Int64), 2, 0.9).item<float>());
    }

    /// <summary>By its definition: every placement and class, with the soft minimum over both.</summary>
    [TestMethod]
    public void The_loss_against_patches_is_the_lead_that_the_worst_patch_leaves()
    {
        const int rows = 12, classes = 3, side = 10, patch = 2;
        TorchRuntime.EnsureLoaded();
        var family = MaskFamily.Bands(side, side, 2);
        var random = new Random(1);
        float[][] scores = [.. Enumerable.Range(0, rows * family.Count).Select(_ => Enumerable.Range(0, classes).Select(_ => 4 * random.NextSingle()).ToArray())];
        long[] labels = [.. Enumerable.Range(0, rows).Select(_ => random.NextInt64(classes))];
        // What a row's class gains on every mask, the more the further down.
        for (int i = 0; i < scores.Length; i++)
            scores[i][labels[i / family.Count]] += i / family.Count;
        var expected = new List<double>();
        for (int row = 0; row < rows; row++)
        {
            double sum = 0;
            for (int top = 0; top <= side - patch; top++)
            {
                for (int left = 0; left <= side - patch; left++)
                {
                    bool[] met = [.. Enumerable.Range(0, family.Count).Select(n => family.Retained(n).ToArray()
                        .Any(p => p / side - top is >= 0 and < patch && p % side - left is >= 0 and < patch))];
                    foreach (int other in Enumerable.Range(0, classes).Where(j => j != labels[row]))
                    {
                        double lead = Enumerable.Range(0, family.Count).Sum(n => met[n]
                            ? -1
                            : 2 / (1 + Math.Exp(scores[row * family.Count + n][other] - scores[row * family.Count + n][labels[row]])) - 1);
                        sum += Math.Exp(-lead);
                    }
                }
            }
            expected.Add(1 / (1 + Math.Exp(-(1 + Math.Log(sum)) / (0.2 * family.Count))));
        }
        Assert.IsLessThan(0.5, expected.Min());
        Assert.IsGreaterThan(0.9, expected.Max());
        using var loss = new PatchContestLoss(family, new ImageShape(1, side, side), patch, CPU);
        using var scope = NewDisposeScope();
        Tensor actual = loss.Of(tensor(scores.SelectMany(s => s).ToArray()).reshape(rows * family.Count, classes), tensor(labels).repeat_interleave(family.Count));
        Assert.AreEqual(expected.Average(), actual.item<float>(), 1e-4);
    }
}
