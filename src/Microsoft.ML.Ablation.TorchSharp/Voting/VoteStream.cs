using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp.Voting;

/// <summary>One stream of batches: memory that is filled again and again, and the answers of the last batch.</summary>
internal sealed class VoteStream(NetworkVoter voter, int batchSize) : IDisposable
{
    private readonly AblatedBatch _ablations = new(voter, batchSize);
    private readonly long[] _classes = new long[batchSize];

    /// <summary>The base classifier's class for each slot of a batch; valid until the next call.</summary>
    public ReadOnlySpan<long> Classify(VoteJob job, VoteBatch batch)
    {
        using IDisposable inference = inference_mode();
        using var scope = NewDisposeScope();
        _ablations.Fill(job.Row, job.Key, batch);
        voter.Network.Forward(_ablations.Pixels).argmax(1).data<long>().CopyTo(_classes);
        return _classes;
    }

    public void Dispose() => _ablations.Dispose();
}
