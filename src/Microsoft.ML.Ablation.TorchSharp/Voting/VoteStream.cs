using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp.Voting;

/// <summary>One stream of batches: memory that is filled again and again, and the answers of the last batch.</summary>
internal sealed class VoteStream(NetworkVoter voter, int batchSize) : IDisposable
{
    private readonly AblatedBatch _ablations = new(voter, batchSize);
    private readonly float[] _scores = new float[batchSize * voter.ClassCount];

    /// <summary>The base classifier's scores for each slot of a batch, slot after slot; valid until the next call.</summary>
    public ReadOnlySpan<float> Score(VoteJob job, VoteBatch batch)
    {
        using IDisposable inference = inference_mode();
        using var scope = NewDisposeScope();
        _ablations.Fill(job.Row, job.Key, batch);
        voter.Network.Forward(_ablations.Pixels).contiguous().data<float>().CopyTo(_scores);
        return _scores;
    }

    public void Dispose() => _ablations.Dispose();
}
