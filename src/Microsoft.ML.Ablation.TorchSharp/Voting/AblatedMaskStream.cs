using Microsoft.ML.Ablation.Voting;
using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp.Voting;

/// <summary>For a network that takes ablated images: masks in batches of one size, in memory that the network reads.</summary>
internal sealed class AblatedMaskStream : MaskStream
{
    private readonly int _batchSize;
    private readonly MaskedSamples _samples;
    private readonly Tensor _memory;
    private readonly Tensor _pixels;

    /// <param name="network">The network.</param>
    /// <param name="masks">The masks.</param>
    /// <param name="batchSize">Masks scored together.</param>
    public AblatedMaskStream(ScoringNetwork network, MaskSet masks, int batchSize)
        : base(network, masks)
    {
        NetworkShape shape = network.Shape;
        _batchSize = batchSize;
        _memory = zeros([batchSize, shape.Height, shape.Width, shape.Channels], network.Precision, CPU).DetachFromDisposeScope();
        _pixels = network.Device.type == global::TorchSharp.DeviceType.CPU ? _memory : zeros_like(_memory, device: network.Device).DetachFromDisposeScope();
        _samples = new MaskedSamples(masks.Family, EncodedRow.From(masks.Encoder.Null, masks.Encoder.EncodedChannels, network.Precision.ToValueFormat()), batchSize);
        _samples.Clear(_memory.bytes);
    }

    protected override float[] Score(float[] encoded)
    {
        EncodedRow row = EncodedRow.From(encoded, Masks.Encoder.EncodedChannels, Network.Precision.ToValueFormat());
        int classes = Network.Shape.Classes, masks = Masks.Family.Count;
        var scores = new float[masks * classes];
        for (int first = 0; first < masks; first += _batchSize)
        {
            int count = Math.Min(_batchSize, masks - first);
            _samples.Fill(_memory.bytes, row, first, count);
            if (!ReferenceEquals(_pixels, _memory))
                _pixels.copy_(_memory);
            // Whole batches, so that the arithmetic is always the same.
            float[] all = TensorMemory.Read(Network.Forward(_pixels).softmax(1));
            all.AsSpan(0, count * classes).CopyTo(scores.AsSpan(first * classes));
        }
        return scores;
    }

    public override void Dispose()
    {
        if (!ReferenceEquals(_pixels, _memory))
            _pixels.Dispose();
        _memory.Dispose();
        base.Dispose();
    }
}
