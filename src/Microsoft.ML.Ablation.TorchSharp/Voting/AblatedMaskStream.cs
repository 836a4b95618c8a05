using Microsoft.ML.Ablation.Voting;
using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp.Voting;

/// <summary>
/// For a network that takes ablated images: masks in batches of one size, in memory that the network reads. Only the pixels that a mask retains are written for a row, and become
/// NULL again where the next batch has another mask.
/// </summary>
internal sealed class AblatedMaskStream : MaskStream
{
    private readonly EncodedRow _null;
    private readonly Tensor _memory;
    private readonly Tensor _pixels;
    private readonly int[] _shown;
    private readonly int _sampleSize;

    /// <param name="network">The network.</param>
    /// <param name="masks">The masks.</param>
    /// <param name="batchSize">Masks scored together.</param>
    public AblatedMaskStream(ScoringNetwork network, MaskSet masks, int batchSize)
        : base(network, masks)
    {
        _null = EncodedRow.From(masks.Encoder.Null, masks.Encoder.EncodedChannels, network.Precision.ToValueFormat());
        NetworkShape shape = network.Shape;
        _sampleSize = shape.Height * shape.Width * _null.PixelSize;
        _memory = zeros([batchSize, shape.Height, shape.Width, shape.Channels], network.Precision, CPU).DetachFromDisposeScope();
        _pixels = network.Device.type == global::TorchSharp.DeviceType.CPU ? _memory : zeros_like(_memory, device: network.Device).DetachFromDisposeScope();
        _shown = new int[batchSize];
        Array.Fill(_shown, -1);
        Span<byte> bytes = _memory.bytes;
        for (int i = 0; i < bytes.Length; i += _null.PixelSize)
            _null.Bytes.CopyTo(bytes[i..]);
    }

    protected override float[] Score(float[] encoded)
    {
        EncodedRow row = EncodedRow.From(encoded, Masks.Encoder.EncodedChannels, Network.Precision.ToValueFormat());
        int classes = Network.Shape.Classes, masks = Masks.Family.Count;
        var scores = new float[masks * classes];
        for (int first = 0; first < masks; first += _shown.Length)
        {
            int count = Math.Min(_shown.Length, masks - first);
            Fill(row, first, count);
            if (!ReferenceEquals(_pixels, _memory))
                _pixels.copy_(_memory);
            // Whole batches, so that the arithmetic is always the same.
            float[] all = TensorMemory.Read(Network.Forward(_pixels).softmax(1));
            all.AsSpan(0, count * classes).CopyTo(scores.AsSpan(first * classes));
        }
        return scores;
    }

    private void Fill(EncodedRow row, int first, int count)
    {
        Span<byte> all = _memory.bytes;
        for (int slot = 0; slot < count; slot++)
        {
            Span<byte> sample = all.Slice(slot * _sampleSize, _sampleSize);
            int mask = first + slot;
            if (_shown[slot] != mask && _shown[slot] >= 0)
            {
                foreach (int position in Masks.Family.Retained(_shown[slot]))
                    _null.Bytes.CopyTo(sample[(position * _null.PixelSize)..]);
            }
            foreach (int position in Masks.Family.Retained(mask))
                row.Pixel(position).CopyTo(sample[(position * row.PixelSize)..]);
            _shown[slot] = mask;
        }
    }

    public override void Dispose()
    {
        if (!ReferenceEquals(_pixels, _memory))
            _pixels.Dispose();
        _memory.Dispose();
        base.Dispose();
    }
}
