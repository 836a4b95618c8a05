using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>
/// Several networks whose scores are averaged. The mean varies less than each of them from one training, and from one ablation, to another, so that votes agree more
/// (Horváth et al., "Boosting Randomized Smoothing with Variance Reduced Classifiers", ICLR 2022). It is one function of the ablated image, so certificates hold.
/// </summary>
/// <param name="parts">The networks, two or more.</param>
internal sealed class MeanArchitecture(IReadOnlyList<FunctionalArchitecture> parts) : FunctionalArchitecture
{
    private const string Prefix = "mean-of(", Suffix = ")";
    private const char Separator = ',';

    public override string Name => Prefix + string.Join(Separator, parts.Select(part => part.Name)) + Suffix;

    /// <summary>The networks.</summary>
    public IReadOnlyList<FunctionalArchitecture> Parts => parts;

    public override string? ProblemWithIntegers => parts.Select(part => part.ProblemWithIntegers).FirstOrDefault(problem => problem is not null);

    /// <summary>The architecture of a stored name; null where it is none of these.</summary>
    /// <param name="name">The name.</param>
    /// <param name="find">Finds one of the networks.</param>
    public static MeanArchitecture? Parse(string name, Func<string, FunctionalArchitecture?> find)
    {
        if (!name.StartsWith(Prefix, StringComparison.Ordinal) || !name.EndsWith(Suffix, StringComparison.Ordinal))
            return null;
        FunctionalArchitecture?[] found = [.. name[Prefix.Length..^Suffix.Length].Split(Separator).Select(find)];
        return found.Length < 2 || found.Contains(null) ? null : new MeanArchitecture(found!);
    }

    public override IReadOnlyList<ParameterSpec> ParametersOf(NetworkShape shape)
        => [.. parts.SelectMany((part, i) => part.ParametersOf(shape).Select(spec => spec with { Name = FormattableString.Invariant($"{i}.{spec.Name}") }))];

    public override string? Problem(NetworkShape shape) => parts.Select(part => part.Problem(shape)).FirstOrDefault(problem => problem is not null) ?? base.Problem(shape);

    public override float[][] FirstWeights(NetworkShape shape, int seed) => [.. parts.SelectMany((part, i) => part.FirstWeights(shape, unchecked(seed + i)))];

    public override Tensor Forward(IReadOnlyList<Tensor> weights, Tensor images, bool training)
        => MeanOf([.. Divide(ShapeOf(images, weights), weights).Select((own, i) => parts[i].Forward(own, images, training))]);

    public override ScoringNetwork ToScoring(NetworkShape shape, IReadOnlyList<Tensor> weights, ScalarType precision)
        => new MeanScoring([.. Divide(shape, weights).Select((own, i) => parts[i].ToScoring(shape, own, precision))]);

    public override string Export(OnnxExport export, string images, IReadOnlyList<Tensor> weights)
        => export.Node("Mean", [.. Divide(export.Shape, weights).Select((own, i) => parts[i].Export(export, images, own))]);

    /// <summary>The mean of the scores.</summary>
    /// <param name="scores">Of each network, [count, classes].</param>
    internal static Tensor MeanOf(Tensor[] scores) => stack(scores).mean([0]);

    private static NetworkShape ShapeOf(Tensor images, IReadOnlyList<Tensor> weights)
        => new((int)images.shape[1], (int)images.shape[2], (int)images.shape[3], (int)weights[^1].shape[0]);

    /// <summary>The weights of each network.</summary>
    private IEnumerable<Tensor[]> Divide(NetworkShape shape, IReadOnlyList<Tensor> weights)
    {
        int first = 0;
        foreach (FunctionalArchitecture part in parts)
        {
            int count = part.ParametersOf(shape).Count;
            yield return [.. weights.Skip(first).Take(count)];
            first += count;
        }
    }
}
