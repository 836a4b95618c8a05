using Microsoft.ML.Ablation.Sampling;

namespace Microsoft.ML.Ablation;

/// <summary>What a cursor that draws fresh ablations draws them from.</summary>
internal sealed class AblationDraw
{
    private readonly AblationRandom _random;
    private readonly AblationKey _key;

    private AblationDraw(AblationRandom random, AblationKey key) => (_random, _key) = (random, key);

    /// <summary>Whether nothing is ablated now.</summary>
    public bool IsWhole => _random.IsWhole;

    /// <param name="random">The cursor's source of randomness.</param>
    /// <param name="ablation">What ablates, for messages of the trainer.</param>
    /// <param name="valueChannels">Encoded channels that are the row's own values.</param>
    public static AblationDraw From(Random random, string ablation, int valueChannels)
    {
        // One that is not ours draws one ablation per row and changes nothing.
        AblationRandom ours = random as AblationRandom ?? new AblationRandom(0);
        ours.Consumed = true;
        ours.Ablation = ablation;
        ours.ValueChannels = valueChannels;
        return new AblationDraw(ours, AblationKey.Compute((ulong)random.NextInt64(), []));
    }

    /// <summary>How many positions are drawn.</summary>
    /// <param name="d">The positions there are.</param>
    /// <param name="k">The transformer's number.</param>
    public int RetainedOf(int d, int k) => (int)Math.Clamp(Math.Round(k * _random.RetainedScale), 1, d);

    /// <summary>The positions that the row at a place of the cursor keeps.</summary>
    public ReadOnlySpan<int> Sample(SubsetSampler sampler, long position) =>
        sampler.Sample(_key, AblationStage.View, (uint)(position / _random.RowsPerMask * _random.MasksPerRow + _random.Mask));
}
