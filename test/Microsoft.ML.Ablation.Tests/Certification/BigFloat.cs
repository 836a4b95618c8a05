using System.Numerics;

namespace Microsoft.ML.Ablation.Tests.Certification;

/// <summary>A non-negative number with 320 bits: slow, obvious, and far more exact than what it is compared with.</summary>
internal readonly struct BigFloat : IComparable<BigFloat>
{
    private const int Precision = 320;

    private readonly BigInteger _mantissa;
    private readonly long _exponent;

    public BigFloat(BigInteger mantissa, long exponent = 0)
    {
        int excess = (int)mantissa.GetBitLength() - Precision;
        if (excess > 0)
        {
            mantissa >>= excess;
            exponent += excess;
        }

        _mantissa = mantissa;
        _exponent = exponent;
    }

    public static BigFloat FromDouble(double value)
    {
        long bits = BitConverter.DoubleToInt64Bits(value);
        int exponent = (int)(bits >> 52) & 0x7FF;
        long mantissa = bits & 0xFFFFFFFFFFFFF;
        return exponent == 0 ? new(mantissa, -1074) : new(mantissa | (1L << 52), exponent - 1075);
    }

    /// <summary>The place of the leading bit.</summary>
    private long BitLength => _mantissa.GetBitLength() + _exponent;

    public static BigFloat operator *(BigFloat a, BigFloat b) => new(a._mantissa * b._mantissa, a._exponent + b._exponent);

    public static BigFloat operator /(BigFloat a, BigFloat b) =>
        new((a._mantissa << (2 * Precision)) / b._mantissa, a._exponent - b._exponent - 2 * Precision);

    public static BigFloat operator +(BigFloat a, BigFloat b)
    {
        if (a._mantissa.IsZero || b._mantissa.IsZero)
            return a._mantissa.IsZero ? b : a;
        if (a._exponent < b._exponent)
            (a, b) = (b, a);
        long shift = a._exponent - b._exponent;
        return shift > 3 * Precision ? a : new((a._mantissa << (int)shift) + b._mantissa, b._exponent);
    }

    /// <summary>One minus a number from 0 to 1.</summary>
    public BigFloat Complement()
    {
        int shift = (int)Math.Min(-_exponent, 8 * Precision);
        BigInteger one = BigInteger.One << shift;
        return new(one - (_mantissa >> (int)(-_exponent - shift)), -shift);
    }

    public BigFloat Power(long exponent)
    {
        BigFloat result = new(1), power = this;
        for (; exponent > 0; exponent >>= 1, power *= power)
        {
            if ((exponent & 1) != 0)
                result *= power;
        }

        return result;
    }

    public int CompareTo(BigFloat other)
    {
        long shift = _exponent - other._exponent;
        long lengthDifference = BitLength - other.BitLength;
        if (lengthDifference != 0 || _mantissa.IsZero || other._mantissa.IsZero)
            return _mantissa.IsZero || other._mantissa.IsZero ? _mantissa.CompareTo(other._mantissa) : Math.Sign(lengthDifference);
        return shift >= 0 ? (_mantissa << (int)shift).CompareTo(other._mantissa) : _mantissa.CompareTo(other._mantissa << (int)-shift);
    }

    /// <summary>P(Bin(n, p) ≥ s).</summary>
    public static BigFloat UpperTail(long s, long n, double p) => UpperTail(s, n, FromDouble(p), FromDouble(p).Complement());

    /// <summary>P(Bin(n, p) ≤ s).</summary>
    public static BigFloat LowerTail(long s, long n, double p) => UpperTail(n - s, n, FromDouble(p).Complement(), FromDouble(p));

    /// <summary>The sum of the probabilities from s on, to about 300 bits below the largest.</summary>
    private static BigFloat UpperTail(long s, long n, BigFloat success, BigFloat failure)
    {
        BigFloat odds = success / failure;
        BigFloat mass = success.Power(s) * failure.Power(n - s);
        for (long i = Math.Min(s, n - s), j = 0; j < i; j++)
            mass = mass * new BigFloat(n - j) / new BigFloat(j + 1);

        BigFloat sum = mass;
        for (long j = s; j < n; j++)
        {
            BigFloat ratio = new BigFloat(n - j) / new BigFloat(j + 1) * odds;
            mass *= ratio;
            sum += mass;
            if (mass.BitLength < sum.BitLength - 300 && ratio.CompareTo(new BigFloat(1)) < 0)
                break;
        }

        return sum;
    }
}
