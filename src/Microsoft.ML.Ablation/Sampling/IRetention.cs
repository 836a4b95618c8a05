namespace Microsoft.ML.Ablation.Sampling;

/// <summary>Which positions each ablation retains. An instance may own buffers: use one per thread.</summary>
internal interface IRetention
{
    /// <summary>The retained positions of one ablation; valid until the next call.</summary>
    /// <param name="key">The key of the row.</param>
    /// <param name="stage">What the ablation is for.</param>
    /// <param name="sampleIndex">The number of the ablation within its stage; of a fixed family, the mask.</param>
    ReadOnlySpan<int> Of(AblationKey key, AblationStage stage, uint sampleIndex);
}
