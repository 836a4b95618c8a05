using System.Numerics;
using Microsoft.ML.Ablation.Certification;

namespace Microsoft.ML.Ablation.Tests.Certification;

[TestClass]
public class GapCertificateTests
{
    /// <summary>The shares of 10,000 votes, the radius of Gap at α₁ = 0.035 and α₂ = 0.015, and that of Majority at α = 0.05.</summary>
    [TestMethod]
    [DataRow(784, 45, 0.87, 0.06, 8, 7)]
    [DataRow(784, 45, 0.6, 0.16, 4, 1)]
    [DataRow(784, 20, 0.7, 0.12, 12, 8)]
    [DataRow(1024, 75, 0.8, 0.08, 5, 4)]
    [DataRow(50_176, 1000, 0.6, 0.16, 11, 4)]
    [DataRow(50_176, 1000, 0.5, 0.1, 10, -1)]
    public void Gap_wins_pixels_over_majority(int d, int k, double first, double second, int gapRadius, int majorityRadius)
    {
        int own = (int)Math.Round(10_000 * first), runnerUp = (int)Math.Round(10_000 * second);
        int[] selection = [1000, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        var votes = new int[10];
        votes[0] = own;
        votes[1] = runnerUp;
        for (int left = 10_000 - own - runnerUp, i = 2; i < 10; i++)
            votes[i] = left / 8 + (i - 2 < left % 8 ? 1 : 0);
        Assert.IsTrue(votes.AsSpan(2).IndexOfAnyInRange(runnerUp + 1, int.MaxValue) < 0);

        Assert.AreEqual(gapRadius, Certify(CertificationRule.Gap));
        Assert.AreEqual(majorityRadius, Certify(CertificationRule.Majority));
        Assert.AreEqual(gapRadius, Certify(CertificationRule.Top));

        int Certify(CertificationRule rule) =>
            new VoteCertifier(d, k, SamplingPlan.Fixed(), new CertificationOptions { Rule = rule }).Certify(selection, votes).Radius;
    }

    [TestMethod]
    public void The_radius_agrees_with_exact_arithmetic_for_random_bounds()
    {
        var random = new Random(7);
        foreach ((int d, int k) in AblationProbabilityTests.PaperShapes())
        {
            for (int repetition = 0; repetition < 40; repetition++)
            {
                double lower = random.NextDouble();
                double upper = random.NextDouble() * (repetition % 2 == 0 ? 1 : 1 - lower);
                int radius = GapCertificate.Radius(d, k, lower, upper);
                if (radius >= 0)
                    Assert.IsTrue(IsCertified(d, k, lower, upper, radius), $"d = {d}, k = {k}, {lower} against {upper}: {radius} is too large.");
                Assert.IsFalse(IsCertified(d, k, lower, upper, radius + 1), $"d = {d}, k = {k}, {lower} against {upper}: {radius} is too small.");
            }
        }
    }

    /// <summary>The upper bound is the smaller number, so one step of it is a fraction of the last place of the difference.</summary>
    [TestMethod]
    public void The_radius_agrees_with_exact_arithmetic_on_both_sides_of_thresholds_finer_than_a_double()
    {
        var random = new Random(8);
        int thresholds = 0;
        foreach ((int d, int k) in AblationProbabilityTests.PaperShapes())
        {
            double[] delta = AblationProbability.DeltaTable(d, k);
            for (int rho = 0; rho < delta.Length; rho += Math.Max(1, delta.Length / 12))
            {
                double lower = 2 * delta[rho] + random.NextDouble() * 0.04;
                double upper = lower - 2 * delta[rho];
                if (lower + upper >= 0.99)
                    continue;
                while (!IsCertified(d, k, lower, upper, rho))
                    upper = Math.BitDecrement(upper);
                while (IsCertified(d, k, lower, Math.BitIncrement(upper), rho))
                    upper = Math.BitIncrement(upper);

                Assert.AreEqual(rho, GapCertificate.Radius(d, k, lower, upper));
                Assert.AreEqual(rho - 1, GapCertificate.Radius(d, k, lower, Math.BitIncrement(upper)));
                thresholds++;
            }
        }

        Assert.IsTrue(thresholds > 100);
    }

    [TestMethod]
    public void Equality_with_a_threshold_does_not_certify()
    {
        // Δ(1) = 1/4 for d = 8, k = 2.
        Assert.AreEqual(0, GapCertificate.Radius(8, 2, 0.625, 0.125));
        Assert.AreEqual(1, GapCertificate.Radius(8, 2, Math.BitIncrement(0.625), 0.125));
        Assert.AreEqual(1, GapCertificate.Radius(8, 2, 0.625, Math.BitDecrement(0.125)));
        Assert.AreEqual(-1, GapCertificate.Radius(8, 2, 0.25, 0.25));
        Assert.AreEqual(0, GapCertificate.Radius(8, 2, Math.BitIncrement(0.25), 0.25));
        // Differences far below the last place of the bounds still count.
        Assert.AreEqual(1, GapCertificate.Radius(8, 2, 0.5 + 1e-16 + 0.125, 0.125 - 1e-16));
        Assert.AreEqual(0, GapCertificate.Radius(8, 2, 0.5, double.Epsilon));
    }

    [TestMethod]
    public void Gap_is_never_less_than_majority_for_the_same_bound()
    {
        for (double lower = 0; lower <= 1; lower += 1 / 256.0)
        {
            for (double upper = 0; upper <= 1; upper += 1 / 64.0)
                Assert.IsTrue(GapCertificate.Radius(784, 45, lower, upper) >= MajorityCertificate.Radius(784, 45, lower));
        }
    }

    [TestMethod]
    public void Nonsense_is_refused_by_name()
    {
        MajorityCertificateTests.Refused("k is 9, but d is 8", () => GapCertificate.Radius(8, 9, 0.5, 0.5));
        MajorityCertificateTests.Refused("lowerBound is -1", () => GapCertificate.Radius(8, 2, -1, 0.5));
        MajorityCertificateTests.Refused("upperBound is NaN", () => GapCertificate.Radius(8, 2, 0.5, double.NaN));
    }

    private static bool IsCertified(int d, int k, double lower, double upper, int rho)
    {
        if (rho > d)
            return false;
        (BigInteger numerator, BigInteger denominator) = AblationProbabilityTests.ExactDelta(d, k, rho);
        (BigInteger lowerMantissa, int lowerShift) = AblationProbabilityTests.AsFraction(lower);
        (BigInteger upperMantissa, int upperShift) = AblationProbabilityTests.AsFraction(upper);
        BigInteger one = BigInteger.One << (lowerShift + upperShift);
        BigInteger l = lowerMantissa << upperShift, u = upperMantissa << lowerShift;
        return (l - BigInteger.Min(u, one - l)) * denominator > 2 * numerator * one;
    }
}
