using Microsoft.ML.Ablation.Voting;
using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp.Voting;

/// <summary>One stream of batches: memory that is refilled for each batch, and the scores of the last batch.</summary>
internal sealed class VoteStream(NetworkVoter voter, int batchSize) : IBatchStream
{
    private readonly AblatedBatch _ablations = new(voter, batchSize);
    private readonly float[] _scores = new float[batchSize * voter.ClassCount];

    /// <summary>The base classifier's scores for each slot of a batch, slot after slot; valid until the next call.</summary>
    public ReadOnlySpan<float> Score(IScoringJob job, VoteBatch batch)
    {
        using IDisposable inference = inference_mode();
        using var scope = NewDisposeScope();
        _ablations.Fill(job.Row, job.Key, batch);
        // Votes need whole batches, so that their arithmetic is always the same.
        Tensor pixels = batch.SingleSamples.IsEmpty
            ? _ablations.Pixels
            : _ablations.Pixels.narrow(0, 0, SingleSampleJob.BatchSizeFor(batch.End, batchSize));
        voter.Network.Forward(pixels).contiguous().data<float>().CopyTo(_scores);
        return _scores;
    }

    public void Dispose() => _ablations.Dispose();
}
