using System.Numerics;
using Microsoft.ML.Ablation.Certification;

namespace Microsoft.ML.Ablation.Tests.Certification;

[TestClass]
public class AblationProbabilityTests
{
    /// <summary>Every d and k of the paper's tables, and the ends of the range.</summary>
    public static IEnumerable<(int D, int K)> PaperShapes()
    {
        for (int k = 5; k <= 100; k += 5)
            yield return (784, k);
        foreach (int k in (int[])[25, 50, 75, 100, 125, 150])
            yield return (1024, k);
        foreach (int k in (int[])[500, 1000, 2000])
            yield return (50_176, k);
        foreach ((int d, int k) shape in ((int, int)[])[(1, 1), (2, 1), (2, 2), (3, 1), (9, 2), (784, 1), (784, 2), (784, 783), (784, 784), (1000, 500), (50_176, 50)])
            yield return shape;
    }

    [TestMethod]
    public void Delta_is_the_exact_value_rounded_up_by_at_most_two_units()
    {
        foreach ((int d, int k) in PaperShapes())
        {
            double[] table = AblationProbability.DeltaTable(d, k);
            Assert.AreEqual(AblationProbability.LargestCertifiableRadius(d, k), table.Length - 1);

            for (int rho = 0; rho <= Math.Min(d, table.Length + 20); rho++)
            {
                double delta = AblationProbability.Delta(d, k, rho);
                (BigInteger numerator, BigInteger denominator) = ExactDelta(d, k, rho);

                Assert.IsTrue(Exceeds(delta, numerator, denominator) >= 0, $"Δ({rho}) at d = {d}, k = {k} is below the exact value.");
                double lower = Math.BitDecrement(Math.BitDecrement(delta));
                Assert.IsTrue(delta == 0 || Exceeds(lower, numerator, denominator) < 0, $"Δ({rho}) at d = {d}, k = {k} is too large.");
                Assert.IsTrue(delta == 0 || Exceeds(Math.BitDecrement(delta), numerator, denominator) <= 0, $"Δ({rho}) at d = {d}, k = {k} is a unit above a double that is large enough.");
                if (rho < table.Length)
                    Assert.AreEqual(delta, table[rho], Math.BitIncrement(delta) - delta);
                Assert.AreEqual(rho < table.Length, 2 * numerator < denominator, $"The cap at d = {d}, k = {k} is wrong at {rho}.");
            }
        }
    }

    [TestMethod]
    public void Delta_for_all_numbers_of_changed_positions_is_right()
    {
        for (int d = 1; d <= 24; d++)
        {
            for (int k = 1; k <= d; k++)
            {
                for (int rho = 0; rho <= d; rho++)
                {
                    (BigInteger numerator, BigInteger denominator) = ExactDelta(d, k, rho);
                    double delta = AblationProbability.Delta(d, k, rho);
                    Assert.IsTrue(Exceeds(delta, numerator, denominator) >= 0);
                    Assert.AreEqual((double)numerator / (double)denominator, delta, 3e-16);
                }
            }
        }
    }

    [TestMethod]
    public void The_paper_s_numbers()
    {
        // 784 pixels, 45 retained: eight changed pixels are touched by 37.8 % of the ablations.
        Assert.AreEqual(0.378, AblationProbability.Delta(784, 45, 8), 0.0005);
        Assert.AreEqual(11, AblationProbability.LargestCertifiableRadius(784, 45));
        Assert.AreEqual(0, AblationProbability.LargestCertifiableRadius(784, 784));
        Assert.AreEqual(391, AblationProbability.LargestCertifiableRadius(784, 1));
    }

    [TestMethod]
    public void Arguments_out_of_range_are_refused_by_name()
    {
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => AblationProbability.Delta(784, 900, 1)).Message, "k is 900, but d is 784; k must be from 1 to 784.");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => AblationProbability.Delta(784, 45, -1)).Message, "rho is -1");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => AblationProbability.Delta(784, 45, 785)).Message, "rho is 785, but d is 784");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => AblationProbability.DeltaTable(0, 1)).Message, "d is 0");
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => AblationProbability.LargestCertifiableRadius(5, 0));
    }

    /// <summary>Δ(ρ) as a fraction, from the definition.</summary>
    internal static (BigInteger Numerator, BigInteger Denominator) ExactDelta(int d, int k, int rho)
    {
        BigInteger untouched = 1, all = 1;
        for (int j = 0; j < rho; j++)
        {
            untouched *= Math.Max(0, d - k - j);
            all *= d - j;
        }

        return (all - untouched, all);
    }

    /// <summary>The sign of value − numerator / denominator.</summary>
    internal static int Exceeds(double value, BigInteger numerator, BigInteger denominator)
    {
        (BigInteger mantissa, int shift) = AsFraction(value);
        return (mantissa * denominator).CompareTo(numerator << shift);
    }

    /// <summary>A double of absolute value at most 2 as mantissa / 2^shift.</summary>
    internal static (BigInteger Mantissa, int Shift) AsFraction(double value)
    {
        int shift = 0;
        while (value != Math.Floor(value))
        {
            value *= 2;
            shift++;
        }

        return (new BigInteger(value), shift);
    }
}
