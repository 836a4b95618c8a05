using Microsoft.ML.Ablation.Sampling;

namespace Microsoft.ML.Ablation;

/// <summary>What a cursor that draws fresh ablations draws them from.</summary>
/// <param name="Key">The key of the whole cursor.</param>
/// <param name="RowsPerMask">Consecutive rows that share one ablation.</param>
internal sealed record AblationDraw(AblationKey Key, int RowsPerMask)
{
    /// <param name="random">The chance of a cursor.</param>
    /// <param name="ablation">What ablates, for a trainer that wants to know.</param>
    public static AblationDraw From(Random random, string ablation)
    {
        int rowsPerMask = 1;
        if (random is AblationRandom ours)
        {
            rowsPerMask = ours.RowsPerMask;
            ours.Consumed = true;
            ours.Ablation = ablation;
        }
        return new AblationDraw(AblationKey.Compute((ulong)random.NextInt64(), []), rowsPerMask);
    }
}
