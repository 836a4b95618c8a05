using Microsoft.ML.Ablation.TorchSharp.Scoring;
using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>The layers of a network, without their weights.</summary>
internal abstract class NetworkArchitecture
{
    private static readonly NetworkArchitecture[] s_all =
    [
        new ConvolutionalArchitecture(normalized: false), new ConvolutionalArchitecture(normalized: true),
        new ResidualArchitecture("resnet-compact", ResidualLayers.Compact), new ResidualArchitecture("resnet18", ResidualLayers.ResNet18),
        new ResidualArchitecture("resnet50", ResidualLayers.ResNet50),
    ];

    /// <summary>The name under which it is stored with a model.</summary>
    public abstract string Name { get; }

    /// <summary>The architecture that an option names.</summary>
    public static NetworkArchitecture Of(ImageNetwork network) => s_all[(int)network];

    /// <summary>The architecture that is stored under a name; null when this version knows none.</summary>
    public static NetworkArchitecture? Find(string name) => s_all.FirstOrDefault(architecture => architecture.Name == name);

    /// <summary>Names and shapes of the parameters, in order.</summary>
    public abstract IReadOnlyList<ParameterSpec> ParametersOf(NetworkShape shape);

    /// <summary>The number of values in all parameters.</summary>
    public long ParameterCount(NetworkShape shape) => ParametersOf(shape).Sum(parameter => parameter.Count);

    /// <summary>Why no network can have this shape, or null when one can.</summary>
    public string? Problem(NetworkShape shape)
    {
        if (shape.Problem() is { } problem)
            return problem;
        return ParameterCount(shape) > int.MaxValue / sizeof(float)
            ? $"a network for images of {shape.Channels} × {shape.Height} × {shape.Width} would have more than 2 GiB of weights; make the images smaller"
            : null;
    }

    /// <summary>Scores before softmax.</summary>
    /// <param name="weights">One tensor per parameter; the last layer's may have another number format than the others.</param>
    /// <param name="images">[count, channels, height, width], in the number format of all layers but the last.</param>
    /// <param name="training">Whether the batch is trained on, for layers that behave differently then.</param>
    /// <returns>[count, classes], in the last layer's number format.</returns>
    public abstract Tensor Forward(IReadOnlyList<Tensor> weights, Tensor images, bool training);

    /// <summary>The form in which a network scores.</summary>
    public abstract ScoringNetwork ToScoring(NetworkShape shape, IReadOnlyList<Tensor> weights, ScalarType precision);
}
