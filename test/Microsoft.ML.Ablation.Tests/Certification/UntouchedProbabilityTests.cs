using System.Numerics;
using Microsoft.ML.Ablation.Certification;

namespace Microsoft.ML.Ablation.Tests.Certification;

[TestClass]
public class UntouchedProbabilityTests
{
    [TestMethod]
    public void A_margin_is_compared_exactly_however_close_to_Delta_it_is()
    {
        int below = 0, above = 0;
        foreach ((int d, int k) in AblationProbabilityTests.PaperShapes())
        {
            for (int rho = 1; rho <= AblationProbability.LargestCertifiableRadius(d, k) && rho <= 6; rho++)
            {
                (BigInteger numerator, BigInteger denominator) = AblationProbabilityTests.ExactDelta(d, k, rho);
                (double high, double low) = Nearest(numerator, denominator);
                // Δ lies between two neighbours of 106 bits, which the arithmetic with two doubles cannot tell from it.
                Assert.IsFalse(At(d, k, rho).IsExceededBy(high, low), $"{high} + {low} is at most Δ({rho}) at d = {d}, k = {k}.");
                Assert.IsTrue(At(d, k, rho).IsExceededBy(high, Math.BitIncrement(low)), $"{high} + {low}, one unit more, is greater than Δ({rho}) at d = {d}, k = {k}.");
                (below, above) = low < 0 ? (below + 1, above) : (below, above + 1);
            }
        }

        Assert.IsGreaterThan(10, below);
        Assert.IsGreaterThan(10, above);
    }

    [TestMethod]
    public void A_margin_that_equals_Delta_does_not_exceed_it()
    {
        Assert.IsFalse(At(1_024, 256, 1).IsExceededBy(0.25, 0));
        Assert.IsTrue(At(1_024, 256, 1).IsExceededBy(0.25, double.Epsilon));
        Assert.IsFalse(At(1_024, 256, 1).IsExceededBy(0.25, -double.Epsilon));
    }

    [TestMethod]
    [DataRow(2, 1, 1, 0)]
    [DataRow(4, 1, 1, 1)]
    [DataRow(4, 1, 3, 2)]
    [DataRow(784, 45, 1, 11)]
    public void As_many_positions_as_half_of_the_ablations_touch_are_beyond_every_certificate(int d, int k, int topCount, int cap) =>
        Assert.AreEqual(cap, new TouchedCounts(d, k, topCount).Cap);

    private static UntouchedProbability At(int d, int k, int rho)
    {
        var untouched = new UntouchedProbability(d, k);
        while (untouched.Rho < rho)
            untouched.Advance();
        return untouched;
    }

    /// <summary>The double next to a fraction, and the largest double that is at most what it leaves.</summary>
    private static (double High, double Low) Nearest(BigInteger numerator, BigInteger denominator)
    {
        double below = Floor(numerator, denominator), above = Math.BitIncrement(below);
        (BigInteger mantissa, int shift) = AblationProbabilityTests.AsFraction(below);
        BigInteger rest = (numerator << shift) - mantissa * denominator, scaled = denominator << shift;
        (BigInteger mantissaAbove, int shiftAbove) = AblationProbabilityTests.AsFraction(above);
        BigInteger missing = mantissaAbove * denominator - (numerator << shiftAbove), scaledAbove = denominator << shiftAbove;
        if (rest * scaledAbove <= missing * scaled)
            return (below, Floor(rest, scaled));
        double least = Floor(missing, scaledAbove);
        return (above, -(AblationProbabilityTests.Exceeds(least, missing, scaledAbove) == 0 ? least : Math.BitIncrement(least)));
    }

    /// <summary>The largest double that is at most a fraction from 0 to 1.</summary>
    private static double Floor(BigInteger numerator, BigInteger denominator)
    {
        if (numerator.IsZero)
            return 0;
        int shift = (int)(denominator.GetBitLength() - numerator.GetBitLength()) + 53;
        BigInteger quotient = (numerator << shift) / denominator;
        // 53 or 54 bits: a 54th is cut off.
        if (quotient.GetBitLength() == 54)
            (quotient, shift) = (quotient >> 1, shift - 1);
        return Math.ScaleB((double)quotient, -shift);
    }
}
