using Microsoft.ML.Runtime;

namespace Microsoft.ML.Ablation;

/// <summary>Subtracts a number from each channel of an image and divides it by another, such as those of <see cref="ImageNetChannels"/>.</summary>
/// <remarks>
/// <format type="text/markdown">
/// | | |
/// | -- | -- |
/// | Input column | a vector of <c>Single</c> of known size: height × width, channels × height × width, or height × width × channels; a flat vector with several channels needs its <c>Shape</c> |
/// | Output column | the same type; a flat vector with a declared shape gets its dimensions |
/// | Training | reads no data |
/// </format>
///
/// ML.NET's <c>ExtractPixels</c> has one offset and scale for all channels, and its normalisers have one for every slot. A pixel
/// depends on the same pixel alone, so certificates count the same pixels. Values leave [0, 1]: set
/// <see cref="AblationOptions.NormalizedInput"/> of the <c>RandomAblation</c> after it.
/// </remarks>
public sealed class NormalizeChannelsEstimator : ImageTransformEstimator<NormalizeChannelsTransformer>
{
    private readonly NormalizeChannelsOptions _options;

    internal NormalizeChannelsEstimator(IHostEnvironment env, NormalizeChannelsOptions options)
        : base(env.Register(NormalizeChannelsTransformer.LoaderSignature), options) => _options = options;

    private protected override NormalizeChannelsTransformer MakeTransformer(IHostEnvironment env) => new(env, _options);
}
