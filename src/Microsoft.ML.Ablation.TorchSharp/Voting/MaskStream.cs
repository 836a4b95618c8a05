using Microsoft.ML.Ablation.Voting;
using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp.Voting;

/// <summary>One thread's way from rows to the scores of all masks.</summary>
/// <param name="network">The network.</param>
/// <param name="masks">The masks.</param>
internal abstract class MaskStream(ScoringNetwork network, MaskSet masks) : IMaskStream
{
    private readonly float[] _encoded = new float[masks.Encoder.EncodedValues];

    protected ScoringNetwork Network => network;

    protected MaskSet Masks => masks;

    /// <summary>The probabilities of all classes, mask by mask.</summary>
    /// <param name="planar">The row's values in channel-major order.</param>
    public float[] Score(ReadOnlySpan<float> planar)
    {
        using IDisposable inference = inference_mode();
        using var scope = NewDisposeScope();
        masks.Encoder.EncodeAll(planar, _encoded);
        return Score(_encoded);
    }

    public virtual void Dispose()
    {
    }

    protected abstract float[] Score(float[] encoded);
}
