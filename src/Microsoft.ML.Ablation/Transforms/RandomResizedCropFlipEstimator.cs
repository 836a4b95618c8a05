using Microsoft.ML.Runtime;

namespace Microsoft.ML.Ablation;

/// <summary>
/// The usual augmentation for ImageNet: trainers see a random part of every image, resized to be the whole, and mirrored half the time
/// (Szegedy et al., "Going Deeper with Convolutions", CVPR 2015, section 6). Scoring uses the centre of the image.
/// </summary>
/// <remarks>
/// <format type="text/markdown">
/// | | |
/// | -- | -- |
/// | Input column | a vector of <c>Single</c> of known size: height × width, channels × height × width, or height × width × channels; a flat vector needs its <c>Shape</c> |
/// | Output column | the same dimensions with the height and width that are set |
/// | Training | reads no data |
/// </format>
///
/// For a cursor opened with a <see cref="Random"/>, as trainers open them: an area uniform from
/// <see cref="RandomResizedCropFlipOptions.MinimumAreaShare"/> to all of the image's, a ratio of width to height log-uniform from 3/4 to
/// 4/3, and a uniform place; what does not fit is drawn again, and after ten tries the largest centred rectangle with the nearest such
/// ratio is taken. The rectangle is resampled bilinearly, with antialiasing where it has more pixels than come out. For all
/// other cursors: the centred rectangle of the size that comes out, pixel by pixel, without resampling; the image as it is where that
/// is its size.
///
/// Images of 256 × 256 pixels and <c>height: 224, width: 224</c> give the usual evaluation on ImageNet: shorter side 256, centre of
/// 224 × 224. Because the centre only leaves pixels out, at most ρ of its pixels differ when ρ of the image's do. Put it
/// before <c>RandomAblation</c>, after any cache.
/// </remarks>
public sealed class RandomResizedCropFlipEstimator : ImageTransformEstimator<RandomResizedCropFlipTransformer>
{
    private readonly RandomResizedCropFlipOptions _options;

    internal RandomResizedCropFlipEstimator(IHostEnvironment env, RandomResizedCropFlipOptions options)
        : base(env.Register(RandomResizedCropFlipTransformer.LoaderSignature), options) => _options = options;

    private protected override RandomResizedCropFlipTransformer MakeTransformer(IHostEnvironment env) => new(env, _options);
}
