namespace Microsoft.ML.Ablation.Sampling;

/// <summary>Which words of a text each ablation retains. An instance may own buffers: use one per thread.</summary>
internal interface IWordRetention
{
    /// <summary>The places of the retained words of one ablation, in any order; valid until the next call.</summary>
    /// <param name="words">All words of the text.</param>
    /// <param name="key">The key of the text.</param>
    /// <param name="stage">What the ablation is for.</param>
    /// <param name="sampleIndex">The number of the ablation within its stage; of fixed masks, the mask.</param>
    ReadOnlySpan<int> Of(IReadOnlyList<string> words, AblationKey key, AblationStage stage, uint sampleIndex);
}
