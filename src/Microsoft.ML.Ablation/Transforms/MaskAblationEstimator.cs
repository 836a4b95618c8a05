using Microsoft.ML.Runtime;

namespace Microsoft.ML.Ablation;

/// <summary>
/// Shows each row through the masks of a fixed family, one at a time, and replaces what a mask does not retain by NULL. A certifier asks the base classifier about all masks of a
/// row, and certifies without chance (<see cref="Certification.MaskFamilyCertificate"/>).
/// </summary>
/// <remarks>
/// <format type="text/markdown">
/// | | |
/// | -- | -- |
/// | Input column | a vector of <c>Single</c> of known size: flat (d values), height × width, channels × height × width, or height × width × channels |
/// | Output column | a vector of <c>Single</c>: the same dimensions; with Complement twice the channels, with Presence one more |
/// | Positions | the pixels of an image; the attributes of a table, by its slot names where no groups are given; single slots where nothing tells |
/// | Training | the masks follow from the shape of the column, and the data are read only for LearnedPartition, twice, and for Mean, once, for the mean of each channel, or of each slot of groups |
/// </format>
/// </remarks>
public sealed class MaskAblationEstimator : AblationEstimator<MaskAblationTransformer>
{
    private readonly MaskAblationOptions _options;

    internal MaskAblationEstimator(IHostEnvironment env, MaskAblationOptions options)
        : base(env, MaskAblationTransformer.LoaderSignature, options)
    {
        _options = options;
    }

    private protected override MaskAblationTransformer Make(AblationRows rows, FittedAblation fitted)
        => new(Host, _options, fitted, _options.Masks.For(rows));
}
