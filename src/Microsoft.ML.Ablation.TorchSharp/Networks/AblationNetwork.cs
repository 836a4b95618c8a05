using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>A network in the form in which it is trained and stored: an architecture and its weights in float32.</summary>
/// <remarks>It owns its tensors.</remarks>
internal abstract class AblationNetwork : IDisposable
{
    private volatile bool _disposed;

    /// <param name="architecture">Its layers.</param>
    /// <param name="shape">Its input and output.</param>
    /// <param name="parameters">All tensors; the network becomes their owner.</param>
    /// <param name="trained">The tensors that gradients change.</param>
    protected AblationNetwork(NetworkArchitecture architecture, NetworkShape shape, IReadOnlyList<Tensor> parameters,
        IReadOnlyList<Tensor> trained) => (Architecture, Shape, Parameters, Trained) = (architecture, shape, parameters, trained);

    public NetworkArchitecture Architecture { get; }

    public NetworkShape Shape { get; }

    /// <summary>All tensors, in the order of <see cref="NetworkArchitecture.ParametersOf"/>.</summary>
    public IReadOnlyList<Tensor> Parameters { get; }

    /// <summary>The parameters that gradients change.</summary>
    public IReadOnlyList<Tensor> Trained { get; }

    /// <summary>The device of the parameters.</summary>
    /// <exception cref="ObjectDisposedException">The network was disposed.</exception>
    public Device Device
    {
        get
        {
            CheckAlive();
            return Parameters[0].device;
        }
    }

    /// <summary>Scores before softmax.</summary>
    /// <param name="images">Planar images, [count, channels, height, width] of float32, on the network's device.</param>
    /// <param name="training">Whether this is a step of training.</param>
    /// <returns>[count, classes].</returns>
    /// <exception cref="ObjectDisposedException">The network was disposed.</exception>
    public Tensor Forward(Tensor images, bool training = false)
    {
        CheckAlive();
        using var scope = NewDisposeScope();
        return scope.MoveToOuter(Compute(images, training));
    }

    /// <summary>Scores before softmax of whole images through masks.</summary>
    /// <param name="whole">Encoded whole images, [count, channels, height, width] of float32, on the network's device.</param>
    /// <param name="set">The masks.</param>
    /// <param name="masks">The indices of some, [masks] of Int64; null for all.</param>
    /// <param name="training">Whether this is a step of training.</param>
    /// <returns>[count, masks, classes].</returns>
    /// <exception cref="ObjectDisposedException">The network was disposed.</exception>
    public Tensor ForwardMasks(Tensor whole, MaskSet set, Tensor? masks, bool training = false)
    {
        CheckAlive();
        using var scope = NewDisposeScope();
        return scope.MoveToOuter(ComputeMasks(whole, set, masks, training) ?? Compute(set.Ablate(whole, masks), training).reshape(whole.shape[0], -1, Shape.Classes));
    }

    /// <summary>A copy in the form for scoring; the caller disposes it.</summary>
    /// <param name="precision">The number format of the layers; in networks of this library, of all but the last.</param>
    /// <exception cref="ObjectDisposedException">The network was disposed.</exception>
    public ScoringNetwork ToScoring(ScalarType precision)
    {
        CheckAlive();
        return MakeScoring(precision);
    }

    /// <summary>Copies the weights to new arrays, one per tensor.</summary>
    /// <exception cref="ObjectDisposedException">The network was disposed.</exception>
    public float[][] ReadWeights()
    {
        CheckAlive();
        return [.. Parameters.Select(TensorMemory.Read)];
    }

    /// <summary>Copies the weights to arrays that <see cref="ReadWeights()"/> made.</summary>
    /// <exception cref="ObjectDisposedException">The network was disposed.</exception>
    public void ReadWeights(float[][] weights)
    {
        CheckAlive();
        for (int i = 0; i < Parameters.Count; i++)
            TensorMemory.Read(Parameters[i], weights[i]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        Release();
    }

    /// <exception cref="ObjectDisposedException">The network was disposed.</exception>
    public void CheckAlive() => ObjectDisposedException.ThrowIf(_disposed, this);

    protected abstract Tensor Compute(Tensor images, bool training);

    /// <summary>What <see cref="ForwardMasks"/> gives; null where each ablation is scored as an image.</summary>
    protected virtual Tensor? ComputeMasks(Tensor whole, MaskSet set, Tensor? masks, bool training) => null;

    protected abstract ScoringNetwork MakeScoring(ScalarType precision);

    /// <summary>Frees the tensors; called once.</summary>
    protected virtual void Release()
    {
        foreach (Tensor parameter in Parameters)
            parameter.Dispose();
    }
}
