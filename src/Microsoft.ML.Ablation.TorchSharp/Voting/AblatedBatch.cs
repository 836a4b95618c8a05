using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Voting;
using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp.Voting;

/// <summary>A batch of ablations in the memory that the network reads.</summary>
internal sealed class AblatedBatch : IDisposable
{
    private readonly AblatedSamples _samples;

    /// <param name="voter">The network, on the processor.</param>
    /// <param name="size">Number of samples.</param>
    public AblatedBatch(NetworkVoter voter, int size)
    {
        _samples = new AblatedSamples(voter.Positions, voter.RetainedCount, voter.Null, size);
        Pixels = voter.MakeInput(size);
        _samples.Clear(Pixels.bytes);
    }

    /// <summary>The samples, [count, height, width, channels].</summary>
    public Tensor Pixels { get; }

    /// <summary>Writes the ablations of a batch's slots.</summary>
    /// <param name="row">The row.</param>
    /// <param name="key">The key of its ablations.</param>
    /// <param name="batch">The samples.</param>
    public void Fill(EncodedRow row, AblationKey key, VoteBatch batch) => _samples.Fill(Pixels.bytes, row, key, batch);

    public void Dispose() => Pixels.Dispose();
}
