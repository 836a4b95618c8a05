using Microsoft.ML.Ablation.Sampling;

namespace Microsoft.ML.Ablation.Voting;

/// <summary>
/// Counts the base classifier's answers over ablations of one row. A vote is a function of the row, the key, the stage and
/// the sample's index alone, so counts add up however the samples are cut into ranges, batches, threads or machines.
/// </summary>
internal interface IVoteSource : IDisposable
{
    /// <summary>Classes of the base classifier.</summary>
    int ClassCount { get; }

    /// <summary>Counts the answers of each range. May be called from several threads.</summary>
    /// <param name="planar">The row's values in channel-major order, checked by <see cref="AblationEncoder.ReadRow"/>.</param>
    /// <param name="key">The key of the row's ablations.</param>
    /// <param name="ranges">The samples to draw.</param>
    /// <param name="ballot">What to count.</param>
    /// <returns>Per range the counts: of each class, which sum to the range's count, or the contests.</returns>
    int[][] CountVotes(ReadOnlyMemory<float> planar, AblationKey key, IReadOnlyList<SampleRange> ranges, Ballot ballot = Ballot.Plurality);
}
