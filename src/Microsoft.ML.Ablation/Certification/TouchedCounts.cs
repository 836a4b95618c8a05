using System.Numerics;

namespace Microsoft.ML.Ablation.Certification;

/// <summary>
/// Theorem 1 in whole numbers: of the C(d, k) ablations, C(d, k) − C(d − ρ, k) touch one of <c>ρ</c> changed positions. For
/// every ρ that can be certified when a class has to stay among the <c>m</c> first: Δ(ρ) &lt; m / (m + 1).
/// </summary>
internal sealed class TouchedCounts
{
    private readonly List<BigInteger> _touched = [];

    public TouchedCounts(int d, int k, int topCount)
    {
        Total = Ablations(d, k);
        BigInteger untouched = Total;
        for (int rho = 0; (topCount + 1) * (Total - untouched) < topCount * Total; rho++)
        {
            _touched.Add(Total - untouched);
            untouched = untouched * Math.Max(0, d - rho - k) / (d - rho);
        }
    }

    /// <summary>C(d, k), the number of ablations.</summary>
    public BigInteger Total { get; }

    /// <summary>C(d, k), also where d is less than k.</summary>
    public static BigInteger Ablations(int d, int k)
    {
        if (k > d)
            return BigInteger.Zero;
        BigInteger total = BigInteger.One;
        for (int j = 0; j < Math.Min(k, d - k); j++)
            total = total * (d - j) / (j + 1);
        return total;
    }

    /// <summary>The largest radius that any class can reach.</summary>
    public int Cap => _touched.Count - 1;

    /// <summary>The largest ρ whose touched ablations, <paramref name="weight"/> times, are fewer than <paramref name="lead"/>; or −1.</summary>
    public int LargestRadius(BigInteger lead, int weight) => Bisection.Last(-1, _touched.Count, (Touched: _touched, lead, weight),
        static (state, rho) => state.lead > state.weight * state.Touched[rho]);
}
