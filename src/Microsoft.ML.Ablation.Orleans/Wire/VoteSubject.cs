using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Voting;
using Orleans;

namespace Microsoft.ML.Ablation.Orleans.Wire;

/// <summary>Which votes are counted, or which scores are computed: those of a model, shown rows of a shape in one way.</summary>
/// <param name="Model">SHA-256 of the model file, in hexadecimal digits.</param>
/// <param name="Dimensions">The dimensions of the feature column.</param>
/// <param name="RetainedCount">The number k of retained positions; 0 where the model has masks of its own, which are scored.</param>
/// <param name="MemoryLimitInMegabytes">What batches may take, which bounds their size.</param>
/// <param name="Ballot">What is counted; of scored masks <see cref="Ballot.Contests"/> where the scores of all classes are needed, else their answers are enough.</param>
[GenerateSerializer, Immutable, Alias("ablation.subject")]
internal sealed record VoteSubject(
    [property: Id(0)] string Model,
    [property: Id(1)] int[] Dimensions,
    [property: Id(2)] int RetainedCount,
    [property: Id(3)] int? MemoryLimitInMegabytes,
    [property: Id(4)] Ballot Ballot)
{
    /// <summary>Whether the masks of the model are scored; else votes are counted.</summary>
    public bool HasFixedMasks => RetainedCount == 0;

    /// <summary>Whether scores of all classes are compared.</summary>
    public bool NeedsScores => Ballot == Ballot.Contests;

    /// <summary>The number of retained positions, in words.</summary>
    public string Ablations => HasFixedMasks ? "fixed masks" : FormattableString.Invariant($"k = {RetainedCount}");

    /// <summary>What the model is asked.</summary>
    public VoteInput Input => new(Dimensions, HasFixedMasks ? null : RetainedCount, MemoryLimitInMegabytes, NeedsScores);

    /// <summary>Equal for equal subjects.</summary>
    public string Name => $"{Model} {string.Join('x', Dimensions)} k={RetainedCount} m={MemoryLimitInMegabytes} {Ballot}";

    /// <summary>Values of a row.</summary>
    public int Values => Dimensions.Aggregate(1, (product, size) => checked(product * size));
}
