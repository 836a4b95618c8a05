namespace Microsoft.ML.Ablation;

/// <summary>Options of the mask ablation transform.</summary>
public sealed record MaskAblationOptions : AblationOptions
{
    /// <summary>How the masks are chosen. Required.</summary>
    public required AblationMasks Masks { get; init; }

    internal override void Validate()
    {
        ArgumentNullException.ThrowIfNull(Masks);
        base.Validate();
    }

    internal static MaskAblationOptions Read(BinaryReader reader, AblationMasks masks) => Read(reader, new MaskAblationOptions { Masks = masks });
}
