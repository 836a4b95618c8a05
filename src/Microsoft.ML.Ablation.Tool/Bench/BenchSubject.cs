using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.TorchSharp;
using Microsoft.ML.Ablation.TorchSharp.Voting;
using Microsoft.ML.Ablation.Voting;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.Tool.Bench;

/// <summary>A network that learnt nothing, images of noise, and k: what is measured does not depend on it.</summary>
internal sealed class BenchSubject : IDisposable
{
    private static readonly ImageShape s_mnist = new(1, 28, 28);

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
        return new BenchSubject(s_mnist, 45, network.ToScoring(precision));
    }

    /// <summary>The network in the form in which it is trained.</summary>
    public static AblationNetwork MakeMnistNetwork(Device device) => Make(ImageNetwork.Convolutional, s_mnist, classes: 10, factor: 4, device);

    /// <summary>ResNet-50 for images of 224 × 224 pixels and 1,000 classes, k = 1,000.</summary>
    public static BenchSubject ImageNet(ScalarType precision, Device device)
    {
        var image = new ImageShape(3, 224, 224);
        using AblationNetwork network = Make(ImageNetwork.ResNet50, image, classes: 1_000, factor: 1, device);
        return new BenchSubject(image, 1_000, network.ToScoring(precision));
    }

    /// <summary>Any network on the processor, in float32.</summary>
    public static BenchSubject Of(ImageNetwork network, ImageShape image, int classes, int k, float factor)
    {
        using AblationNetwork made = Make(network, image, classes, factor, CPU);
        return new BenchSubject(image, k, made.ToScoring(ScalarType.Float32));
    }

    /// <summary>Votes of a network of this subject's image, in a number format.</summary>
    /// <param name="network">The network.</param>
    /// <param name="precision">The number format; not Auto.</param>
    /// <param name="rows">Ablations that settle the ranges of integers.</param>
    public IVoteSource MakeSource(AblationNetwork network, ScoringPrecision precision, int rows)
    {
        if (precision != ScoringPrecision.Int8)
            return new NetworkVoter(network.ToScoring(precision.ToScalarType()), Encoder, RetainedPixels).CreateSource(memoryLimit: null);
        NetworkShape shape = network.Shape;
        var column = new ImageColumn("Features", shape.Channels, shape.Height, shape.Width, IsInterleaved: false);
        IAblationClassifier integers = OnnxTwin.Make((IHostEnvironment)new MLContext(), column, network, Enumerable.Range(0, rows).Select(_ => NextAblation()));
        return integers.CreateVoteSource(Encoder, RetainedPixels, memoryLimit: null, threads: null);
    }

    private float[] NextAblation()
    {
        float[] image = NextImage(), ablation = new float[2 * image.Length];
        foreach (int position in _random.GetItems([.. Enumerable.Range(0, Image.Positions)], RetainedPixels))
        {
            for (int at = position; at < image.Length; at += Image.Positions)
                (ablation[at], ablation[image.Length + at]) = (image[at], 1 - image[at]);
        }
        return ablation;
    }

    public NetworkVoter MakeVoter() => new(Network.Copy(), Encoder, RetainedPixels);

    /// <summary>An image of noise, channel-major, in [0, 1].</summary>
    public float[] NextImage() => [.. Enumerable.Range(0, Image.Values).Select(_ => _random.Next(256) / 255f)];

    public static AblationKey KeyOf(float[] image) => AblationKey.Compute(1, image);

    /// <summary>First weights, larger by a factor where that keeps a network from giving every ablation the same answer, which would hide wrong votes.</summary>
    public static AblationNetwork Make(ImageNetwork network, ImageShape image, int classes, float factor, Device device)
    {
        FunctionalArchitecture architecture = NetworkArchitecture.Of(network);
        // Complement doubles the channels.
        var shape = new NetworkShape(2 * image.Channels, image.Height, image.Width, classes);
        float[][] weights = architecture.FirstWeights(shape, seed: 1);
        return architecture.Create(shape, [.. weights.Select(values => Array.ConvertAll(values, value => factor * value))], device);
    }

    public void Dispose() => Network.Dispose();
}
