using Microsoft.ML.Runtime;

namespace Microsoft.ML.Ablation;

/// <summary>
/// Keeps a random share of the words of each text, drawn uniformly without replacement, and drops the others: a <c>SmoothedCertifier</c> over it gives radii in replaced words.
/// </summary>
/// <remarks>
/// <format type="text/markdown">
/// | | |
/// | -- | -- |
/// | Input column | text |
/// | Output column | text: the retained words in their order, with single spaces between them |
/// | Positions | the words of the text, d of them, which differ from row to row; k = min(d, max(Minimum, ⌈Share · d⌉)) of them are retained |
/// | Certificates | replacing up to ρ words by other words; not inserting or deleting any, which changes d and the places |
/// | Training | reads no data |
/// </format>
/// </remarks>
public sealed class RandomWordAblationEstimator : WordAblationEstimator<RandomWordAblationTransformer>
{
    private readonly RandomWordAblationOptions _options;
    private readonly ulong _seed;

    internal RandomWordAblationEstimator(IHostEnvironment env, RandomWordAblationOptions options)
        : base(env, RandomWordAblationTransformer.LoaderSignature, options)
        => (_options, _seed) = (options, Seeds.Resolve(options.Seed, Host));

    private protected override RandomWordAblationTransformer Make() => new(Host, _options, _seed);
}
