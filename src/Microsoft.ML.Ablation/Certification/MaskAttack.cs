namespace Microsoft.ML.Ablation.Certification;

/// <summary>What an attacker may change at most, in sizes from 0 up, against a fixed family of masks.</summary>
internal abstract class MaskAttack
{
    /// <summary>The largest size at which a threat does not come true; −1 where it is true without an attack.</summary>
    public int RadiusAgainst(Threat threat) => threat.Margin <= 0 ? -1 : LargestBelow(threat);

    /// <summary>The largest size that costs less than the margin, which is positive.</summary>
    protected abstract int LargestBelow(Threat threat);
}
