using Microsoft.ML.Ablation.Sampling;

namespace Microsoft.ML.Ablation;

/// <summary>What a cursor that draws fresh ablations draws them from.</summary>
/// <param name="Key">The key of the whole cursor.</param>
/// <param name="RowsPerMask">Consecutive rows that share one ablation.</param>
internal sealed record AblationDraw(AblationKey Key, int RowsPerMask)
{
    public static AblationDraw From(Random random)
    {
        int rowsPerMask = 1;
        if (random is AblationRandom ours)
        {
            rowsPerMask = ours.RowsPerMask;
            ours.Consumed = true;
        }
        return new AblationDraw(AblationKey.Compute((ulong)random.NextInt64(), []), rowsPerMask);
    }
}
