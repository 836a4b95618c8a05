namespace Microsoft.ML.Ablation.Attacks;

/// <summary>A row with changed pixels, each of which can be reset and changed again.</summary>
internal sealed class Perturbation
{
    private readonly FeatureLayout _layout;
    private readonly float[] _original;
    private readonly float[] _changed;
    private readonly bool[] _isChanged;

    /// <param name="layout">The slots of each pixel.</param>
    /// <param name="original">The row.</param>
    /// <param name="changed">The row with all changes.</param>
    /// <param name="positions">The pixels that begin changed.</param>
    public Perturbation(FeatureLayout layout, float[] original, float[] changed, IEnumerable<int> positions)
    {
        (_layout, _original, _changed) = (layout, original, changed);
        Features = [.. original];
        _isChanged = new bool[layout.Positions];
        foreach (int position in positions)
            Set(position, isChanged: true);
    }

    /// <summary>The row in its present state.</summary>
    public float[] Features { get; }

    /// <summary>The number of pixels that differ from the original.</summary>
    public int Count { get; private set; }

    /// <summary>The pixels that differ from the original.</summary>
    public int[] Positions => [.. Enumerable.Range(0, _isChanged.Length).Where(position => _isChanged[position])];

    /// <summary>Changes or resets a pixel. It counts as changed only if its value differs from the original.</summary>
    public void Set(int position, bool isChanged)
    {
        float[] source = isChanged ? _changed : _original;
        bool differs = false;
        foreach (int slot in _layout.SlotsOf(position))
        {
            Features[slot] = source[slot];
            differs |= source[slot] != _original[slot];
        }
        if (differs != _isChanged[position])
            Count += differs ? 1 : -1;
        _isChanged[position] = differs;
    }

    /// <summary>Changes or resets some pixels.</summary>
    public void Set(IEnumerable<int> positions, bool isChanged)
    {
        foreach (int position in positions)
            Set(position, isChanged);
    }
}
