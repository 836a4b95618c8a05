using Microsoft.ML.Ablation.Sampling;
using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp.Voting;

/// <summary>
/// A batch of ablations in the memory that the network reads. Refilling it costs O(k) per sample, independent of the image size:
/// the pixels retained before become NULL again, then the new ones are written.
/// </summary>
internal sealed class AblatedBatch : IDisposable
{
    private readonly NetworkVoter _voter;
    private readonly SubsetSampler _sampler;
    private readonly int[] _retained;
    private readonly int _sampleSize;

    /// <param name="voter">The network, on the processor.</param>
    /// <param name="size">Number of samples.</param>
    public AblatedBatch(NetworkVoter voter, int size)
    {
        _voter = voter;
        _sampler = new SubsetSampler(voter.Positions, voter.RetainedCount);
        // Initially position 0 counts as retained k times, which makes no difference.
        _retained = new int[checked(size * voter.RetainedCount)];
        _sampleSize = voter.Positions * voter.Null.PixelSize;
        Pixels = voter.MakeInput(size);
        Span<byte> pixels = Pixels.bytes;
        for (int i = 0; i < pixels.Length; i += voter.Null.PixelSize)
            voter.Null.Bytes.CopyTo(pixels[i..]);
    }

    /// <summary>The samples, [count, height, width, channels].</summary>
    public Tensor Pixels { get; }

    /// <summary>Writes the ablations of a batch's slots.</summary>
    /// <param name="row">The row.</param>
    /// <param name="key">The key of its ablations.</param>
    /// <param name="batch">The samples.</param>
    public void Fill(EncodedRow row, AblationKey key, VoteBatch batch)
    {
        Span<byte> all = Pixels.bytes;
        int k = _voter.RetainedCount, pixelSize = row.PixelSize;
        ReadOnlySpan<byte> nothing = _voter.Null.Bytes;
        for (int slot = 0; slot < batch.FilledSlots(_retained.Length / k); slot++)
        {
            Span<byte> sample = all.Slice(slot * _sampleSize, _sampleSize);
            Span<int> retained = _retained.AsSpan(slot * k, k);
            foreach (int position in retained)
                nothing.CopyTo(sample[(position * pixelSize)..]);
            _sampler.Sample(key, batch.Stage, batch.SampleOf(slot), retained);
            foreach (int position in retained)
                row.Pixel(position).CopyTo(sample[(position * pixelSize)..]);
        }
    }

    public void Dispose() => Pixels.Dispose();
}
