namespace Microsoft.ML.Ablation.Certification;

/// <summary>
/// Theorem 1 for one shape, in both forms that rules decide with: probabilities, to compare with bounds, and whole numbers of ablations. Each is made when it is first asked for.
/// </summary>
/// <param name="d">The number of positions.</param>
/// <param name="k">The number of retained positions.</param>
/// <param name="topCount">m: among how many classes the class has to stay; 1 for the first place.</param>
internal sealed class ShapeTables(int d, int k, int topCount)
{
    private readonly Lazy<UntouchedProbabilities> _probabilities = new(() => new UntouchedProbabilities(d, k));
    private readonly Lazy<TouchedCounts> _counts = new(() => new TouchedCounts(d, k, topCount));

    public int TopCount => topCount;

    public UntouchedProbabilities Probabilities => _probabilities.Value;

    public TouchedCounts Counts => _counts.Value;
}
