using System.Numerics;
using Microsoft.ML.Ablation.Certification;

namespace Microsoft.ML.Ablation.Tests.Certification;

[TestClass]
public class TopCertificateTests
{
    [TestMethod]
    public void With_one_place_it_is_the_certificate_of_the_gap()
    {
        var random = new Random(2);
        for (int i = 0; i < 500; i++)
        {
            double lower = random.NextDouble();
            double[] upper = [random.NextDouble() * 0.6, random.NextDouble() * 0.6, random.NextDouble() * 0.6];
            Assert.AreEqual(GapCertificate.Radius(784, 45, lower, upper.Max()), TopCertificate.Radius(784, 45, 1, lower, upper));
        }
    }

    [TestMethod]
    public void The_radius_agrees_with_the_theorem_in_fractions()
    {
        var random = new Random(3);
        foreach ((int d, int k) in ((int, int)[])[(784, 45), (50_176, 1000), (10, 2), (6, 1)])
        {
            for (int i = 0; i < 60; i++)
            {
                int m = 1 + i % 4;
                double lower = random.NextDouble();
                double[] upper = [.. Enumerable.Range(0, 5).Select(_ => random.NextDouble() * (1 - lower))];
                int radius = TopCertificate.Radius(d, k, m, lower, upper);
                Assert.IsTrue(radius < 0 || IsCertified(d, k, m, lower, upper, radius));
                Assert.IsFalse(IsCertified(d, k, m, lower, upper, radius + 1));
            }
        }
    }

    [TestMethod]
    public void More_places_never_certify_less()
    {
        var random = new Random(4);
        for (int i = 0; i < 200; i++)
        {
            double lower = random.NextDouble();
            double[] upper = [.. Enumerable.Range(0, 6).Select(_ => random.NextDouble() * 0.5)];
            for (int m = 2; m <= 6; m++)
                Assert.IsTrue(TopCertificate.Radius(784, 45, m, lower, upper) >= TopCertificate.Radius(784, 45, m - 1, lower, upper));
        }
    }

    [TestMethod]
    public void Probabilities_are_whole_numbers_of_ablations()
    {
        // d = 6, k = 1: six ablations, of which ρ changed positions touch ρ.
        // At least 3.6 of them are at least 4, at most 1.98 are at most 1, and 4 − 1 > 2·1. The bounds as they stand lead by less.
        Assert.AreEqual(1, TopCertificate.Radius(6, 1, 1, 0.6, [0.33]));
        Assert.AreEqual(0, GapCertificate.Radius(6, 1, 0.6, 0.33));

        // At least 4 and at most 2: 4 − 2 is not more than 2·1.
        Assert.AreEqual(0, TopCertificate.Radius(6, 1, 1, 0.51, [0.49]));

        // At least 5 leave 1 at most for the other, whatever its own bound: 5 − 1 > 2·1, but not more than 2·2.
        Assert.AreEqual(1, TopCertificate.Radius(6, 1, 1, 0.7, [0.4]));
    }

    [TestMethod]
    public void Nonsense_is_refused_by_name()
    {
        MajorityCertificateTests.Refused("topCount is 0", () => TopCertificate.Radius(8, 2, 0, 0.5, [0.1, 0.1]));
        MajorityCertificateTests.Refused("topCount is 3, but there are 3 classes", () => TopCertificate.Radius(8, 2, 3, 0.5, [0.1, 0.1]));
        MajorityCertificateTests.Refused("upperBounds is 2", () => TopCertificate.Radius(8, 2, 1, 0.5, [0.1, 2]));
        MajorityCertificateTests.Refused("lowerBound is -1", () => TopCertificate.Radius(8, 2, 1, -1, [0.1]));
        MajorityCertificateTests.Refused("k is 0", () => TopCertificate.Radius(8, 0, 1, 0.5, [0.1]));
    }

    private static bool IsCertified(int d, int k, int m, double lower, double[] upper, int rho)
    {
        if (rho > d)
            return false;
        (BigInteger touched, BigInteger all) = AblationProbabilityTests.ExactDelta(d, k, rho);
        BigInteger total = 1;
        for (int j = 0; j < k; j++)
            total = total * (d - j) / (j + 1);

        BigInteger own = Ceiling(lower);
        BigInteger[] others = [.. upper.OrderDescending().Take(m).Reverse().Select(Floor)];
        for (int t = 1; t <= m; t++)
        {
            BigInteger sum = BigInteger.Min(others.Take(t).Aggregate((a, b) => a + b), total - own);
            if ((t * own - sum) * all > (t + 1) * touched * total)
                return true;
        }

        return false;

        BigInteger Floor(double p)
        {
            (BigInteger mantissa, int shift) = AblationProbabilityTests.AsFraction(p);
            return mantissa * total / (BigInteger.One << shift);
        }

        BigInteger Ceiling(double p)
        {
            (BigInteger mantissa, int shift) = AblationProbabilityTests.AsFraction(p);
            return (mantissa * total + (BigInteger.One << shift) - 1) / (BigInteger.One << shift);
        }
    }
}
