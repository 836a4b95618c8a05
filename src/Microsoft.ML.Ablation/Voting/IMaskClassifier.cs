using Microsoft.ML.Ablation.Sampling;

namespace Microsoft.ML.Ablation.Voting;

/// <summary>
/// A fitted model that scores the masks of a family by itself, faster than through a data view. A certifier asks it under the conditions of <see cref="IAblationClassifier"/>.
/// </summary>
public interface IMaskClassifier
{
    /// <summary>Makes a source of scores; the caller disposes it. Cursors share it, in any number of threads.</summary>
    /// <param name="encoder">How ablations are shown to the base classifier.</param>
    /// <param name="family">The masks.</param>
    /// <param name="memoryLimit">Bytes that batches may take, weights not counted; null for the model's own choice.</param>
    /// <param name="threads">The most threads on a processor; null for one per core.</param>
    /// <exception cref="ArgumentException">The encoded row does not fit the model's input, or not one mask fits the limit.</exception>
    IMaskScoreSource CreateScoreSource(AblationEncoder encoder, MaskFamily family, long? memoryLimit, int? threads = null);
}
