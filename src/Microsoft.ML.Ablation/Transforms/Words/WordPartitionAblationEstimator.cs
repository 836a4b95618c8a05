using Microsoft.ML.Runtime;

namespace Microsoft.ML.Ablation;

/// <summary>
/// Shows each text through N disjoint masks of its words. A <c>SmoothedCertifier</c> asks about each of them once, and certifies without chance.
/// </summary>
/// <remarks>
/// <format type="text/markdown">
/// | | |
/// | -- | -- |
/// | Input column | text |
/// | Output column | text: the words of one mask in their order, with single spaces between them |
/// | Masks | by place: word i of the text belongs to mask i mod N; by word: a hash of the word says which |
/// | Certificates | by place: replacing up to ρ words; by word: up to ρ insertions, deletions and moves of a word, a replacement counting as two |
/// | Training | reads no data |
/// </format>
/// </remarks>
public sealed class WordPartitionAblationEstimator : WordAblationEstimator<WordPartitionAblationTransformer>
{
    private readonly WordPartitionAblationOptions _options;

    internal WordPartitionAblationEstimator(IHostEnvironment env, WordPartitionAblationOptions options)
        : base(env, WordPartitionAblationTransformer.LoaderSignature, options)
        => _options = options;

    private protected override WordPartitionAblationTransformer Make() => new(Host, _options);
}
