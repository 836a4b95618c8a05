using Microsoft.ML.Ablation.Voting;

namespace Microsoft.ML.Ablation.Onnx;

/// <summary>One thread's session, and the ablations of its batch.</summary>
internal sealed class OnnxVoteStream : IBatchStream
{
    private readonly bool _takesAnySize;
    private readonly OnnxBatch _batch;
    private readonly AblatedSamples _samples;

    /// <param name="voter">The network and its input.</param>
    /// <param name="batchSize">Samples scored together.</param>
    public OnnxVoteStream(OnnxVoter voter, int batchSize)
    {
        _takesAnySize = voter.Network.Signature.FixedBatch is null;
        _batch = new OnnxBatch(voter.Network, batchSize);
        _samples = new AblatedSamples(voter.Encoder.Positions, voter.RetainedCount, voter.Null, batchSize);
        _samples.Clear(_batch.Images);
    }

    public ReadOnlySpan<float> Score(IScoringJob job, VoteBatch batch)
    {
        _samples.Fill(_batch.Images, job.Row, job.Key, batch);
        // Votes need whole batches, so that their arithmetic is always the same.
        return _batch.Score(_takesAnySize && !batch.SingleSamples.IsEmpty ? SingleSampleJob.BatchSizeFor(batch.End, _batch.Size) : _batch.Size);
    }

    public void Dispose() => _batch.Dispose();
}
