using Microsoft.ML.Ablation.Sampling;

namespace Microsoft.ML.Ablation.Certification;

/// <summary>An attack on any ρ positions: its size is ρ.</summary>
/// <param name="family">The masks.</param>
internal sealed class PositionAttack(MaskFamily family) : MaskAttack
{
    /// <summary>The ρ costliest positions cost less than the margin; positions in the same masks count once.</summary>
    protected override int LargestBelow(Threat threat)
    {
        int rho = 0;
        long lost = 0;
        foreach (long loss in family.CellLosses(threat.Losses))
        {
            lost += loss;
            if (lost >= threat.Margin)
                return rho;
            rho++;
        }

        return family.D;
    }
}
