using System.Numerics;
using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Sampling;

namespace Microsoft.ML.Ablation.Tests.Certification;

/// <summary>Intervals of smoothed regressors: against every change of small inputs, against exact arithmetic, and by how often they are wrong.</summary>
[TestClass]
public class MedianCertificateTests
{
    private const int Rows = 20_000;

    /// <summary>What an ablation shows of a row of bits: the retained positions and their values.</summary>
    private static (int Retained, int Shown) Shown(int mask, int row) => (mask, row & mask);

    /// <summary>Any function of what is shown, with equal values among its values.</summary>
    private static Dictionary<(int, int), double> AnyRegressor(IEnumerable<int> masks, int d, int seed)
    {
        var random = new Random(seed);
        return masks.SelectMany(mask => Enumerable.Range(0, 1 << d).Select(row => Shown(mask, row))).Distinct().ToDictionary(shown => shown, _ => (double)random.Next(8));
    }

    private static int[] Subsets(int d, int k) => [.. Enumerable.Range(0, 1 << d).Where(mask => BitOperations.PopCount((uint)mask) == k)];

    private static int[] MasksOf(MaskFamily family) => [.. Enumerable.Range(0, family.Count).Select(mask => family.Retained(mask).ToArray().Sum(position => 1 << position))];

    private static double[] Sorted(int[] masks, Dictionary<(int, int), double> regressor, int row) => [.. masks.Select(mask => regressor[Shown(mask, row)]).Order()];

    private static double LowerMedian(double[] sorted) => sorted[(sorted.Length + 1) / 2 - 1];

    /// <summary>Every row, and every change of it.</summary>
    private static int CheckEveryChange(int[] masks, int d, Func<double[], int, OutputInterval> certify)
    {
        int onAnEnd = 0;
        for (int seed = 0; seed < 20; seed++)
        {
            Dictionary<(int, int), double> regressor = AnyRegressor(masks, d, seed);
            for (int row = 0; row < 1 << d; row++)
            {
                double[] outputs = Sorted(masks, regressor, row);
                OutputInterval[] intervals = [.. Enumerable.Range(0, d + 1).Select(rho => certify(outputs, rho))];
                Assert.AreEqual(new OutputInterval(LowerMedian(outputs), LowerMedian(outputs)), intervals[0]);
                for (int other = 0; other < 1 << d; other++)
                {
                    OutputInterval interval = intervals[BitOperations.PopCount((uint)(row ^ other))];
                    double median = LowerMedian(Sorted(masks, regressor, other));
                    Assert.IsTrue(interval.Contains(median), $"regressor {seed}, row {row}, changed to {other}: {median} is not in {interval}");
                    onAnEnd += row != other && (median == interval.Lower || median == interval.Upper) ? 1 : 0;
                }
            }
        }
        return onAnEnd;
    }

    [TestMethod]
    [DataRow(5, 1)]
    [DataRow(5, 2)]
    [DataRow(6, 1)]
    [DataRow(6, 2)]
    public void No_change_of_any_row_leaves_the_interval_of_all_ablations(int d, int k)
        => Assert.IsGreaterThan(0, CheckEveryChange(Subsets(d, k), d, (outputs, rho) => MedianCertificate.OfAll(outputs, d, k, rho)));

    [TestMethod]
    public void No_change_of_any_row_leaves_the_interval_of_a_family()
    {
        foreach (MaskFamily family in new[] { 3, 5, 6 }.Select(count => MaskFamily.Partition(6, count, seed: 1)).Append(MaskFamily.Bands(1, 6, 2, BandDirection.Columns)))
            Assert.IsGreaterThan(0, CheckEveryChange(MasksOf(family), 6, (outputs, rho) => MedianCertificate.OfMasks(outputs, family, rho)));
    }

    /// <summary>The touched ablations have the greatest outputs, and after the change less than all others; and the other way round.</summary>
    [TestMethod]
    [DataRow(7, 1)]
    [DataRow(7, 2)]
    [DataRow(6, 2)]
    [DataRow(9, 1)]
    public void Some_regressor_attains_both_ends(int d, int k)
    {
        int[] masks = Subsets(d, k);
        MaskFamily singles = MaskFamily.Partition(d, d, seed: 1);
        int finite = 0;
        for (int rho = 0; rho <= d; rho++)
        {
            int changed = (1 << rho) - 1;
            int[] untouchedFirst = [.. masks.OrderBy(mask => (mask & changed) != 0)], touchedFirst = [.. untouchedFirst.Reverse()];
            double[] ranks = [.. Enumerable.Range(1, masks.Length).Select(rank => (double)rank)];
            OutputInterval interval = MedianCertificate.OfAll(ranks, d, k, rho);
            if (k == 1)
                Assert.AreEqual(interval, MedianCertificate.OfMasks(ranks, singles, rho));
            Attains(interval.Lower, untouchedFirst, double.NegativeInfinity);
            Attains(interval.Upper, touchedFirst, double.PositiveInfinity);

            void Attains(double end, int[] order, double instead)
            {
                double median = LowerMedian([.. order.Select((mask, i) => (mask & changed) != 0 ? instead : i + 1).Order()]);
                Assert.AreEqual(end, median, $"rho {rho}");
                finite += double.IsFinite(end) ? 1 : 0;
            }
        }
        Assert.IsGreaterThanOrEqualTo(4, finite);
    }

    [TestMethod]
    public void Ranks_of_samples_are_those_of_exact_arithmetic()
    {
        int compared = 0;
        foreach ((int d, int k) in new[] { (10, 1), (10, 3), (79, 8), (784, 45) })
        {
            foreach (int count in new[] { 1, 2, 5, 20, 57, 300 })
            {
                foreach (double alpha in new[] { 0.05, 0.001, 0.9 })
                {
                    for (int rho = 0; rho <= 6; rho++)
                    {
                        int rank = ExactRank(count, d, k, rho, alpha);
                        double[] outputs = [.. Enumerable.Range(1, count).Select(i => (double)i)];
                        OutputInterval interval = MedianCertificate.OfSamples(outputs, d, k, rho, alpha);
                        Assert.AreEqual(rank == 0 ? double.NegativeInfinity : rank, interval.Lower, $"d {d}, k {k}, n {count}, α {alpha}, ρ {rho}");
                        Assert.AreEqual(rank == 0 ? double.PositiveInfinity : count + 1 - rank, interval.Upper);
                        compared += rank > 0 ? 1 : 0;
                    }
                }
            }
        }
        Assert.IsGreaterThan(100, compared);
    }

    /// <summary>The largest a with 2 · P(Bin(n, q) ≤ a − 1) ≤ α, in whole numbers: q = (2U − T) / 2T.</summary>
    private static int ExactRank(int count, int d, int k, int rho, double alpha)
    {
        BigInteger total = TouchedCounts.Ablations(d, k), numerator = 2 * TouchedCounts.Ablations(d - rho, k) - total, denominator = 2 * total;
        if (numerator <= 0)
            return 0;
        BigInteger tail = BigInteger.Zero, choose = BigInteger.One, all = BigInteger.Pow(denominator, count) * UntouchedProbability.InUnits(alpha);
        for (int successes = 0; ; successes++)
        {
            tail += choose * BigInteger.Pow(numerator, successes) * BigInteger.Pow(denominator - numerator, count - successes);
            if (tail << (UntouchedProbability.Units + 1) > all)
                return successes;
            choose = choose * (count - successes) / (successes + 1);
        }
    }

    /// <summary>
    /// Outputs uniform on 0 to 1, so that the true ends are 1/2 ∓ Δ. The limits allow five standard deviations: a false alarm in a setting has a chance below 3e-7.
    /// </summary>
    [TestMethod]
    public void Intervals_of_samples_are_wrong_in_at_most_alpha_of_the_rows_and_wrong_variants_in_more()
    {
        const int d = 79, k = 8, radii = 3;
        const double alpha = 0.05;
        double most = Rows * alpha + 5 * Math.Sqrt(Rows * alpha * (1 - alpha));
        int caught = 0;
        foreach (int count in new[] { 40, 100, 250 })
        {
            var random = new Random(count);
            var samples = new double[count];
            int[] wrong = new int[radii + 1], shifted = new int[radii + 1];
            int together = 0, divided = 0;
            for (int row = 0; row < Rows; row++)
            {
                for (int i = 0; i < count; i++)
                    samples[i] = random.NextDouble();
                Array.Sort(samples);
                bool any = false, anyDivided = false;
                for (int rho = 0; rho <= radii; rho++)
                {
                    double delta = AblationProbability.Delta(d, k, rho);
                    bool isWrong = Misses(MedianCertificate.OfSamples(samples, d, k, rho, alpha));
                    wrong[rho] += isWrong ? 1 : 0;
                    var ranks = MedianRanks.Sampled(count, delta, alpha);
                    if (ranks.Lower > 0)
                        shifted[rho] += Misses(new MedianRanks(ranks.Lower + 1, ranks.Upper - 1).Of(samples)) ? 1 : 0;
                    any |= isWrong;
                    anyDivided |= Misses(MedianCertificate.OfSamples(samples, d, k, rho, alpha / (radii + 1)));

                    bool Misses(OutputInterval interval) => !interval.Contains(0.5 - delta) || !interval.Contains(0.5 + delta);
                }
                together += any ? 1 : 0;
                divided += anyDivided ? 1 : 0;
            }
            foreach (int found in wrong)
                Assert.IsLessThanOrEqualTo(most, found);
            Assert.IsLessThanOrEqualTo(most, divided);
            Assert.IsGreaterThan(most, together, "all of α for each radius");
            caught += shifted.Count(found => found > most);
        }
        Assert.IsGreaterThanOrEqualTo(8, caught, "ranks off by one");
    }

    [TestMethod]
    public void What_is_no_sorted_list_of_outputs_for_all_ablations_is_refused()
    {
        MaskFamily family = MaskFamily.Partition(6, 3, seed: 1);
        Refused("There are 2 outputs, but for d = 4 and k = 1 there are 4 ablations", () => MedianCertificate.OfAll([1, 2], 4, 1, 1));
        Refused("There are 2 outputs, but the family has 3 masks", () => MedianCertificate.OfMasks([1, 2], family, 1));
        Refused("There are no outputs", () => MedianCertificate.OfSamples([], 4, 1, 1, 0.05));
        Refused("Output 1 is 1, less than the one before it, 2", () => MedianCertificate.OfMasks([2, 1, 3], family, 1));
        Refused("Output 2 is not a number", () => MedianCertificate.OfSamples([1, 2, double.NaN], 4, 1, 1, 0.05));
        Refused("rho is 7, but d is 6", () => MedianCertificate.OfMasks([1, 2, 3], family, 7));
        Refused("k is 5, but d is 4", () => MedianCertificate.OfAll([1], 4, 5, 1));
        Refused("alpha is 0,", () => MedianCertificate.OfSamples([1], 4, 1, 1, 0));

        static void Refused(string message, Action call) => StringAssert.Contains(Assert.Throws<ArgumentException>(call).Message, message);
    }

    [TestMethod]
    public void A_width_is_the_distance_of_both_ends_and_0_where_they_are_the_same_infinity()
    {
        Assert.AreEqual(3.5, new OutputInterval(-1, 2.5).Width);
        Assert.AreEqual(double.PositiveInfinity, new OutputInterval(double.NegativeInfinity, 2.5).Width);
        Assert.AreEqual(0.0, new OutputInterval(double.PositiveInfinity, double.PositiveInfinity).Width);
    }
}
