using Microsoft.ML.Ablation.Sampling;

namespace Microsoft.ML.Ablation.Voting;

/// <summary>
/// One batch of a row's samples: slot <c>i</c> is sample <c>First + i</c> of the stage, of which slots
/// <c>Start .. End − 1</c> vote.
/// </summary>
/// <param name="Range">The range that the votes belong to.</param>
/// <param name="Stage">The stage of the samples.</param>
/// <param name="First">The sample of slot 0, a multiple of the batch size.</param>
/// <param name="Start">The first slot that votes.</param>
/// <param name="End">The slot after the last that votes.</param>
internal readonly record struct VoteBatch(int Range, AblationStage Stage, uint First, int Start, int End)
{
    /// <summary>
    /// The samples of the slots if they are not consecutive; <see cref="First"/> and the batch's size then have no meaning.
    /// </summary>
    public ReadOnlyMemory<uint> SingleSamples { get; init; }

    /// <summary>The sample of a slot.</summary>
    public uint SampleOf(int slot) => SingleSamples.IsEmpty ? First + (uint)slot : SingleSamples.Span[slot];

    /// <summary>
    /// The number of slots that are drawn for a batch of the given size. Slots that do not vote yet cost no time and may be
    /// needed later; the exact stage has no samples beyond its last.
    /// </summary>
    public int FilledSlots(int batchSize) => Stage == AblationStage.Exact || !SingleSamples.IsEmpty ? End : batchSize;
}
