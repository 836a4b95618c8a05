using Microsoft.ML.Runtime;

namespace Microsoft.ML.Ablation;

/// <summary>
/// Keeps <c>k</c> random positions of each row, drawn uniformly without replacement, and replaces the others by NULL, a value
/// that looks like no real one (Levine and Feizi, AAAI 2020).
/// </summary>
/// <remarks>
/// <format type="text/markdown">
/// | | |
/// | -- | -- |
/// | Input column | a vector of <c>Single</c> of known size: flat (d values), height × width, channels × height × width, or height × width × channels |
/// | Output column | a vector of <c>Single</c>: the same dimensions; with Complement twice the channels, with Presence one more |
/// | Positions | the pixels of an image; the attributes of a table, by its slot names where no groups are given; single slots where nothing tells |
/// | Training | only Mean reads the data, once, for the mean of each channel, or of each slot of groups |
/// </format>
/// </remarks>
public sealed class RandomAblationEstimator : AblationEstimator<RandomAblationTransformer>
{
    private readonly RandomAblationOptions _options;
    private readonly ulong _seed;

    internal RandomAblationEstimator(IHostEnvironment env, RandomAblationOptions options)
        : base(env, RandomAblationTransformer.LoaderSignature, options)
    {
        _options = options;
        _seed = Seeds.Resolve(options.Seed, Host);
    }

    private protected override RandomAblationTransformer Make(AblationRows rows, FittedAblation fitted)
        => new(Host, _options, fitted, _seed);
}
