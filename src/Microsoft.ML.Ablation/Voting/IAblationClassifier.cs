namespace Microsoft.ML.Ablation.Voting;

/// <summary>
/// A fitted model that counts votes by itself, faster than through a data view. A certifier asks it directly where it is the <c>Model</c> of an
/// <see cref="ISingleFeaturePredictionTransformer{TModel}"/> that ends the base classifier and reads the ablated column, and where positions are no groups.
/// </summary>
public interface IAblationClassifier
{
    /// <summary>Makes a source of votes; the caller disposes it. Cursors share it, in any number of threads.</summary>
    /// <param name="encoder">How ablations are shown to the base classifier.</param>
    /// <param name="retainedCount">The number k of retained positions.</param>
    /// <param name="memoryLimit">Bytes that batches may take, weights not counted; null for the model's own choice.</param>
    /// <param name="threads">The most threads on a processor; null for one per core.</param>
    /// <exception cref="ArgumentException">The encoded row does not fit the model's input, or not one sample fits the limit.</exception>
    IVoteSource CreateVoteSource(AblationEncoder encoder, int retainedCount, long? memoryLimit, int? threads = null);
}
