using System.Runtime.ExceptionServices;
using Microsoft.ML.Ablation.Sampling;

namespace Microsoft.ML.Ablation.TorchSharp.Voting;

/// <summary>Ablations of one row, cut into batches that streams take one after the other, and what becomes of their scores.</summary>
internal interface IScoringJob
{
    EncodedRow Row { get; }

    AblationKey Key { get; }

    /// <summary>What a stream failed with.</summary>
    ExceptionDispatchInfo? Failure { get; set; }

    /// <summary>The next batch that nobody has taken; null when all are.</summary>
    VoteBatch? Next();

    /// <summary>Takes the scores of a batch's slots, slot after slot. Called from several threads.</summary>
    void Add(VoteBatch batch, ReadOnlySpan<float> scores);
}
