using Microsoft.ML.Ablation.Certification;

namespace Microsoft.ML.Ablation.Tests.Certification;

[TestClass]
public class ClopperPearsonTests
{
    private static readonly double[] s_levels = [1e-300, 1e-12, 1e-6, 0.001, 0.025, 0.05, 0.3, 0.5, 0.75, 0.95, 0.999, 1 - 1e-9];

    [TestMethod]
    public void Bounds_are_on_the_safe_side_and_within_1e_10_for_every_small_count()
    {
        foreach (long n in (long[])[1, 2, 3, 7, 20, 45])
        {
            foreach (double alpha in s_levels)
            {
                for (long s = 0; s <= n; s++)
                    AssertSafeAndSharp(s, n, alpha);
            }
        }
    }

    [TestMethod]
    public void Bounds_are_on_the_safe_side_and_within_1e_10_for_large_counts()
    {
        var random = new Random(1);
        int cases = LongTests.AreWanted ? 600 : 40;
        for (int i = 0; i < cases; i++)
        {
            // A third of them in the middle, which costs most to check, a third at each end.
            long n = (long)Math.Exp(Math.Log(LongTests.AreWanted ? 1e4 : 1e3) * random.NextDouble() + Math.Log(100));
            long s = (i % 3) switch { 0 => random.NextInt64(n + 1), 1 => random.NextInt64(20), _ => n - random.NextInt64(20) };
            AssertSafeAndSharp(s, n, s_levels[i % s_levels.Length]);
        }

        AssertSafeAndSharp(1_000, 1_000_000, 0.05);
        AssertSafeAndSharp(999_990, 1_000_000, 0.001);
        AssertSafeAndSharp(3, 1_000_000, 1e-12);
    }

    [TestMethod]
    public void Bounds_agree_with_values_computed_elsewhere()
    {
        double worst = 0;
        string[] lines = ClopperPearsonValues.Text.Split('\n');
        foreach (string line in lines)
        {
            string[] parts = line.Split(' ');
            long s = long.Parse(parts[0]), n = long.Parse(parts[1]);
            double alpha = double.Parse(parts[2]), expected = double.Parse(parts[3]);
            worst = Math.Max(worst, Math.Abs(expected - ClopperPearson.LowerBound(s, n, alpha)));
            worst = Math.Max(worst, Math.Abs(1 - expected - ClopperPearson.UpperBound(n - s, n, alpha)));
        }

        Console.WriteLine($"{2 * lines.Length} bounds, largest difference {worst:E1}");
        Assert.IsTrue(worst < 1e-10);
    }

    [TestMethod]
    [DataRow(1L)]
    [DataRow(100L)]
    [DataRow(10_000L)]
    [DataRow(1_000_000L)]
    public void Bounds_for_no_success_and_for_successes_only_have_closed_forms(long n)
    {
        foreach (double alpha in s_levels)
        {
            Assert.AreEqual(0, ClopperPearson.LowerBound(0, n, alpha));
            Assert.AreEqual(1, ClopperPearson.UpperBound(n, n, alpha));
            Assert.AreEqual(Math.Pow(alpha, 1.0 / n), ClopperPearson.LowerBound(n, n, alpha), 1e-13);
            Assert.AreEqual(1 - Math.Pow(alpha, 1.0 / n), ClopperPearson.UpperBound(0, n, alpha), 1e-13);
        }
    }

    [TestMethod]
    public void Bounds_grow_with_the_successes()
    {
        foreach (double alpha in s_levels)
        {
            for (long s = 1; s <= 2000; s++)
            {
                Assert.IsTrue(ClopperPearson.LowerBound(s - 1, 2000, alpha) <= ClopperPearson.LowerBound(s, 2000, alpha));
                Assert.IsTrue(ClopperPearson.UpperBound(s - 1, 2000, alpha) <= ClopperPearson.UpperBound(s, 2000, alpha));
            }
        }
    }

    [TestMethod]
    public void Nonsense_is_refused_by_name()
    {
        MajorityCertificateTests.Refused("successes is -1, but trials is 10", () => ClopperPearson.LowerBound(-1, 10, 0.05));
        MajorityCertificateTests.Refused("successes is 11, but trials is 10", () => ClopperPearson.UpperBound(11, 10, 0.05));
        MajorityCertificateTests.Refused("trials is 0", () => ClopperPearson.UpperBound(0, 0, 0.05));
        MajorityCertificateTests.Refused("alpha is 1", () => ClopperPearson.UpperBound(0, 1, 1));
        MajorityCertificateTests.Refused("alpha is -0.5", () => ClopperPearson.LowerBound(0, 1, -0.5));
    }

    private static void AssertSafeAndSharp(long s, long n, double alpha)
    {
        BigFloat level = BigFloat.FromDouble(alpha);
        double lower = ClopperPearson.LowerBound(s, n, alpha);
        double upper = ClopperPearson.UpperBound(s, n, alpha);
        string name = $"s = {s}, n = {n}, alpha = {alpha}";

        // The tail grows with p, so a tail above α a little further in puts the exact bound between the two.
        if (s > 0)
        {
            Assert.IsTrue(lower == 0 || BigFloat.UpperTail(s, n, lower).CompareTo(level) <= 0, $"The lower bound is too high: {name}");
            Assert.IsTrue(lower + 1e-10 >= 1 || BigFloat.UpperTail(s, n, lower + 1e-10).CompareTo(level) > 0, $"The lower bound is too low: {name}");
        }

        if (s < n)
        {
            Assert.IsTrue(upper == 1 || BigFloat.LowerTail(s, n, upper).CompareTo(level) <= 0, $"The upper bound is too low: {name}");
            Assert.IsTrue(upper - 1e-10 <= 0 || BigFloat.LowerTail(s, n, upper - 1e-10).CompareTo(level) > 0, $"The upper bound is too high: {name}");
        }
    }
}
