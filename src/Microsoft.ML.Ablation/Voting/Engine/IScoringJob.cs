using System.Runtime.ExceptionServices;
using Microsoft.ML.Ablation.Sampling;

namespace Microsoft.ML.Ablation.Voting;

/// <summary>Ablations of one row, cut into batches for streams; collects their scores.</summary>
internal interface IScoringJob
{
    EncodedRow Row { get; }

    AblationKey Key { get; }

    /// <summary>The exception of a stream, if one failed.</summary>
    ExceptionDispatchInfo? Failure { get; set; }

    /// <summary>Takes the next batch; null when none is left. Thread-safe.</summary>
    VoteBatch? Next();

    /// <summary>Adds the scores of a batch, slot after slot. Thread-safe.</summary>
    void Add(VoteBatch batch, ReadOnlySpan<float> scores);
}
