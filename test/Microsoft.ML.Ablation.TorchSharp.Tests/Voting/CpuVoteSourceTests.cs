using System.Runtime.InteropServices;
using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.TorchSharp.Voting;
using Microsoft.ML.Ablation.Voting;
using Microsoft.ML.Data;
using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp.Tests.Voting;

[TestClass]
public sealed class CpuVoteSourceTests
{
    private const int D = 784, K = CertifiedToys.RetainedCount, BatchSize = 125;
    private static readonly MLContext Ml = new(seed: 1);
    private static ITransformer s_model = null!;
    private static AblatedImageModelParameters s_network = null!;
    private static AblationEncoder s_encoder = null!;
    private static float[][] s_images = [];

    [ClassInitialize]
    public static void Train(TestContext _)
    {
        s_model = CertifiedToys.Pipeline(Ml, ScoringPrecision.Float32).Fit(CertifiedToys.Train(Ml));
        ITransformer[] parts = [.. (IEnumerable<ITransformer>)CertifiedToys.Certifier(s_model).BaseModel];
        IDataView test = CertifiedToys.Test(Ml, 6);
        s_encoder = ((RandomAblationTransformer)parts[0]).MakeEncoder(test.Schema);
        s_network = ((ISingleFeaturePredictionTransformer<AblatedImageModelParameters>)parts[1]).Model;
        s_images = [.. test.GetColumn<float[]>("Features")];
    }

    [ClassCleanup]
    public static void Clean() => ((IDisposable)s_model).Dispose();

    private static CpuVoteSource Source(int streams, ScalarType precision = ScalarType.Float32)
        => Voter(precision).CreateCpuSource(BatchSize, streams);

    private static NetworkVoter Voter(ScalarType precision) => new(s_network.Network.ToScoring(precision), s_encoder, K);

    private static string Text(int[][] votes) => string.Join(" | ", votes.Select(range => string.Join(',', range)));

    [TestMethod]
    public void Votes_equal_those_of_one_forward_pass_per_ablation()
    {
        var ranges = new[] { new SampleRange(AblationStage.Selection, 0, 300), new SampleRange(AblationStage.Estimation, 40, 333) };
        using CpuVoteSource source = Source(streams: 2);
        foreach (float[] image in s_images.Take(LongTests.AreWanted ? s_images.Length : 2))
        {
            AblationKey key = AblationKey.Compute(7, image);
            Assert.AreEqual(Text(Slow(image, key, ranges)), Text(source.CountVotes(image, key, ranges)));
        }
    }

    [TestMethod]
    public void Contests_equal_those_of_one_forward_pass_per_ablation()
    {
        var ranges = new[] { new SampleRange(AblationStage.Selection, 0, 70), new SampleRange(AblationStage.Estimation, 40, 233) };
        using CpuVoteSource source = Source(streams: 2);
        float[] image = s_images[1];
        AblationKey key = AblationKey.Compute(7, image);
        int[][] contests = source.CountVotes(image, key, ranges, Ballot.Contests);
        Assert.AreEqual(Text(Slow(image, key, ranges, Ballot.Contests)), Text(contests));
        // What is left over in a batch has scores, whatever they were counted for.
        SampleRange[] next = [new(AblationStage.Estimation, 273, 20)];
        Assert.AreEqual(Text(Slow(image, key, next)), Text(source.CountVotes(image, key, next)));
    }

    [TestMethod]
    public void Answers_to_single_samples_are_their_votes_on_every_source()
    {
        float[] image = s_images[2];
        AblationKey key = AblationKey.Compute(7, image);
        uint[] samples = [.. Enumerable.Range(0, 300).Select(i => (uint)(i * 7919 % 1_000))];
        int[] expected = [.. samples.Select(sample => Array.IndexOf(Slow(image, key, [new SampleRange(AblationStage.Estimation, sample, 1)])[0], 1))];
        Assert.IsGreaterThan(1, expected.Distinct().Count());
        using CpuVoteSource one = Source(streams: 1), three = Source(streams: 3);
        using var device = new DeviceVoteSource(Voter(ScalarType.Float32), 50);
        foreach (IVoteSource source in new IVoteSource[] { one, three, device })
        {
            CollectionAssert.AreEqual(expected, source.Answer(image, key, AblationStage.Estimation, samples));
            CollectionAssert.AreEqual(expected[4..5], source.Answer(image, key, AblationStage.Estimation, samples.AsMemory(4, 1)));
            // Votes are as before: what the batch held does not matter.
            SampleRange[] ranges = [new(AblationStage.Estimation, 40, 133)];
            Assert.AreEqual(Text(Slow(image, key, ranges)), Text(source.CountVotes(image, key, ranges)));
        }
    }

    /// <summary>The definition: draw, write each retained pixel as (s, 1 − s), classify one image at a time.</summary>
    private static int[][] Slow(float[] image, AblationKey key, SampleRange[] ranges, Ballot ballot = Ballot.Plurality)
    {
        var sampler = new SubsetSampler(D, K);
        return [.. ranges.Select(range =>
        {
            var votes = new int[ballot == Ballot.Plurality ? 10 : 100];
            for (uint sample = range.First; sample < range.First + range.Count; sample++)
            {
                using var scope = NewDisposeScope();
                using IDisposable inference = inference_mode();
                Tensor input = zeros(1, 2, 28, 28);
                Span<float> values = MemoryMarshal.Cast<byte, float>(input.bytes);
                foreach (int pixel in sampler.Sample(key, range.Stage, sample))
                {
                    values[pixel] = image[pixel];
                    values[D + pixel] = 1 - image[pixel];
                }
                Tensor scores = s_network.Network.Forward(input);
                if (ballot == Ballot.Plurality)
                    votes[scores.argmax(1).item<long>()]++;
                else
                    Contests.Add(scores.data<float>().ToArray(), votes);
            }
            return votes;
        })];
    }

    [TestMethod]
    [DataRow(ScalarType.Float32)]
    [DataRow(ScalarType.BFloat16)]
    public void Votes_do_not_depend_on_streams_or_on_how_samples_are_cut(ScalarType precision)
    {
        float[] image = s_images[0];
        AblationKey key = AblationKey.Compute(7, image);
        using CpuVoteSource one = Source(1, precision), three = Source(3, precision);
        SampleRange[] whole = [new(AblationStage.Estimation, 0, 1_000)];
        int[] expected = one.CountVotes(image, key, whole)[0];
        CollectionAssert.AreEqual(expected, three.CountVotes(image, key, whole)[0]);

        var sum = new int[10];
        uint first = 0;
        foreach (int count in new[] { 1, 249, 3, 497, 200, 50 })
        {
            int[] part = three.CountVotes(image, key, [new(AblationStage.Estimation, first, count)])[0];
            Assert.AreEqual(count, part.Sum());
            for (int i = 0; i < sum.Length; i++)
                sum[i] += part[i];
            first += (uint)count;
        }
        CollectionAssert.AreEqual(expected, sum);
    }

    [TestMethod]
    public void Answers_left_over_from_one_row_never_count_for_another()
    {
        using CpuVoteSource mixed = Source(2), fresh = Source(2);
        AblationKey first = AblationKey.Compute(7, s_images[0]), second = AblationKey.Compute(7, s_images[1]);
        SampleRange[] start = [new(AblationStage.Selection, 0, 30), new(AblationStage.Estimation, 0, 100)];
        SampleRange[] rest = [new(AblationStage.Estimation, 100, 300)];
        mixed.CountVotes(s_images[0], first, start);
        Assert.AreEqual(Text(fresh.CountVotes(s_images[1], second, rest)), Text(mixed.CountVotes(s_images[1], second, rest)));
        Assert.AreEqual(Text(fresh.CountVotes(s_images[0], first, rest)), Text(mixed.CountVotes(s_images[0], first, rest)));
        Assert.AreEqual(Text(Slow(s_images[0], first, rest)), Text(fresh.CountVotes(s_images[0], first, rest)));
    }

    [TestMethod]
    public void Stages_and_keys_draw_different_votes()
    {
        // Noise, on which the network is in two minds.
        var random = new Random(5);
        float[] image = [.. Enumerable.Range(0, D).Select(_ => random.Next(256) / 255f)];
        using CpuVoteSource source = Source(2);
        int[][] votes = source.CountVotes(image, AblationKey.Compute(7, image),
            [new(AblationStage.Selection, 0, 2_000), new(AblationStage.Estimation, 0, 2_000)]);
        CollectionAssert.AreNotEqual(votes[0], votes[1]);
        int[] other = source.CountVotes(image, AblationKey.Compute(8, image), [new(AblationStage.Selection, 0, 2_000)])[0];
        CollectionAssert.AreNotEqual(votes[0], other);
    }

    [TestMethod]
    public void Counting_changes_no_setting_of_the_process()
    {
        TestThreads.With(2, () =>
        {
            using CpuVoteSource source = Source(2);
            Assert.AreEqual(2, get_num_threads());
            source.CountVotes(s_images[0], AblationKey.Compute(1, s_images[0]), [new(AblationStage.Selection, 0, 10)]);
            Assert.AreEqual(2, get_num_threads());
        });
    }

    [TestMethod]
    public void A_failure_in_a_stream_reaches_the_caller()
    {
        NetworkVoter voter = Voter(ScalarType.Float32);
        using var source = voter.CreateCpuSource(BatchSize, streams: 2);
        AblationKey key = AblationKey.Compute(1, s_images[0]);
        SampleRange[] ranges = [new(AblationStage.Selection, 0, 600)];
        Assert.Throws<ArgumentException>(() => source.CountVotes(new float[3], key, ranges));
        Assert.AreEqual(600, source.CountVotes(s_images[0], key, ranges)[0].Sum());
        voter.Dispose();
        Assert.Throws<ObjectDisposedException>(() => source.CountVotes(s_images[0], key, ranges));
        source.Dispose();
        source.Dispose();
        Assert.Throws<ObjectDisposedException>(() => source.CountVotes(s_images[0], key, ranges));
    }

    [TestMethod]
    public void Rounding_to_bfloat16_is_torch_s()
    {
        var random = new Random(3);
        float[] values = [0f, -0f, 1f, 1 / 3f, float.NaN, 1e-40f, 3.3895e38f,
            .. Enumerable.Range(0, 10_000).Select(_ => BitConverter.Int32BitsToSingle(random.Next()))];
        values = [.. values.Where(value => !float.IsInfinity(value))];
        using Tensor rounded = tensor(values).to(ScalarType.BFloat16);
        ReadOnlySpan<ushort> expected = MemoryMarshal.Cast<byte, ushort>(rounded.bytes);
        for (int i = 0; i < values.Length; i++)
        {
            if (!float.IsNaN(values[i]))
                Assert.AreEqual(expected[i], EncodedRow.Round(values[i]), $"{values[i]:R}");
        }
    }
}
