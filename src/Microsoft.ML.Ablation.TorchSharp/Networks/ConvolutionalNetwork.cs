using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>
/// The paper's network for MNIST, for images of any size: two 4×4 convolutions of stride 2 with 64 and 128 channels, then
/// fully connected layers of 500, 100 and one value per class, with ReLU between them.
/// </summary>
/// <remarks>
/// It owns its tensors. <see cref="Forward"/> may be called from several threads at once as long as nobody trains or disposes
/// the network.
/// </remarks>
internal sealed class ConvolutionalNetwork : IDisposable
{
    /// <summary>The name under which the architecture is stored with a model.</summary>
    public const string Architecture = "conv4x4s2-64-128-fc-500-100";

    /// <summary>Channels after the first convolution.</summary>
    public const int FirstChannels = 64;

    /// <summary>Channels after the second convolution.</summary>
    public const int SecondChannels = 128;

    internal static readonly long[] Stride = [2, 2];
    internal static readonly long[] Padding = [1, 1];

    private readonly Tensor[] _parameters;
    private volatile bool _disposed;

    private ConvolutionalNetwork(NetworkShape shape, Tensor[] parameters)
    {
        Shape = shape;
        _parameters = parameters;
    }

    public NetworkShape Shape { get; }

    /// <summary>The parameters, in the order of <see cref="ParametersOf"/>.</summary>
    public IReadOnlyList<Tensor> Parameters => _parameters;

    /// <summary>Where the parameters are.</summary>
    /// <exception cref="ObjectDisposedException">The network was disposed.</exception>
    public Device Device
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _parameters[0].device;
        }
    }

    /// <summary>Names and shapes of the parameters of a network.</summary>
    public static IReadOnlyList<ParameterSpec> ParametersOf(NetworkShape shape)
    {
        const int kernel = 4 * 4;
        int flat = FlatSize(shape);
        (string Layer, long[] Weight, int FanIn)[] layers =
        [
            ("conv1", [FirstChannels, shape.Channels, 4, 4], shape.Channels * kernel),
            ("conv2", [SecondChannels, FirstChannels, 4, 4], FirstChannels * kernel),
            ("fc1", [500, flat], flat),
            ("fc2", [100, 500], 500),
            ("fc3", [shape.Classes, 100], 100),
        ];
        return [.. layers.SelectMany(layer => (ParameterSpec[])
        [
            new($"{layer.Layer}.weight", layer.Weight, layer.FanIn),
            new($"{layer.Layer}.bias", [layer.Weight[0]], layer.FanIn),
        ])];
    }

    /// <summary>
    /// Values that the convolutions give for one image. A 4×4 convolution of stride 2 with padding 1 halves a side, rounding down.
    /// </summary>
    public static int FlatSize(NetworkShape shape) => SecondChannels * (shape.Height / 2 / 2) * (shape.Width / 2 / 2);

    /// <summary>The number of values in all parameters.</summary>
    public static long ParameterCount(NetworkShape shape) => ParametersOf(shape).Sum(parameter => parameter.Count);

    /// <summary>Makes a network with these weights.</summary>
    /// <param name="shape">A shape without <see cref="NetworkShape.Problem"/>.</param>
    /// <param name="weights">One array per parameter.</param>
    /// <param name="device">Where to put them.</param>
    /// <param name="trainable">Whether gradients are kept.</param>
    public static ConvolutionalNetwork Create(NetworkShape shape, IReadOnlyList<float[]> weights, Device device, bool trainable = false)
    {
        TorchRuntime.EnsureLoaded();
        IReadOnlyList<ParameterSpec> specs = ParametersOf(shape);
        var parameters = new Tensor[specs.Count];
        try
        {
            for (int i = 0; i < parameters.Length; i++)
            {
                // Detached from the scopes of the caller, who may dispose them at any time.
                parameters[i] = TensorMemory.Copy<float>(weights[i], specs[i].Shape, ScalarType.Float32, device).DetachFromDisposeScope();
                parameters[i].requires_grad = trainable;
            }
        }
        catch
        {
            foreach (Tensor? parameter in parameters)
                parameter?.Dispose();
            throw;
        }
        return new ConvolutionalNetwork(shape, parameters);
    }

    /// <summary>Scores before softmax.</summary>
    /// <param name="images">Planar images, [count, channels, height, width] of float32, on the network's device.</param>
    /// <returns>[count, classes].</returns>
    /// <exception cref="ObjectDisposedException">The network was disposed.</exception>
    public Tensor Forward(Tensor images)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        using var scope = NewDisposeScope();
        Tensor[] p = _parameters;
        Tensor x = conv2d(images, p[0], p[1], Stride, Padding).relu_();
        x = conv2d(x, p[2], p[3], Stride, Padding).relu_();
        x = x.flatten(1);
        x = linear(x, p[4], p[5]).relu_();
        x = linear(x, p[6], p[7]).relu_();
        return scope.MoveToOuter(linear(x, p[8], p[9]));
    }

    /// <summary>Copies the weights out, one array per parameter, as float32.</summary>
    public float[][] ReadWeights()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return [.. _parameters.Select(TensorMemory.Read)];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        foreach (Tensor parameter in _parameters)
            parameter.Dispose();
    }
}
