namespace Microsoft.ML.Ablation.Voting;

/// <summary>One thread's way from the samples of a batch to their scores.</summary>
internal interface IBatchStream : IDisposable
{
    /// <summary>The scores for each slot of a batch, slot after slot; valid until the next call.</summary>
    ReadOnlySpan<float> Score(IScoringJob job, VoteBatch batch);
}
