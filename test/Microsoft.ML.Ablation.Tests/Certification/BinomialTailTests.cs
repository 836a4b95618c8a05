using Microsoft.ML.Ablation.Certification;

namespace Microsoft.ML.Ablation.Tests.Certification;

[TestClass]
public class BinomialTailTests
{
    private const double Epsilon = 1.0 / (1L << 52);

    [TestMethod]
    [DataRow(1L, 10L, 0.05)]
    [DataRow(30L, 100L, 1e-300)]
    [DataRow(99L, 100L, 1e-300)]
    [DataRow(700L, 1_000L, 1e-12)]
    [DataRow(500_000L, 1_000_000L, 0.5)]
    public void The_error_covers_that_of_the_target_and_of_the_tail(long successes, long trials, double target)
    {
        double logTarget = Math.Log(target);
        (double p, double error) = BinomialTail.Solve(successes, trials, logTarget);
        (double ratio, double ratioError) = BinomialTail.TailOverMass(successes, trials, p);

        // d ln p = ratio / s · d ln F; the logarithm of the target is rounded by at most half a unit, and so is its difference from ln F.
        double relative = (Math.Abs(logTarget) * Epsilon + ratioError) * ratio / successes;
        Assert.IsGreaterThan(p * relative, error);
        Assert.IsLessThan(p * 1e-10, error);

        BigFloat level = BigFloat.FromDouble(target);
        Assert.IsTrue(BigFloat.UpperTail(successes, trials, p - error).CompareTo(level) < 0, "The solution is below p − error.");
        Assert.IsTrue(BigFloat.UpperTail(successes, trials, p + error).CompareTo(level) > 0, "The solution is above p + error.");
    }

    [TestMethod]
    public void The_error_of_a_mass_grows_with_its_logarithm()
    {
        (double value, double error) = BinomialTail.LogMass(500_000, 1_000_000, 0.001);
        Assert.IsLessThan(-1e6, value);
        Assert.IsGreaterThan(Math.Abs(value) * Epsilon, error);
    }

    [TestMethod]
    public void The_error_of_a_sum_grows_with_its_terms()
    {
        // No term is greater than the first, so there are at least as many as the sum.
        (double sum, double error) = BinomialTail.TailOverMass(500_000, 1_000_000, 0.5);
        Assert.IsGreaterThan(500, sum);
        Assert.IsGreaterThan(sum * Epsilon, error);
    }

    [TestMethod]
    public void No_more_terms_are_added_than_count()
    {
        // Terms after the first: 5e-5, 1.6e-9, 4e-14, 8e-19.
        Assert.AreEqual((8 + 4 * 3) * Epsilon, BinomialTail.TailOverMass(1, 100, 1e-6).RelativeError);
        Assert.AreEqual(8 * Epsilon, BinomialTail.TailOverMass(100, 100, 0.9).RelativeError);
    }

    /// <summary>
    /// The start p has (s/n − p)² = z² p (1 − p) / n (Wilson 1927), and 26.2.23 of Abramowitz and Stegun gives z to within 4.5e-4.
    /// </summary>
    [TestMethod]
    [DataRow(0.4, 0.2533471)]
    [DataRow(0.1, 1.2815516)]
    [DataRow(0.01, 2.3263479)]
    [DataRow(1e-3, 3.0902323)]
    [DataRow(1e-6, 4.7534243)]
    [DataRow(1e-12, 7.0344838)]
    public void The_search_starts_at_the_score_interval(double target, double quantile)
    {
        foreach ((long successes, long trials) in ((long, long)[])[(5, 10), (90, 100), (300, 1_000), (999, 1_000), (5_000_000, 10_000_000)])
        {
            double p = BinomialTail.InitialGuess(successes, trials, Math.Log(target));
            double z = ((double)successes / trials - p) / Math.Sqrt(p * (1 - p) / trials);
            Assert.AreEqual(quantile, z, 4.6e-4, $"{successes} of {trials}");
        }
    }
}
