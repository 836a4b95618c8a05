using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>The layers of a network, without their weights.</summary>
internal abstract class NetworkArchitecture
{
    private static readonly Dictionary<ImageNetwork, FunctionalArchitecture> s_builtIn = new()
    {
        [ImageNetwork.Convolutional] = new ConvolutionalArchitecture(normalized: false),
        [ImageNetwork.NormalizedConvolutional] = new ConvolutionalArchitecture(normalized: true),
        [ImageNetwork.CompactResidual] = new ResidualArchitecture("resnet-compact", ResidualLayers.Compact),
        [ImageNetwork.ResNet18] = new ResidualArchitecture("resnet18", ResidualLayers.ResNet18),
        [ImageNetwork.ResNet50] = new ResidualArchitecture("resnet50", ResidualLayers.ResNet50),
        [ImageNetwork.FullyConnected] = new FullyConnectedArchitecture(),
        [ImageNetwork.SparseResidual] = new ResidualArchitecture("resnet-sparse", ResidualLayers.Sparse),
    };

    /// <summary>The name that a model stores.</summary>
    public abstract string Name { get; }

    /// <summary>The architecture of an option.</summary>
    /// <param name="network">The option.</param>
    /// <param name="masked">The fixed masks of the training; null where ablations are random.</param>
    /// <exception cref="InvalidOperationException">The network is for fixed masks, and there are none.</exception>
    public static FunctionalArchitecture Of(ImageNetwork network, MaskedRows? masked = null)
    {
        if (network is not (ImageNetwork.PerMask or ImageNetwork.Bands))
            return s_builtIn[network];
        if (masked is null)
        {
            string ablation = network == ImageNetwork.PerMask ? "PartitionAblation" : "BandAblation";
            throw new InvalidOperationException($"Network is {network}, but no fixed masks come before the trainer; use ml.Transforms.{ablation}, or another network.");
        }
        return network == ImageNetwork.PerMask
            ? new PerMaskArchitecture(masked.Family, masked.Encoder.Shape.Channels)
            : BandsArchitecture.For(masked.Family, masked.Encoder.Shape);
    }

    /// <summary>The architecture of a stored name; null when this version has none.</summary>
    /// <exception cref="InvalidOperationException">
    /// The name belongs to a network of the user's that is not registered.
    /// </exception>
    public static NetworkArchitecture? Find(string name) => name.StartsWith(ModuleArchitecture.Prefix, StringComparison.Ordinal)
        ? AblationNetworks.Get(name[ModuleArchitecture.Prefix.Length..])
        : (NetworkArchitecture?)PerMaskArchitecture.Parse(name) ?? BandsArchitecture.Parse(name) ?? MirroredArchitecture.Parse(name, FindUnmirrored) ?? FindUnmirrored(name);

    /// <summary>The same architecture, whose scores are the mean over an ablated image and its mirror image.</summary>
    /// <exception cref="InvalidOperationException">It has such scores already, or is no network that scores single ablations.</exception>
    public MirroredArchitecture Mirrored() => this is FunctionalArchitecture inner and not (MirroredArchitecture or FixedMaskArchitecture)
        ? new MirroredArchitecture(inner)
        : throw new InvalidOperationException($"The scores of the network '{Name}' cannot be averaged with those of mirror images: "
            + (this is MirroredArchitecture ? "they are already." : "it is a module of your own, or made for fixed masks. Use a network such as SparseResidual."));

    /// <summary>The architecture whose scores are the means of those of several: of all their parts alike, and with those of mirror images where the networks have such scores.</summary>
    /// <param name="networks">Two or more.</param>
    /// <exception cref="InvalidOperationException">Some average with mirror images and some do not, or one is no network that scores single ablations.</exception>
    public static FunctionalArchitecture MeanOf(IReadOnlyList<NetworkArchitecture> networks)
    {
        if (networks.FirstOrDefault(network => network is FixedMaskArchitecture or not FunctionalArchitecture) is { } other)
        {
            throw new InvalidOperationException($"The scores of the network '{other.Name}' cannot be averaged with those of others: it is a module of your own, or made for fixed masks. "
                + "Use networks such as SparseResidual.");
        }
        bool mirrored = networks[0] is MirroredArchitecture;
        if (networks.Any(network => network is MirroredArchitecture != mirrored))
            throw new InvalidOperationException("Some of the networks average their scores with those of mirror images, and some do not; average networks that all do, or none.");
        var mean = new MeanArchitecture([.. networks.Select(network => network is MirroredArchitecture twin ? twin.Inner : (FunctionalArchitecture)network)
            .SelectMany(network => network is MeanArchitecture of ? of.Parts : [network])]);
        return mirrored ? mean.Mirrored() : mean;
    }

    private static FunctionalArchitecture? FindUnmirrored(string name) => MeanArchitecture.Parse(name, FindBuiltIn) ?? FindBuiltIn(name);

    private static FunctionalArchitecture? FindBuiltIn(string name) => s_builtIn.Values.FirstOrDefault(architecture => architecture.Name == name);

    /// <summary>Whether a name belongs to a network of this library, as an option or in a file.</summary>
    public static bool IsReserved(string name) => s_builtIn.Values.Select(architecture => architecture.Name)
        .Concat(Enum.GetNames<ImageNetwork>()).Contains(name, StringComparer.OrdinalIgnoreCase);

    /// <summary>Names and shapes of the tensors, in order.</summary>
    public abstract IReadOnlyList<TensorSpec> ParametersOf(NetworkShape shape);

    /// <summary>The number of values in all tensors.</summary>
    public long ParameterCount(NetworkShape shape) => ParametersOf(shape).Sum(parameter => parameter.Count);

    /// <summary>Why a network cannot have this shape; null when it can.</summary>
    public virtual string? Problem(NetworkShape shape)
    {
        if (shape.Problem() is { } problem)
            return problem;
        return ParameterCount(shape) > int.MaxValue / sizeof(float)
            ? $"a network for images of {shape.Channels} × {shape.Height} × {shape.Width} would have more than 2 GiB of weights; make the images smaller"
            : null;
    }

    /// <summary>The initial weights of a training, one array per tensor.</summary>
    /// <param name="shape">A shape without <see cref="Problem"/>.</param>
    /// <param name="seed">The same seed gives the same values.</param>
    public abstract float[][] FirstWeights(NetworkShape shape, int seed);

    /// <summary>Makes a network with these weights.</summary>
    /// <param name="shape">A shape without <see cref="Problem"/>.</param>
    /// <param name="weights">One array per tensor.</param>
    /// <param name="device">The device of the network.</param>
    /// <param name="trainable">Whether its parameters have gradients.</param>
    public abstract AblationNetwork Create(NetworkShape shape, IReadOnlyList<float[]> weights, Device device, bool trainable = false);

    /// <summary>The number format in which a network scores; never Auto.</summary>
    /// <param name="precision">What is asked for.</param>
    /// <param name="device">Where it scores.</param>
    /// <param name="hasRows">Whether there are rows for the ranges of integers; without them, Auto is no Int8.</param>
    public abstract ScoringPrecision Resolve(ScoringPrecision precision, Device device, bool hasRows = false);

    /// <summary>Why the network cannot be computed in integers; null where it can.</summary>
    public virtual string? ProblemWithIntegers => "is a module of your own, whose layers are not known";
}
