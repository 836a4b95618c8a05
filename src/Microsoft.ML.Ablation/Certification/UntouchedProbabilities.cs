namespace Microsoft.ML.Ablation.Certification;

/// <summary>Theorem 1 for one shape: C(d − ρ, k) / C(d, k) for every <c>ρ</c> with Δ(ρ) &lt; 1/2, beyond which no class is certified.</summary>
internal sealed class UntouchedProbabilities
{
    private readonly UntouchedProbability[] _values;

    public UntouchedProbabilities(int d, int k)
    {
        var values = new List<UntouchedProbability>();
        for (var next = new UntouchedProbability(d, k); next.IsExceededBy(0.5, 0); next.Advance())
            values.Add(next);
        _values = [.. values];
    }

    /// <summary>The largest ρ with Δ(ρ) &lt; 1/2.</summary>
    public int Cap => _values.Length - 1;

    /// <summary>Δ(ρ) for every ρ up to <see cref="Cap"/>, each rounded up.</summary>
    public double[] Deltas() => Array.ConvertAll(_values, untouched => untouched.TouchedRoundedUp());

    /// <summary>The largest ρ with Δ(ρ) less than the margin, decided without error; −1 for none.</summary>
    public int LargestRadius(Margin margin) => Bisection.Last(-1, _values.Length, (Values: _values, margin.High, margin.Low),
        static (state, rho) => state.Values[rho].IsExceededBy(state.High, state.Low));
}
