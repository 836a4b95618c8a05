namespace Microsoft.ML.Ablation.Sampling;

/// <summary>Uniformly drawn words (<see cref="SubsetSampler"/>), as many as the length of the text says.</summary>
/// <param name="share">How many.</param>
internal sealed class RandomWords(WordShare share) : IWordRetention
{
    private SubsetSampler? _sampler;

    /// <inheritdoc/>
    public ReadOnlySpan<int> Of(IReadOnlyList<string> words, AblationKey key, AblationStage stage, uint sampleIndex)
    {
        if (words.Count == 0)
            return [];
        if (_sampler?.D != words.Count)
            _sampler = new SubsetSampler(words.Count, share.RetainedOf(words.Count));
        return _sampler.Sample(key, stage, sampleIndex);
    }
}
