using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.TorchSharp;
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
        using AblationNetwork network = MakeMnistNetwork(device);
        return new BenchSubject(new ImageShape(1, 28, 28), 45, network.ToScoring(precision));
    }

    /// <summary>The network in the form in which it is trained.</summary>
    public static AblationNetwork MakeMnistNetwork(Device device)
    {
        var shape = new NetworkShape(2, 28, 28, 10);
        return Make(NetworkArchitecture.Of(ImageNetwork.Convolutional), shape, factor: 4, device);
    }

    /// <summary>ResNet-50 for images of 224 × 224 pixels and 1,000 classes, k = 1,000.</summary>
    public static BenchSubject ImageNet(ScalarType precision, Device device)
    {
        var shape = new NetworkShape(6, 224, 224, 1_000);
        using AblationNetwork network = Make(NetworkArchitecture.Of(ImageNetwork.ResNet50), shape, factor: 1, device);
        return new BenchSubject(new ImageShape(3, 224, 224), 1_000, network.ToScoring(precision));
    }

    public NetworkVoter MakeVoter() => new(Network.Copy(), Encoder, RetainedPixels);

    /// <summary>An image of noise, channel-major, in [0, 1].</summary>
    public float[] NextImage() => [.. Enumerable.Range(0, Image.Values).Select(_ => _random.Next(256) / 255f)];

    public static AblationKey KeyOf(float[] image) => AblationKey.Compute(1, image);

    /// <summary>First weights, larger where that keeps a network from giving every ablation the same answer, which would hide wrong votes.</summary>
    private static AblationNetwork Make(FunctionalArchitecture architecture, NetworkShape shape, float factor, Device device)
    {
        float[][] weights = architecture.FirstWeights(shape, seed: 1);
        return architecture.Create(shape, [.. weights.Select(values => Array.ConvertAll(values, value => factor * value))], device);
    }

    public void Dispose() => Network.Dispose();
}
