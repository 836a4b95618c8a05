using Microsoft.ML.Ablation.Files;
using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>
/// A network whose scores are the mean of another's for an ablated image and for its mirror image. They are a function of the ablated image as before, so certificates hold. It is
/// trained as the other is.
/// </summary>
/// <param name="inner">The other network.</param>
internal sealed class MirroredArchitecture(FunctionalArchitecture inner) : FunctionalArchitecture
{
    private const string Prefix = "mirrored-";
    private const int AcrossImage = 3;

    public override string Name => Prefix + inner.Name;

    /// <summary>The other network.</summary>
    public FunctionalArchitecture Inner => inner;

    public override string? ProblemWithIntegers => inner.ProblemWithIntegers;

    /// <summary>The architecture of a stored name; null where it is none of these.</summary>
    /// <param name="name">The name.</param>
    /// <param name="find">Finds the other network.</param>
    public static MirroredArchitecture? Parse(string name, Func<string, FunctionalArchitecture?> find)
        => name.StartsWith(Prefix, StringComparison.Ordinal) && find(name[Prefix.Length..]) is { } known ? new MirroredArchitecture(known) : null;

    public override IReadOnlyList<ParameterSpec> ParametersOf(NetworkShape shape) => inner.ParametersOf(shape);

    public override string? Problem(NetworkShape shape) => inner.Problem(shape);

    public override float[][] FirstWeights(NetworkShape shape, int seed) => inner.FirstWeights(shape, seed);

    public override Tensor Forward(IReadOnlyList<Tensor> weights, Tensor images, bool training)
        => training ? inner.Forward(weights, images, training) : MeanOfTwins(inner.Forward(weights, WithTwins(images), training));

    public override ScoringNetwork ToScoring(NetworkShape shape, IReadOnlyList<Tensor> weights, ScalarType precision)
        => new MirroredScoring(inner.ToScoring(shape, weights, precision));

    public override string Export(OnnxExport export, string images, IReadOnlyList<Tensor> weights)
    {
        string mirrored = export.Node("Slice", [images, export.Numbers([-1], 1), export.Numbers([long.MinValue], 1), export.Numbers([AcrossImage], 1), export.Numbers([-1], 1)]);
        string both = inner.Export(export, export.Node("Concat", [images, mirrored], OnnxGraph.One("axis", 0)), weights);
        string twins = export.Node("Reshape", [both, export.Numbers([2, -1, export.Shape.Classes], 3)]);
        return export.Node("ReduceMean", [twins], OnnxGraph.Several("axes", 0), OnnxGraph.One("keepdims", 0));
    }

    /// <summary>Images, and after them their mirror images: [2 · count, channels, height, width].</summary>
    internal static Tensor WithTwins(Tensor images) => cat([images, images.flip(AcrossImage)], 0);

    /// <summary>The mean of the scores of each image and its mirror image.</summary>
    /// <param name="scores">[2 · count, classes].</param>
    internal static Tensor MeanOfTwins(Tensor scores) => scores.reshape(2, -1, scores.shape[1]).mean([0]);
}
