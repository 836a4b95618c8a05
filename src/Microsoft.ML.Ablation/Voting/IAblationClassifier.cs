namespace Microsoft.ML.Ablation.Voting;

/// <summary>
/// A fitted model that can count votes by itself, faster than through a data view: it takes ablations as tensors.
/// </summary>
internal interface IAblationClassifier
{
    /// <summary>Makes a source of votes; the caller disposes it.</summary>
    /// <param name="encoder">How rows are read and encoded.</param>
    /// <param name="retainedPixels">The number k of retained positions.</param>
    /// <param name="memoryLimit">Bytes that batches may take, weights not counted; null for the model's own choice.</param>
    /// <param name="threads">The most threads on a processor; null for one per core.</param>
    /// <exception cref="ArgumentException">The encoded row does not fit the model's input, or not one sample fits the limit.</exception>
    IVoteSource CreateVoteSource(AblationEncoder encoder, int retainedPixels, long? memoryLimit, int? threads = null);
}
