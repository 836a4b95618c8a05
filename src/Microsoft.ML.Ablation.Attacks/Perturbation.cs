namespace Microsoft.ML.Ablation.Attacks;

/// <summary>A row with some pixels changed, each of which can be set back and changed again.</summary>
internal sealed class Perturbation
{
    private readonly FeatureLayout _layout;
    private readonly float[] _original;
    private readonly float[] _changed;
    private readonly bool[] _isChanged;

    /// <param name="layout">Where pixels stand.</param>
    /// <param name="original">The row.</param>
    /// <param name="changed">The row with all changes.</param>
    /// <param name="positions">The pixels that are changed at first.</param>
    public Perturbation(FeatureLayout layout, float[] original, float[] changed, IEnumerable<int> positions)
    {
        (_layout, _original, _changed) = (layout, original, changed);
        Features = [.. original];
        _isChanged = new bool[layout.Positions];
        foreach (int position in positions)
            Set(position, isChanged: true);
    }

    /// <summary>The row as it is now.</summary>
    public float[] Features { get; }

    /// <summary>Pixels that differ from the row.</summary>
    public int Count { get; private set; }

    /// <summary>The pixels that differ from the row.</summary>
    public int[] Positions => [.. Enumerable.Range(0, _isChanged.Length).Where(position => _isChanged[position])];

    /// <summary>Changes a pixel, or sets it back. One whose change is none stays as it is.</summary>
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

    /// <summary>Changes some pixels, or sets them back.</summary>
    public void Set(IEnumerable<int> positions, bool isChanged)
    {
        foreach (int position in positions)
            Set(position, isChanged);
    }
}
