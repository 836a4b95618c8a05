using Microsoft.ML.Ablation.Sampling;
using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>A fixed family of masks as networks use it on their device: to show whole images through all masks at once.</summary>
internal sealed class MaskSet : IDisposable
{
    private readonly Device _device;
    private Tensor? _seen, _hidden;

    /// <param name="family">The masks.</param>
    /// <param name="encoder">How rows are encoded.</param>
    /// <param name="device">The device.</param>
    public MaskSet(MaskFamily family, AblationEncoder encoder, Device device) => (Family, Encoder, _device) = (family, encoder, device);

    public MaskFamily Family { get; }

    public AblationEncoder Encoder { get; }

    /// <summary>Images through some masks.</summary>
    /// <param name="whole">Encoded whole images, [count, channels, height, width].</param>
    /// <param name="masks">The indices of the masks, [masks] of Int64; null for all.</param>
    /// <returns>The ablations, those of an image side by side: [count · masks, channels, height, width].</returns>
    public Tensor Ablate(Tensor whole, Tensor? masks)
    {
        (Tensor seen, Tensor hidden) = Planes();
        if (masks is not null)
            (seen, hidden) = (seen.index_select(0, masks), hidden.index_select(0, masks));
        return (whole.unsqueeze(1) * seen + hidden).flatten(0, 1);
    }

    /// <summary>The indices of masks as a tensor; null for all.</summary>
    public Tensor? Chosen(int[]? masks) => masks is null
        ? null
        : TensorMemory.Copy<long>(Array.ConvertAll(masks, mask => (long)mask), [masks.Length], ScalarType.Int64, _device);

    public void Dispose()
    {
        _seen?.Dispose();
        _hidden?.Dispose();
    }

    /// <summary>1 where a mask retains a position, [masks, 1, height, width], and what it shows elsewhere, [masks, channels, height, width].</summary>
    private (Tensor Seen, Tensor Hidden) Planes()
    {
        if (_seen is { } made && _hidden is { } with)
            return (made, with);
        ImageShape shape = Encoder.Shape;
        var planes = new float[(long)Family.Count * Family.D];
        for (int n = 0; n < Family.Count; n++)
        {
            foreach (int position in Family.Retained(n))
                planes[(long)n * Family.D + position] = 1;
        }
        using IDisposable _ = no_grad();
        using var scope = NewDisposeScope();
        Tensor seen = TensorMemory.Copy<float>(planes, [Family.Count, 1, shape.Height, shape.Width], ScalarType.Float32, _device);
        Tensor nothing = TensorMemory.Copy<float>(Encoder.Null, [1, Encoder.EncodedChannels, 1, 1], ScalarType.Float32, _device);
        _hidden = (nothing * (1 - seen)).DetachFromDisposeScope();
        _seen = seen.DetachFromDisposeScope();
        return (_seen, _hidden);
    }
}
