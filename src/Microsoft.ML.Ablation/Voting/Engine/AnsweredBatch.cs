using Microsoft.ML.Ablation.Sampling;

namespace Microsoft.ML.Ablation.Voting;

/// <summary>The base classifier's scores for all slots of one batch of a row.</summary>
/// <param name="Key">The key of the row.</param>
/// <param name="Stage">The stage of the samples.</param>
/// <param name="First">The sample of slot 0.</param>
/// <param name="Scores">One score per class, slot after slot.</param>
internal sealed record AnsweredBatch(AblationKey Key, AblationStage Stage, uint First, float[] Scores)
{
    public bool Covers(AblationKey key, VoteBatch batch) => Key == key && Stage == batch.Stage && First == batch.First;
}
