using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.TorchSharp;
using Microsoft.ML.Ablation.TorchSharp.Scoring;
using Microsoft.ML.Ablation.TorchSharp.Voting;
using Microsoft.ML.Data;
using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.Tool.Bench;

/// <summary>A network that learnt nothing, images of noise, and k: what is measured does not depend on it.</summary>
internal sealed class BenchSubject : IDisposable
{
    private readonly Random _random = new(1);

    private BenchSubject(ImageShape image, int retainedPixels, ScoringNetwork network)
    {
        Image = image;
        RetainedPixels = retainedPixels;
        Network = network;
        var type = new VectorDataViewType(NumberDataViewType.Single, image.Channels, image.Height, image.Width);
        Encoder = new AblationEncoder("Features", FeatureLayout.Resolve("Features", type, null, AblationLayout.Planar),
            AblationEncoding.Complement, means: null, normalizedInput: false);
    }

    public ImageShape Image { get; }

    public int RetainedPixels { get; }

    public ScoringNetwork Network { get; }

    public AblationEncoder Encoder { get; }

    /// <summary>The paper's network for MNIST with k = 45.</summary>
    public static BenchSubject Mnist(ScalarType precision, Device device)
    {
        using ConvolutionalNetwork network = MakeMnistNetwork(device);
        return new BenchSubject(new ImageShape(1, 28, 28), 45, ConvolutionalScoring.From(network, precision));
    }

    /// <summary>The network in the form in which it is trained.</summary>
    public static ConvolutionalNetwork MakeMnistNetwork(Device device)
    {
        var shape = new NetworkShape(2, 28, 28, 10);
        return ConvolutionalNetwork.Create(shape, Weights(ConvolutionalNetwork.ParametersOf(shape), factor: 4), device);
    }

    /// <summary>ResNet-50 for images of 224 × 224 pixels and 1,000 classes, k = 1,000.</summary>
    public static BenchSubject ImageNet(ScalarType precision, Device device)
    {
        var shape = new NetworkShape(6, 224, 224, 1_000);
        ResidualLayers layers = ResidualLayers.ResNet50(shape);
        return new BenchSubject(new ImageShape(3, 224, 224), 1_000,
            ResidualScoring.Create(shape, layers, Weights(layers.ParametersOf(shape), factor: 2.5f), precision, device));
    }

    public NetworkVoter MakeVoter() => new(Network.Copy(), Encoder, RetainedPixels);

    /// <summary>An image of noise, channel-major, in [0, 1].</summary>
    public float[] NextImage() => [.. Enumerable.Range(0, Image.Values).Select(_ => _random.Next(256) / 255f)];

    public static AblationKey KeyOf(float[] image) => AblationKey.Compute(1, image);

    /// <summary>First weights, but larger: a network that gives every ablation the same answer would hide votes that are wrong.</summary>
    private static float[][] Weights(IReadOnlyList<ParameterSpec> parameters, float factor)
        => [.. WeightInitializer.Uniform(parameters, seed: 1).Select(values => Array.ConvertAll(values, value => factor * value))];

    public void Dispose() => Network.Dispose();
}
