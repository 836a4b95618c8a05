using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>Derives independent seeds for the parts of a training from one seed.</summary>
/// <param name="Value">The seed of the training.</param>
internal readonly record struct TrainingSeed(int Value)
{
    private const ulong WeightStream = 1, EpochStream = 2, PoolStream = 3, HeldOutStream = 4, MaskStream = 5, RangeStream = 6;

    /// <summary>The seed of the initial weights.</summary>
    public int Weights => Derive(WeightStream, 0);

    /// <summary>The seed of the row order and the ablations of an epoch.</summary>
    public int Epoch(int epoch) => Derive(EpochStream, (ulong)epoch);

    /// <summary>The seed of the rows and ablations that settle the ranges of integers.</summary>
    public int Ranges => Derive(RangeStream, 0);

    /// <summary>The seed of the shuffling pool of an epoch.</summary>
    public int Pool(int epoch) => Derive(PoolStream, (ulong)epoch);

    /// <summary>The seed of the fixed masks of a step.</summary>
    public int Masks(int epoch, long batch) => Derive(MaskStream, ((ulong)epoch << 32) + (ulong)batch);

    /// <summary>Whether a row belongs to the share of rows that is held out; the same in all epochs.</summary>
    public bool IsHeldOut(DataViewRowId id, double share) =>
        (Mix(Mix(Mix((uint)Value ^ (HeldOutStream << 32)) ^ id.Low) ^ id.High) >> 11) * (1.0 / (1UL << 53)) < share;

    private int Derive(ulong stream, ulong index) => (int)(Mix(Mix((uint)Value ^ (stream << 32)) ^ index) >> 33);

    /// <summary>
    /// The finaliser of SplitMix64 (Steele, Lea and Flood 2014): a bijection in which every output bit depends on every input
    /// bit.
    /// </summary>
    private static ulong Mix(ulong z)
    {
        z += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
