using System.Numerics;
using Microsoft.ML.Ablation.Certification;

namespace Microsoft.ML.Ablation.Tests.Certification;

[TestClass]
public class BinomialTestTests
{
    [TestMethod]
    public void P_values_agree_with_whole_numbers()
    {
        for (int n = 1; n <= 200; n += 3)
        {
            for (int first = 0; first <= n; first++)
                Assert.AreEqual(1, BinomialTest.PValue(first, n - first) / Exact(first, n), 1e-12, $"{first} of {n}");
        }
    }

    [TestMethod]
    public void The_decision_is_exact_at_every_p_value()
    {
        // Up to 53 tosses every p-value is a double, so that equality with α happens.
        for (int n = 1; n <= 53; n++)
        {
            for (int first = 0; first <= n; first++)
            {
                double p = Exact(first, n);
                if (p == 1)
                    continue;
                Assert.IsFalse(BinomialTest.IsUndecided(first, n - first, p), $"{first} of {n} at its own p-value");
                Assert.IsTrue(BinomialTest.IsUndecided(first, n - first, Math.BitDecrement(p)), $"{first} of {n} just below its p-value");
            }
        }
    }

    [TestMethod]
    public void The_decision_is_exact_up_to_100_000_tosses_and_on_the_safe_side_beyond()
    {
        // A double lies within 1e-16 of a p-value, and the arithmetic with logarithms cannot tell the two apart.
        Assert.IsFalse(BinomialTest.IsUndecided(44_200, 55_800, AtLeastPValue(44_200, 100_000)), "100,000 tosses");
        Assert.IsTrue(BinomialTest.IsUndecided(44_200, 55_801, AtLeastPValue(44_200, 100_001)), "100,001 tosses");
        Assert.IsFalse(BinomialTest.IsUndecided(44_200, 55_801, AtLeastPValue(44_200, 100_001) * (1 + 1e-9)), "100,001 tosses, decided");
        Assert.IsFalse(BinomialTest.IsUndecided(1_000_000, 0, 0.05), "a million tosses");
        Assert.IsTrue(BinomialTest.IsUndecided(500_400, 499_600, 0.05), "nearly as many");
    }

    [TestMethod]
    public void A_billion_tosses_are_counted_and_one_more_is_refused()
    {
        const long most = ClopperPearson.LargestTrials;
        Assert.AreEqual(0, BinomialTest.PValue(most, 0));
        Assert.AreEqual(0, BinomialTest.PValue(0, most));
        Assert.AreEqual(1, BinomialTest.PValue(most / 2, most / 2));
        MajorityCertificateTests.Refused("together they must be at most 1000000000", () => BinomialTest.PValue(most, 1));
        MajorityCertificateTests.Refused("together they must be at most 1000000000", () => BinomialTest.PValue(1, most));
        MajorityCertificateTests.Refused("together they must be at most 1000000000", () => BinomialTest.PValue(long.MaxValue, 1));
        MajorityCertificateTests.Refused("together they must be at most 1000000000", () => BinomialTest.PValue(1, long.MaxValue));
    }

    [TestMethod]
    public void Predict_gives_the_class_with_most_votes_or_abstains()
    {
        // 2 · P(Bin(10, 1/2) ≥ 9) = 22/1024 = 0.0215 and 2 · P(Bin(10, 1/2) ≥ 8) = 112/1024 = 0.109.
        Assert.AreEqual(1, SmoothedPrediction.Predict([1, 9, 0], 0.05));
        Assert.AreEqual(CertifiedPrediction.Abstain, SmoothedPrediction.Predict([2, 8, 1], 0.05));
        Assert.AreEqual(1, SmoothedPrediction.Predict([2, 8, 1], 0.11));
        Assert.AreEqual(CertifiedPrediction.Abstain, SmoothedPrediction.Predict([5, 5], 0.99));
        Assert.AreEqual(2, SmoothedPrediction.Predict([0, 0, 10_000], 1e-300));
        Assert.AreEqual(0, SmoothedPrediction.Predict([5_200, 4_800], 0.001));
        Assert.AreEqual(CertifiedPrediction.Abstain, SmoothedPrediction.Predict([5_090, 4_910], 0.05));
    }

    [TestMethod]
    public void Nonsense_is_refused_by_name()
    {
        MajorityCertificateTests.Refused("The counts are -1 and 5", () => BinomialTest.PValue(-1, 5));
        MajorityCertificateTests.Refused("Both counts are 0", () => BinomialTest.IsUndecided(0, 0, 0.05));
        MajorityCertificateTests.Refused("together they must be at most", () => BinomialTest.PValue(long.MaxValue, long.MaxValue));
        MajorityCertificateTests.Refused("alpha is 0", () => BinomialTest.IsUndecided(1, 2, 0));
        MajorityCertificateTests.Refused("alpha is 0", () => SmoothedPrediction.Predict([1, 2], 0));
        MajorityCertificateTests.Refused("votes has 1 classes", () => SmoothedPrediction.Predict([1], 0.05));
        MajorityCertificateTests.Refused("votes has -2 votes for class 0", () => SmoothedPrediction.Predict([-2, 3], 0.05));
    }

    /// <summary>The smallest double that is not below the p-value.</summary>
    private static double AtLeastPValue(int fewest, int n)
    {
        BigFloat tail = BigFloat.LowerTail(fewest, n, 0.5), p = tail + tail;
        double value = BinomialTest.PValue(fewest, n - fewest) * (1 - 1e-10);
        for (double step = value * 1e-11; step > 0 && value + step > value; step /= 2)
        {
            while (BigFloat.FromDouble(value + step).CompareTo(p) < 0)
                value += step;
        }

        return BigFloat.FromDouble(value).CompareTo(p) < 0 ? Math.BitIncrement(value) : value;
    }

    private static double Exact(int first, int n)
    {
        BigInteger term = 1, tail = 0;
        for (int j = 0; j <= Math.Min(first, n - first); j++, term = term * (n - j + 1) / j)
            tail += term;
        return Math.Min(1, (double)(2 * tail) / Math.Pow(2, n));
    }
}
