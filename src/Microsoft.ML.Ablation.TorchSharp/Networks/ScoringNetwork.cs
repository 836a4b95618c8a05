using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>
/// A network in its fastest form for scoring: weights in the number format of scoring, images and convolutions with channels
/// running fastest, which saves reordering, and the last layer in float32, which separates near ties between classes. A module of
/// the user's computes as it was written (<see cref="ModuleScoring"/>).
/// </summary>
/// <remarks>
/// It owns its tensors. <see cref="Forward"/> is thread-safe until the network is disposed.
/// </remarks>
internal abstract class ScoringNetwork : IDisposable
{
    private volatile bool _disposed;

    /// <param name="shape">Its input and output.</param>
    /// <param name="weights">The weights; the network becomes their owner.</param>
    /// <param name="arithmetic">The number format of scoring, and how it is computed.</param>
    protected ScoringNetwork(NetworkShape shape, IReadOnlyList<Tensor> weights, ScoringArithmetic arithmetic) =>
        (Shape, Weights, Arithmetic) = (shape, weights, arithmetic);

    public NetworkShape Shape { get; }

    /// <summary>The number format of the input and of all layers but the last, and how layers compute in it.</summary>
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

    /// <summary>The size of these values in bytes.</summary>
    public long WorkingBytes => WorkingValues * SizeOf(Arithmetic.Computed) + (Arithmetic.Rounds ? Shape.Values * SizeOf(Precision) : 0);

    internal IReadOnlyList<Tensor> Weights { get; }

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

    /// <summary>
    /// The most values in memory at once while one image is scored through all masks of the family that the network was made for; null where it was made for none, and takes
    /// ablations as images.
    /// </summary>
    public virtual long? WorkingValuesOfMasks => null;

    /// <summary>Scores before softmax of whole images through all masks; only where <see cref="WorkingValuesOfMasks"/> is not null.</summary>
    /// <param name="whole">Encoded whole images, [count, channels, height, width] of float32, on the network's device.</param>
    /// <param name="set">The masks.</param>
    /// <returns>[count, masks, classes] of float32.</returns>
    /// <exception cref="ObjectDisposedException">The network was disposed.</exception>
    public Tensor ForwardMasks(Tensor whole, MaskSet set)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        using var scope = NewDisposeScope();
        return scope.MoveToOuter(ComputeMasks(whole, set));
    }

    /// <summary>A copy with its own weights; the caller disposes it.</summary>
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
    /// <param name="images">
    /// [count, channels, height, width] with channels running fastest in memory, in the number format in which layers compute.
    /// </param>
    protected internal abstract Tensor Compute(Tensor images);

    /// <summary>What <see cref="ForwardMasks"/> gives.</summary>
    protected virtual Tensor ComputeMasks(Tensor whole, MaskSet set) => throw new NotSupportedException("The network scores ablations as images.");

    protected abstract ScoringNetwork MakeCopy();

    private static int SizeOf(ScalarType format) => format == ScalarType.Float32 ? sizeof(float) : sizeof(ushort);

    /// <summary>Frees the weights; called once.</summary>
    protected virtual void Release()
    {
        foreach (Tensor weight in Weights)
            weight.Dispose();
    }

    /// <summary>Copies of the weights, outside of all scopes.</summary>
    protected Tensor[] Clones() => [.. Weights.Select(weight => weight.clone().DetachFromDisposeScope())];

    /// <summary>
    /// The weights of a fully connected layer after convolutions. Here it reads the channels of a position side by side; in the
    /// trained network it reads the positions of a channel side by side.
    /// </summary>
    protected static Tensor FlatChannelsLast(Tensor weight, int channels) =>
        weight.reshape(weight.shape[0], channels, -1).transpose(1, 2).flatten(1);

    /// <summary>
    /// Copies of weights outside of all scopes, rounded to the number format of scoring except for the last layer's two.
    /// </summary>
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
