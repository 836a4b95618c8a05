namespace Microsoft.ML.Ablation;

/// <summary>What an attacker may change, and so what a certified radius counts.</summary>
public enum CertifiedAttack
{
    /// <summary>Patches where the masks are made against them (bands, blocks), else positions.</summary>
    Auto = 0,

    /// <summary>Any positions: the radius is their number ρ.</summary>
    Positions = 1,

    /// <summary>
    /// One rectangular patch, anywhere within the image, that shows anything: the radius is the side m of the largest square, or with
    /// <see cref="SmoothedCertifierOptions.PatchHeight"/> and <see cref="SmoothedCertifierOptions.PatchWidth"/> the largest multiple of such a rectangle. Needs fixed masks.
    /// </summary>
    Patch = 2,
}
