using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp.Voting;

/// <summary>For a network that takes whole images and knows the masks: one forward pass for a row.</summary>
internal sealed class WholeMaskStream(ScoringNetwork network, MaskSet masks) : MaskStream(network, masks)
{
    protected override float[] Score(float[] encoded)
    {
        ImageShape shape = Masks.Encoder.Shape;
        Tensor whole = TensorMemory.Copy<float>(encoded, [1, Masks.Encoder.EncodedChannels, shape.Height, shape.Width], ScalarType.Float32, Network.Device);
        return TensorMemory.Read(Network.ForwardMasks(whole, Masks).softmax(2));
    }
}
