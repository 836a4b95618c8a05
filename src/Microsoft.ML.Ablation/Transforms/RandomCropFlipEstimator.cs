using Microsoft.ML.Runtime;

namespace Microsoft.ML.Ablation;

/// <summary>
/// Shows trainers every image a little different each time: moved by up to some pixels in each direction, with zeros where nothing
/// was, and mirrored half the time. It is the padded random crop and flip with which the paper trains on CIFAR-10.
/// </summary>
/// <remarks>
/// <format type="text/markdown">
/// | | |
/// | -- | -- |
/// | Input column | a vector of <c>Single</c> of known size: height × width, channels × height × width, or height × width × channels |
/// | Output column | the same type; a flat vector with a declared shape gets its dimensions |
/// | Training | reads no data |
/// </format>
///
/// Put it before <c>RandomAblation</c>, after any cache: only a cursor opened with a <see cref="Random"/>, as trainers open
/// them, sees changed images. Scoring uses each image unchanged.
/// </remarks>
public sealed class RandomCropFlipEstimator : ImageTransformEstimator<RandomCropFlipTransformer>
{
    private readonly RandomCropFlipOptions _options;

    internal RandomCropFlipEstimator(IHostEnvironment env, RandomCropFlipOptions options)
        : base(env.Register(RandomCropFlipTransformer.LoaderSignature), options) => _options = options;

    private protected override RandomCropFlipTransformer MakeTransformer(IHostEnvironment env) => new(env, _options);
}
