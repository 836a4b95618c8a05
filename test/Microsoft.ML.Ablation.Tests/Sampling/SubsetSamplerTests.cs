using Microsoft.ML.Ablation.Sampling;

namespace Microsoft.ML.Ablation.Tests.Sampling;

[TestClass]
public class SubsetSamplerTests
{
    private static readonly AblationKey s_key = AblationKey.Compute(42, [1, 2, 3]);

    [TestMethod]
    [DataRow(1, 1)]
    [DataRow(2, 1)]
    [DataRow(8, 3)]
    [DataRow(64, 40)]
    [DataRow(65, 65)]
    [DataRow(784, 1)]
    [DataRow(784, 45)]
    [DataRow(784, 392)]
    [DataRow(784, 393)]
    [DataRow(784, 783)]
    [DataRow(1024, 75)]
    [DataRow(50_176, 2000)]
    [DataRow(50_176, 50_000)]
    [DataRow(1_610_612_736, 50)] // a quarter of the words is rejected
    public void A_sample_agrees_with_the_definition_written_out_plainly(int d, int k)
    {
        var sampler = new SubsetSampler(d, k);
        for (uint sampleIndex = 0; sampleIndex < 20; sampleIndex++)
        {
            int[] expected = PlainSample(d, k, s_key, AblationStage.Estimation, sampleIndex);
            CollectionAssert.AreEqual(expected, sampler.Sample(s_key, AblationStage.Estimation, sampleIndex).ToArray());
        }
    }

    [TestMethod]
    public void A_sample_does_not_depend_on_what_was_drawn_before()
    {
        var used = new SubsetSampler(784, 45);
        for (uint i = 0; i < 1000; i++)
            used.Sample(s_key, AblationStage.Selection, i);

        var buffer = new int[45];
        new SubsetSampler(784, 45).Sample(s_key, AblationStage.Prediction, uint.MaxValue, buffer);

        CollectionAssert.AreEqual(buffer, used.Sample(s_key, AblationStage.Prediction, uint.MaxValue).ToArray());
    }

    [TestMethod]
    public void Keys_stages_and_sample_indices_give_different_subsets()
    {
        var sampler = new SubsetSampler(784, 45);
        var seen = new HashSet<string>();
        for (ulong seed = 0; seed < 10; seed++)
        {
            AblationKey key = AblationKey.Compute(seed, [0.5f]);
            // The exact stage draws nothing and knows no key.
            foreach (AblationStage stage in Enum.GetValues<AblationStage>().Except([AblationStage.Exact]))
            {
                for (uint i = 0; i < 100; i++)
                    Assert.IsTrue(seen.Add(string.Join(' ', sampler.Sample(key, stage, i).ToArray().Order())));
            }
        }
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    [DataRow(5)]
    public void Every_subset_of_eight_positions_is_equally_likely(int k)
    {
        const int Samples = 200_000;
        var sampler = new SubsetSampler(8, k);
        var counts = new Dictionary<int, int>();
        for (uint i = 0; i < Samples; i++)
        {
            int subset = 0;
            foreach (int position in sampler.Sample(s_key, AblationStage.Estimation, i))
                subset |= 1 << position;
            counts[subset] = counts.GetValueOrDefault(subset) + 1;
        }

        int subsets = k == 1 ? 8 : 56;
        Assert.HasCount(subsets, counts);
        double expected = (double)Samples / subsets;
        ChiSquare.AssertPlausible(counts.Values.Sum(count => (count - expected) * (count - expected) / expected), subsets - 1);
    }

    /// <summary>
    /// The counts of single positions and of pairs are not multinomial, because every subset has k of them. Their covariance is
    /// that of the Johnson scheme: the deviations of the pairs split into a part that the singles explain and a rest,
    /// and within each all variances are equal, so that each part divided by its variance is a chi-square.
    /// </summary>
    [TestMethod]
    public void Every_position_and_every_pair_of_positions_is_equally_likely()
    {
        const int D = 784, K = 45, Samples = 12_000;
        var sampler = new SubsetSampler(D, K);
        var singles = new int[D];
        var pairs = new int[D * D];
        for (uint sample = 0; sample < Samples; sample++)
        {
            ReadOnlySpan<int> subset = sampler.Sample(s_key, AblationStage.Estimation, sample);
            for (int i = 0; i < K; i++)
            {
                singles[subset[i]]++;
                for (int j = 0; j < i; j++)
                    pairs[Math.Min(subset[i], subset[j]) * D + Math.Max(subset[i], subset[j])]++;
            }
        }

        double p1 = (double)K / D;
        double p2 = p1 * (K - 1) / (D - 1);
        double p3 = p2 * (K - 2) / (D - 2);
        double p4 = p3 * (K - 3) / (D - 3);

        double statistic = singles.Sum(count => Math.Pow(count - Samples * p1, 2)) / (Samples * (p1 - p2));
        ChiSquare.AssertPlausible(statistic, D - 1);

        double rest = 0;
        for (int i = 0; i < D; i++)
        {
            for (int j = i + 1; j < D; j++)
            {
                double explained = (K - 1.0) / (D - 2) * (singles[i] + singles[j] - 2 * Samples * p1);
                rest += Math.Pow(pairs[i * D + j] - Samples * p2 - explained, 2);
            }
        }

        ChiSquare.AssertPlausible(rest / (Samples * (p2 - 2 * p3 + p4)), D * (D - 3) / 2.0);
    }

    [TestMethod]
    public void Drawing_allocates_nothing()
    {
        var sampler = new SubsetSampler(784, 45);
        sampler.Sample(s_key, AblationStage.Estimation, 0);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (uint i = 0; i < 100; i++)
            sampler.Sample(s_key, AblationStage.Estimation, i);

        Assert.AreEqual(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [TestMethod]
    public void A_wrong_shape_is_refused_by_name()
    {
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new SubsetSampler(784, 900));
        StringAssert.Contains(error.Message, "k is 900, but d is 784; k must be from 1 to 784.");
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new SubsetSampler(784, 0));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new SubsetSampler(0, 0));
        Assert.ThrowsExactly<ArgumentException>(() => new SubsetSampler(784, 45).Sample(s_key, AblationStage.View, 0, new int[44]));
    }

    private static int[] PlainSample(int d, int k, AblationKey key, AblationStage stage, uint sampleIndex)
    {
        IEnumerator<uint> words = Words(key, stage, sampleIndex).GetEnumerator();
        int m = k <= d - k ? k : d - k;
        var drawn = new List<int>();
        for (int j = d - m; j < d; j++)
        {
            int t = Bounded(words, j + 1);
            drawn.Add(drawn.Contains(t) ? j : t);
        }

        return m == k ? [.. drawn] : [.. Enumerable.Range(0, d).Except(drawn)];
    }

    private static int Bounded(IEnumerator<uint> words, int bound)
    {
        // A word is good when it lies in one of the whole runs of equal quotients.
        while (words.MoveNext())
        {
            UInt128 product = (UInt128)words.Current * (uint)bound;
            if ((ulong)(product % (1UL << 32)) >= (1UL << 32) % (ulong)bound)
                return (int)(product >> 32);
        }

        throw new InvalidOperationException();
    }

    private static IEnumerable<uint> Words(AblationKey key, AblationStage stage, uint sampleIndex)
    {
        for (uint block = 0; ; block++)
        {
            uint[] c = [block, sampleIndex, (uint)stage, key.CounterWord];
            Philox4x32.Block(ref c[0], ref c[1], ref c[2], ref c[3], key.Key0, key.Key1);
            foreach (uint word in c)
                yield return word;
        }
    }
}
