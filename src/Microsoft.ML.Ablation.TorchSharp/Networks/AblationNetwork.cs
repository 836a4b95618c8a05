using Microsoft.ML.Ablation.TorchSharp.Scoring;
using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>A network as it is trained and stored: an architecture and its weights in float32.</summary>
/// <remarks>It owns its tensors.</remarks>
internal sealed class AblationNetwork : IDisposable
{
    private readonly Tensor[] _weights;
    private readonly bool[] _isRounded;
    private volatile bool _disposed;

    private AblationNetwork(NetworkArchitecture architecture, NetworkShape shape, IReadOnlyList<ParameterSpec> specs, Tensor[] weights)
    {
        Architecture = architecture;
        Shape = shape;
        _weights = weights;
        _isRounded = [.. specs.Select((spec, index) => spec.Role == ParameterRole.Weight && index < specs.Count - 2)];
        Trained = [.. weights.Where((_, index) => specs[index].IsTrained)];
    }

    public NetworkArchitecture Architecture { get; }

    public NetworkShape Shape { get; }

    /// <summary>All parameters, in the order of <see cref="NetworkArchitecture.ParametersOf"/>.</summary>
    public IReadOnlyList<Tensor> Parameters => _weights;

    /// <summary>The parameters that gradients change.</summary>
    public IReadOnlyList<Tensor> Trained { get; }

    /// <summary>Where the parameters are.</summary>
    /// <exception cref="ObjectDisposedException">The network was disposed.</exception>
    public Device Device
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _weights[0].device;
        }
    }

    /// <summary>Makes a network with these weights.</summary>
    /// <param name="architecture">Its layers.</param>
    /// <param name="shape">A shape without <see cref="NetworkArchitecture.Problem"/>.</param>
    /// <param name="weights">One array per parameter.</param>
    /// <param name="device">Where to put them.</param>
    /// <param name="trainable">Whether gradients are kept.</param>
    public static AblationNetwork Create(NetworkArchitecture architecture, NetworkShape shape, IReadOnlyList<float[]> weights, Device device,
        bool trainable = false)
    {
        TorchRuntime.EnsureLoaded();
        IReadOnlyList<ParameterSpec> specs = architecture.ParametersOf(shape);
        var tensors = new Tensor[specs.Count];
        try
        {
            for (int i = 0; i < tensors.Length; i++)
            {
                // Detached from the scopes of the caller, who may dispose them at any time.
                tensors[i] = TensorMemory.Copy<float>(weights[i], specs[i].Shape, ScalarType.Float32, device).DetachFromDisposeScope();
                tensors[i].requires_grad = trainable && specs[i].IsTrained;
            }
        }
        catch
        {
            foreach (Tensor? tensor in tensors)
                tensor?.Dispose();
            throw;
        }
        return new AblationNetwork(architecture, shape, specs, tensors);
    }

    /// <summary>Scores before softmax.</summary>
    /// <param name="images">Planar images, [count, channels, height, width] of float32, on the network's device.</param>
    /// <param name="training">Whether the batch is trained on.</param>
    /// <returns>[count, classes].</returns>
    /// <exception cref="ObjectDisposedException">The network was disposed.</exception>
    public Tensor Forward(Tensor images, bool training = false)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        using var scope = NewDisposeScope();
        return scope.MoveToOuter(Architecture.Forward(_weights, images, training));
    }

    /// <summary>
    /// Scores before softmax for a step of training, in mixed precision (Micikevicius et al., ICLR 2018): layers but the last compute in
    /// bfloat16 with copies of the weights; the weights, their gradients, normalisations and the last layer stay float32.
    /// </summary>
    /// <param name="images">[count, channels, height, width] of float32, on the network's device.</param>
    /// <returns>[count, classes] of float32.</returns>
    /// <exception cref="ObjectDisposedException">The network was disposed.</exception>
    public Tensor ForwardInMixedPrecision(Tensor images)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        using var scope = NewDisposeScope();
        Tensor[] weights = [.. _weights.Select((weight, index) => _isRounded[index] ? weight.to(ScalarType.BFloat16) : weight)];
        return scope.MoveToOuter(Architecture.Forward(weights, images.to(ScalarType.BFloat16), training: true));
    }

    /// <summary>The form in which the network scores, with weights of its own; the caller disposes it.</summary>
    /// <param name="precision">The number format of all layers but the last.</param>
    public ScoringNetwork ToScoring(ScalarType precision)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return Architecture.ToScoring(Shape, _weights, precision);
    }

    /// <summary>Copies the weights out, one array per parameter.</summary>
    public float[][] ReadWeights()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return [.. _weights.Select(TensorMemory.Read)];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        foreach (Tensor weight in _weights)
            weight.Dispose();
    }
}
