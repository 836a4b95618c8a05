using System.Numerics;

namespace Microsoft.ML.Ablation.Certification;

/// <summary>
/// The chance C(d − ρ, k) / C(d, k) that an ablation touches none of <c>ρ</c> changed positions (Theorem 1), for
/// <c>ρ</c> = 0, 1, 2, ... in turn: an unevaluated sum of two doubles with a proven error, and exact integers where that
/// cannot decide a comparison.
/// </summary>
internal struct UntouchedProbability(int d, int k)
{
    // One step multiplies by one ratio of integers. Its three roundings in the low part cost less than 2^-101 of the value.
    private const double ErrorPerStep = 1.0 / (1L << 49) / (1L << 49);

    /// <summary>2^-1074 is the smallest positive double, so that every double is a whole number of it.</summary>
    public const int Units = 1074;

    private double _high = 1;
    private double _low;

    /// <summary>The number of changed positions of which the value speaks.</summary>
    public int Rho { get; private set; }

    /// <summary>An upper bound on the distance between the stored and the true value.</summary>
    private readonly double Error => Rho * ErrorPerStep;

    /// <summary>Goes from <c>ρ</c> to <c>ρ + 1</c>: the value is multiplied by (d − k − ρ) / (d − ρ).</summary>
    public void Advance()
    {
        double numerator = Math.Max(0, d - k - Rho);
        double denominator = d - Rho;

        double product = _high * numerator;
        double productLow = Math.FusedMultiplyAdd(_high, numerator, -product) + _low * numerator;
        double quotient = product / denominator;
        double remainder = Math.FusedMultiplyAdd(-quotient, denominator, product) + productLow;
        double quotientLow = remainder / denominator;

        _high = quotient + quotientLow;
        _low = quotientLow - (_high - quotient);
        Rho++;
    }

    /// <summary>Δ(ρ) = 1 − value, rounded to a double that is never below it.</summary>
    public readonly double TouchedRoundedUp()
    {
        if (Rho == 0)
            return 0;
        if (_high == 0)
            return 1;
        double touched = 1 - _high;
        double rest = 1 - touched - _high - _low;
        double rounded = touched + rest;
        bool certain = touched - rounded + rest + Error <= 0;
        return Math.Min(1, certain ? rounded : Math.BitIncrement(rounded));
    }

    /// <summary>
    /// Whether <paramref name="marginHigh"/> + <paramref name="marginLow"/>, taken as an exact real number of which the
    /// second part is the rounding error of the first, is greater than Δ(ρ). Decided without error.
    /// </summary>
    public readonly bool IsExceededBy(double marginHigh, double marginLow)
    {
        (double sum, double sumError) = TwoSum(_high, -1);
        (double total, double totalError) = TwoSum(sum, marginHigh);
        double difference = total + (totalError + (sumError + (_low + marginLow)));
        if (Math.Abs(difference) > Error + ErrorPerStep)
            return difference > 0;
        return IsExactlyExceededBy(marginHigh, marginLow);
    }

    private readonly bool IsExactlyExceededBy(double marginHigh, double marginLow)
    {
        // The same number is a product of ρ ratios and of k ratios; the shorter one is taken.
        int shorter = Math.Min(Rho, k);
        int longer = Math.Max(Rho, k);
        BigInteger untouched = BigInteger.One;
        BigInteger all = BigInteger.One;
        for (int j = 0; j < shorter; j++)
        {
            untouched *= Math.Max(0, d - longer - j);
            all *= d - j;
        }

        BigInteger rest = (BigInteger.One << Units) - InUnits(marginHigh) - InUnits(marginLow);
        return (untouched << Units) > rest * all;
    }

    /// <summary>A double as a whole number of units of 2^-<see cref="Units"/>.</summary>
    public static BigInteger InUnits(double value)
    {
        long bits = BitConverter.DoubleToInt64Bits(value);
        int exponent = (int)(bits >> 52) & 0x7FF;
        long mantissa = bits & 0xFFFFFFFFFFFFF;
        BigInteger magnitude = exponent == 0 ? mantissa : new BigInteger(mantissa | (1L << 52)) << (exponent - 1);
        return value < 0 ? -magnitude : magnitude;
    }

    /// <summary>Knuth's sum: the rounded sum of two doubles and its rounding error, which is itself a double.</summary>
    public static (double Sum, double Error) TwoSum(double a, double b)
    {
        double sum = a + b;
        double bPart = sum - a;
        return (sum, (a - (sum - bPart)) + (b - bPart));
    }
}
