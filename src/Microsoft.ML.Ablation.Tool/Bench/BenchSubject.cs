using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.TorchSharp;
using Microsoft.ML.Ablation.TorchSharp.Scoring;
using Microsoft.ML.Ablation.TorchSharp.Voting;
using Microsoft.ML.Data;
using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.Tool.Bench;

/// <summary>A network with first weights, images of noise, and k: what is measured does not depend on what was learnt.</summary>
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
        var shape = new NetworkShape(2, 28, 28, 10);
        float[][] weights = WeightInitializer.Uniform(ConvolutionalNetwork.ParametersOf(shape), seed: 1);
        using var network = ConvolutionalNetwork.Create(shape, weights, device);
        return new BenchSubject(new ImageShape(1, 28, 28), 45, ConvolutionalScoring.From(network, precision));
    }

    /// <summary>ResNet-50 for images of 224 × 224 pixels and 1,000 classes, k = 1,000.</summary>
    public static BenchSubject ImageNet(ScalarType precision, Device device)
    {
        var shape = new NetworkShape(6, 224, 224, 1_000);
        ResidualLayers layers = ResidualLayers.ResNet50(shape);
        float[][] weights = WeightInitializer.Uniform(layers.ParametersOf(shape), seed: 1);
        return new BenchSubject(new ImageShape(3, 224, 224), 1_000, ResidualScoring.Create(shape, layers, weights, precision, device));
    }

    public NetworkVoter MakeVoter() => new(Network.Copy(), Encoder, RetainedPixels);

    /// <summary>An image of noise, channel-major, in [0, 1].</summary>
    public float[] NextImage() => [.. Enumerable.Range(0, Image.Values).Select(_ => _random.Next(256) / 255f)];

    public static AblationKey KeyOf(float[] image) => AblationKey.Compute(1, image);

    public void Dispose() => Network.Dispose();
}
