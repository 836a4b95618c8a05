namespace Microsoft.ML.Ablation.Voting;

/// <summary>Counts votes outside of this process.</summary>
internal interface IVoteService
{
    /// <summary>Makes a source of votes for the rows of one cursor; the caller disposes it.</summary>
    /// <param name="input">What the base classifier takes, and how it is asked.</param>
    /// <param name="classCount">Classes of the base classifier.</param>
    IVoteSource CreateVoteSource(VoteInput input, int classCount);

    /// <summary>Makes a source of scores for the masks of the model, for the rows of one cursor; the caller disposes it.</summary>
    /// <inheritdoc cref="CreateVoteSource"/>
    IMaskScoreSource CreateScoreSource(VoteInput input, int classCount);
}

/// <summary>What beside the model decides an ablation's vote.</summary>
/// <param name="Dimensions">The dimensions of the feature column, from which its layout follows.</param>
/// <param name="RetainedCount">The number k of retained positions; null where the model has masks of its own.</param>
/// <param name="MemoryLimitInMegabytes">What batches may take, which bounds their size; null for the model's own choice.</param>
/// <param name="NeedsScores">Whether scores of all classes are compared; else classes are counted.</param>
internal sealed record VoteInput(IReadOnlyList<int> Dimensions, int? RetainedCount, int? MemoryLimitInMegabytes, bool NeedsScores);
