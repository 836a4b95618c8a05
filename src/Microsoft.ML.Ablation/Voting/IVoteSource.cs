using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Sampling;

namespace Microsoft.ML.Ablation.Voting;

/// <summary>
/// Counts the base classifier's answers over ablations of one row: what an engine implements. A vote is a function of the row, the key, the stage and
/// the sample's index alone, so counts add up however the samples are cut into ranges, batches, threads or machines.
/// </summary>
/// <remarks>
/// The ablation of a sample retains the positions that <see cref="SubsetSampler.Sample(AblationKey, AblationStage, uint, Span{int})"/> gives for it, and
/// <see cref="AblationEncoder"/> writes what the base classifier is shown. <see cref="Ballots.Add"/> counts an answer.
/// </remarks>
public interface IVoteSource : IDisposable
{
    /// <summary>Classes of the base classifier.</summary>
    int ClassCount { get; }

    /// <summary>How many samples are scored at once, by all threads together: ranges that begin and end at multiples of it keep all threads busy.</summary>
    int SamplesAtOnce { get; }

    /// <summary>How many rows to submit at once, so that everything that counts for this source is busy.</summary>
    int RowsAtOnce => 1;

    /// <summary>Counts the answers of each range. May be called from several threads.</summary>
    /// <param name="planar">The row's values in channel-major order, each one that the encoding can show.</param>
    /// <param name="key">The key of the row's ablations.</param>
    /// <param name="ranges">The samples to draw.</param>
    /// <param name="ballot">What to count.</param>
    /// <returns>Per range the counts: of each class, which sum to the range's count, or the contests.</returns>
    int[][] CountVotes(ReadOnlyMemory<float> planar, AblationKey key, IReadOnlyList<SampleRange> ranges, Ballot ballot = Ballot.Plurality);

    /// <summary>The same without a thread that waits, where votes are counted elsewhere.</summary>
    /// <inheritdoc cref="CountVotes"/>
    Task<int[][]> CountVotesAsync(ReadOnlyMemory<float> planar, AblationKey key, IReadOnlyList<SampleRange> ranges, Ballot ballot = Ballot.Plurality)
        => Task.FromResult(CountVotes(planar, key, ranges, ballot));

    /// <summary>
    /// The answers to single samples: for looking at some ablations again after the row has changed where they show it. They are scored in
    /// other batches than votes, so that an answer between two nearly equal scores may differ from the vote. May be called from several threads.
    /// </summary>
    /// <param name="planar">The row's values in channel-major order, each one that the encoding can show.</param>
    /// <param name="key">The key of the ablations, which need not be the row's own.</param>
    /// <param name="stage">The stage of the samples.</param>
    /// <param name="samples">Their indices.</param>
    /// <returns>The class of each answer.</returns>
    int[] Answer(ReadOnlyMemory<float> planar, AblationKey key, AblationStage stage, ReadOnlyMemory<uint> samples);
}
