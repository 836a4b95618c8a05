using Microsoft.ML.Ablation.Sampling;

namespace Microsoft.ML.Ablation;

/// <summary>What a cursor that draws fresh ablations draws them from.</summary>
internal sealed class AblationDraw
{
    // No stage has this number, so that the words are not those of a subset.
    private const uint SpreadBlock = uint.MaxValue;

    private readonly AblationRandom _random;

    private AblationDraw(AblationRandom random, AblationKey key) => (_random, Key) = (random, key);

    /// <summary>The key that all ablations of the cursor are drawn with.</summary>
    public AblationKey Key { get; }

    /// <summary>Whether nothing is ablated now.</summary>
    public bool IsWhole => _random.IsWhole;

    /// <param name="random">The cursor's source of randomness.</param>
    /// <param name="ablation">What ablates, for messages of the trainer.</param>
    /// <param name="valueChannels">Encoded channels that are the row's own values.</param>
    /// <param name="describe">Says more to a trainer of ours.</param>
    public static AblationDraw From(Random random, string ablation, int valueChannels, Action<AblationRandom> describe)
    {
        // One that is not ours draws one ablation per row and changes nothing.
        AblationRandom ours = random as AblationRandom ?? new AblationRandom(0);
        ours.Consumed = true;
        ours.Ablation = ablation;
        ours.ValueChannels = valueChannels;
        describe(ours);
        return new AblationDraw(ours, AblationKey.Compute((ulong)random.NextInt64(), []));
    }

    /// <summary>
    /// How many positions are drawn for the current ablation of a row: k · scale · r^(2u − 1), rounded, with u uniform and r the spread; the first may have a scale of its own.
    /// </summary>
    /// <param name="d">The positions there are.</param>
    /// <param name="k">The transformer's number.</param>
    /// <param name="sample">The number of the ablation.</param>
    public int RetainedOf(int d, int k, uint sample)
    {
        double scale = _random.RetainedScale * (_random.Mask == 0 ? _random.FirstMaskScale : 1);
        if (_random.RetainedSpread > 1)
            scale *= Math.Pow(_random.RetainedSpread, 2 * RowWords.Unit(RowWords.Draw(Key, sample, SpreadBlock).First) - 1);
        return (int)Math.Clamp(Math.Round(k * scale), 1, d);
    }

    /// <summary>The number of the ablation that the row at a place of the cursor has now.</summary>
    public uint SampleOf(long position) => (uint)(position / _random.RowsPerMask * _random.MasksPerRow + _random.Mask);

    /// <summary>
    /// The mask of a fixed family that the row at a place of the cursor has now: from a random one on, a row's masks are spread evenly over the family, each once where there are no
    /// more than the family has.
    /// </summary>
    /// <param name="position">The place.</param>
    /// <param name="masks">The number of masks in the family.</param>
    public int MaskOf(long position, int masks)
    {
        int first = RowWords.Below(RowWords.Draw(Key, (ulong)(position / _random.RowsPerMask), block: 0).First, masks);
        return (int)((first + (long)_random.Mask * masks / _random.MasksPerRow) % masks);
    }
}
