using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>
/// A network in the form in which it scores fastest: weights in the number format of scoring, images and convolutions with
/// channels running fastest, which lets them run without reordering, and the last layer in float32, so that classes that nearly tie
/// are told apart. A module of the user's computes as it was written (<see cref="ModuleScoring"/>).
/// </summary>
/// <remarks>
/// It owns its tensors. <see cref="Forward"/> may be called from several threads at once as long as nobody disposes the network.
/// </remarks>
internal abstract class ScoringNetwork : IDisposable
{
    private volatile bool _disposed;

    /// <param name="shape">What goes in and comes out.</param>
    /// <param name="weights">Owned from now on.</param>
    /// <param name="arithmetic">The number format of scoring, and how it is computed.</param>
    protected ScoringNetwork(NetworkShape shape, IReadOnlyList<Tensor> weights, ScoringArithmetic arithmetic) =>
        (Shape, Weights, Arithmetic) = (shape, weights, arithmetic);

    public NetworkShape Shape { get; }

    /// <summary>The number format of the input and of all layers but the last, and how it is computed.</summary>
    public ScoringArithmetic Arithmetic { get; }

    /// <summary>The number format of the input and of all layers but the last.</summary>
    public ScalarType Precision => Arithmetic.Format;

    /// <exception cref="ObjectDisposedException">The network was disposed.</exception>
    public Device Device
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return Weights[0].device;
        }
    }

    /// <summary>The most values that are in memory at once while one image is scored, its input included.</summary>
    public abstract long WorkingValues { get; }

    /// <summary>The bytes that these values take.</summary>
    public long WorkingBytes => WorkingValues * SizeOf(Arithmetic.Computed) + (Arithmetic.Rounds ? Shape.Values * SizeOf(Precision) : 0);

    protected IReadOnlyList<Tensor> Weights { get; }

    /// <summary>Scores before softmax.</summary>
    /// <param name="pixels">[count, height, width, channels], in <see cref="Precision"/> and on the network's device.</param>
    /// <returns>[count, classes] of float32.</returns>
    /// <exception cref="ObjectDisposedException">The network was disposed.</exception>
    public Tensor Forward(Tensor pixels)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        using var scope = NewDisposeScope();
        Tensor images = pixels.permute(0, 3, 1, 2);
        return scope.MoveToOuter(Compute(Arithmetic.Rounds ? images.to(Arithmetic.Computed) : images));
    }

    /// <summary>A network with weights of its own; the caller disposes it.</summary>
    public ScoringNetwork Copy()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        using IDisposable _ = no_grad();
        return MakeCopy();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        Release();
    }

    /// <summary>The forward pass.</summary>
    /// <param name="images">[count, channels, height, width] with channels running fastest in memory, in the number format in which layers compute.</param>
    protected abstract Tensor Compute(Tensor images);

    protected abstract ScoringNetwork MakeCopy();

    private static int SizeOf(ScalarType format) => format == ScalarType.Float32 ? sizeof(float) : sizeof(ushort);

    /// <summary>Frees the weights; called once.</summary>
    protected virtual void Release()
    {
        foreach (Tensor weight in Weights)
            weight.Dispose();
    }

    /// <summary>The weights once more, belonging to no scope.</summary>
    protected Tensor[] Clones() => [.. Weights.Select(weight => weight.clone().DetachFromDisposeScope())];

    /// <summary>The weights of a convolution with input channels running fastest in memory; the dimensions stay as they are.</summary>
    protected static Tensor ChannelsLast(Tensor weight) => weight.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);

    /// <summary>
    /// The weights of a fully connected layer behind convolutions: it reads the channels of a position side by side here, and the
    /// positions of a channel in the network as it is trained.
    /// </summary>
    protected static Tensor FlatChannelsLast(Tensor weight, int channels) =>
        weight.reshape(weight.shape[0], channels, -1).transpose(1, 2).flatten(1);

    /// <summary>Copies of weights that belong to no scope, all but the last layer's two rounded to the number format of scoring.</summary>
    protected static Tensor[] Copies(IEnumerable<Tensor> weights, ScoringArithmetic arithmetic)
    {
        Tensor[] copies = [.. weights];
        for (int i = 0; i < copies.Length; i++)
        {
            bool last = i >= copies.Length - 2;
            Tensor copy = copies[i].to(last ? ScalarType.Float32 : arithmetic.Format, copy: true);
            copies[i] = (last ? copy : copy.to(arithmetic.Computed)).DetachFromDisposeScope();
        }
        return copies;
    }
}
