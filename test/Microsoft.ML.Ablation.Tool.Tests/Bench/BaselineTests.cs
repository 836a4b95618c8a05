using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Tool.Bench;
using Microsoft.ML.Ablation.TorchSharp;
using Microsoft.ML.Ablation.Voting;
using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.Tool.Tests.Bench;

/// <summary>What the engine is measured against has to do the same work.</summary>
[TestClass]
public sealed class BaselineTests
{
    [TestMethod]
    [DataRow(ScoringPrecision.Float32)]
    [DataRow(ScoringPrecision.BFloat16)]
    public void The_engine_gives_the_votes_of_the_definition(ScoringPrecision precision)
    {
        TorchRuntime.EnsureLoaded();
        using BenchSubject subject = BenchSubject.Mnist(precision.ToScalarType(), CPU);
        using IVoteSource engine = subject.MakeVoter().CreateSource(memoryLimit: null);
        for (int i = 0; i < 3; i++)
        {
            float[] image = subject.NextImage();
            var range = new SampleRange(AblationStage.Estimation, 0, 500);
            int[] expected = PlainVotes.Count(subject, image, range, batchSize: 125);
            Assert.IsGreaterThan(2, expected.Count(votes => votes > 0), "unanimous votes would prove little");
            CollectionAssert.AreEqual(expected, engine.CountVotes(image, BenchSubject.KeyOf(image), [range])[0]);
        }
    }

    [TestMethod]
    public void The_paper_s_loop_draws_different_positions_uniformly()
    {
        TorchRuntime.EnsureLoaded();
        const int positions = 20, k = 7, samples = 20_000;
        using Tensor drawn = PaperLoop.DrawPositions(positions, k, samples, new Generator(3));
        var counts = new int[positions];
        long[] all = drawn.data<long>().ToArray();
        foreach (long[] sample in all.Chunk(k))
        {
            Assert.AreEqual(k, sample.Distinct().Count());
            foreach (long position in sample)
                counts[position]++;
        }
        // Each count is binomial with deviation 67; six of them are exceeded once in 25 million tests of 20 counts.
        double mean = (double)samples * k / positions, deviation = Math.Sqrt(mean * (1 - (double)k / positions));
        foreach (int count in counts)
            Assert.AreEqual(mean, count, 6 * deviation);
    }

    [TestMethod]
    public void The_paper_s_loop_and_the_engine_estimate_the_same_shares()
    {
        TorchRuntime.EnsureLoaded();
        const int votes = 4_000;
        using BenchSubject subject = BenchSubject.Mnist(ScalarType.Float32, CPU);
        using IVoteSource engine = subject.MakeVoter().CreateSource(memoryLimit: null);
        using AblationNetwork network = BenchSubject.MakeMnistNetwork(CPU);
        using var paper = new PaperLoop(network, subject.RetainedPixels);
        float[] image = subject.NextImage();
        int[] counts = engine.CountVotes(image, BenchSubject.KeyOf(image), [new(AblationStage.Estimation, 0, votes)])[0];
        Assert.IsGreaterThan(2, counts.Count(count => count > 100), "unanimous votes would prove little");
        float[][] both = paper.VoteShares([subject.NextImage(), image], votes);
        float[] shares = both[1];
        Assert.AreEqual(1, shares.Sum(), 1e-5);
        // Two independent estimates of a share differ by less than six deviations but once in 500 million.
        for (int i = 0; i < counts.Length; i++)
            Assert.AreEqual((double)counts[i] / votes, shares[i], 6 * Math.Sqrt(2 * 0.25 / votes));
    }
}
