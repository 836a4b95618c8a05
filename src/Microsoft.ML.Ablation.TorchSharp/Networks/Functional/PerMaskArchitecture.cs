using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.ML.Ablation.Files;
using Microsoft.ML.Ablation.Sampling;
using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>
/// A small network of its own for each mask of a fixed family: it sees the values of the retained positions alone, in two fully connected layers with ReLU and one of scores. The
/// cost of a vote grows with the retained positions, not with the size of the image. All networks compute together, as batched matrix products.
/// </summary>
internal sealed partial class PerMaskArchitecture : FixedMaskArchitecture
{
    /// <summary>Outputs of the hidden layers. In measurements 128 gained less than a point, for three times the time.</summary>
    public const int Width = 64;

    /// <summary>A stored network.</summary>
    private PerMaskArchitecture(int masks, int retained, int channels) : base(masks, retained, channels, family: null)
    {
    }

    /// <summary>The network for a family, to be trained.</summary>
    /// <param name="family">The masks.</param>
    /// <param name="channels">Channels, from the first, that are the image's own values.</param>
    public PerMaskArchitecture(MaskFamily family, int channels) : base(family.Count, family.LargestRetainedCount, channels, family)
    {
    }

    public override string Name => string.Create(CultureInfo.InvariantCulture, $"per-mask-{Masks}x{Retained}x{Channels}-fc-{Width}-{Width}");

    /// <summary>The architecture of a stored name; null where it is another.</summary>
    public static PerMaskArchitecture? Parse(string name)
    {
        Match match = NamePattern().Match(name);
        if (!match.Success)
            return null;
        int[] sizes = [.. match.Groups.Values.Skip(1).Select(group => int.TryParse(group.Value, CultureInfo.InvariantCulture, out int size) ? size : 0)];
        var parsed = new PerMaskArchitecture(sizes[0], sizes[1], sizes[2]);
        return sizes.All(size => size > 0) && parsed.Name == name ? parsed : null;
    }

    [GeneratedRegex("^per-mask-([0-9]{1,7})x([0-9]{1,7})x([0-9]{1,4})-fc-", RegexOptions.CultureInvariant)]
    private static partial Regex NamePattern();

    public override IReadOnlyList<ParameterSpec> ParametersOf(NetworkShape shape)
    {
        int seen = checked(Retained * Channels);
        return
        [
            PositionSpec,
            new("fc1.weight", [Masks, seen, Width], seen),
            new("fc1.bias", [Masks, 1, Width], seen),
            new("fc2.weight", [Masks, Width, Width], Width),
            new("fc2.bias", [Masks, 1, Width], Width),
            new("scores.weight", [Masks, Width, shape.Classes], Width),
            new("scores.bias", [Masks, 1, shape.Classes], Width),
        ];
    }

    /// <summary>Weights for ReLU (He, Zhang, Ren and Sun 2015), biases 0; the first layer's as if half of the values were 0.</summary>
    public override float[][] FirstWeights(NetworkShape shape, int seed)
    {
        var random = new Random(seed);
        double[] spreads = [0, Math.Sqrt(4.0 / (Retained * Channels)), 0, Math.Sqrt(2.0 / Width), 0, Math.Sqrt(1.0 / Width), 0];
        float[][] weights = [.. ParametersOf(shape).Select((spec, index) => Normal(random, spec.Count, spreads[index]))];
        weights[0] = PositionsOf(Family);
        return weights;
    }

    /// <summary>Scores of ablated images, each by the network of the mask that retains what the image shows.</summary>
    public override Tensor Forward(IReadOnlyList<Tensor> weights, Tensor images, bool training)
    {
        Tensor positions = weights[0];
        Tensor masks = MasksOf(positions, images);
        Tensor values = Padded(images).gather(2, positions.index_select(0, masks).unsqueeze(1).expand(-1, Channels, -1)).flatten(1);
        // One image by each network: a batch of as many networks as there are images.
        return Layers([.. weights.Skip(1).Select(weight => weight.index_select(0, masks))], values.unsqueeze(1)).squeeze(1);
    }

    public override Tensor ForwardMasks(IReadOnlyList<Tensor> weights, Tensor whole, MaskSet set, Tensor? chosen, bool training)
    {
        Tensor positions = weights[0];
        if (chosen is not null)
            positions = positions.index_select(0, chosen);
        IReadOnlyList<Tensor> layers = [.. weights.Skip(1).Select(weight => chosen is null ? weight : weight.index_select(0, chosen))];
        return Layers(layers, Gather(whole, positions)).transpose(0, 1);
    }

    /// <summary>The values that each mask retains of each image: [masks, count, retained · channels].</summary>
    /// <param name="whole">Whole images, [count, channels, height, width].</param>
    /// <param name="positions">[masks, retained] of Int64.</param>
    public Tensor Gather(Tensor whole, Tensor positions)
    {
        Tensor values = Padded(whole).index_select(2, positions.flatten());
        return values.reshape(whole.shape[0], Channels, positions.shape[0], Retained).permute(2, 0, 1, 3).flatten(2);
    }

    /// <summary>The layers after the values: [masks, count, classes].</summary>
    /// <param name="layers">Weight and bias of each layer.</param>
    /// <param name="values">[masks, count, inputs].</param>
    public static Tensor Layers(IReadOnlyList<Tensor> layers, Tensor values)
    {
        Tensor x = values;
        for (int i = 0; i < layers.Count; i += 2)
        {
            x = x.bmm(layers[i]).add_(layers[i + 1]);
            if (i + 2 < layers.Count)
                x = x.relu_();
        }
        return x;
    }

    public override string Export(OnnxExport export, string images, IReadOnlyList<Tensor> weights)
    {
        using var scope = NewDisposeScope();
        Tensor positions = weights[0].cpu();
        long d = export.Shape.Height * export.Shape.Width;
        // Where a mask has fewer positions than others, the first one stands for none, with weights of 0.
        Tensor isNone = positions.ge(d);
        Tensor first = weights[1].cpu().reshape(Masks, Channels, Retained, Width).masked_fill(isNone.reshape(Masks, 1, Retained, 1), 0).reshape(Masks, Channels * Retained, Width);
        string masks = ExportMasks(export, images, positions);
        string read = export.Node("Gather", [export.Numbers(positions.masked_fill(isNone, 0).contiguous().data<long>().ToArray(), Masks, Retained), masks]);
        read = export.Node("Unsqueeze", [read], OnnxGraph.Several("axes", 1));
        read = Channels == 1 ? read : export.Node("Concat", [.. Enumerable.Repeat(read, Channels)], OnnxGraph.One("axis", 1));
        string values = export.Node("Reshape", [ExportValues(export, images), export.Numbers([0, Channels, d], 3)]);
        string x = export.Node("Unsqueeze", [export.Flatten(export.Node("GatherElements", [values, read], OnnxGraph.One("axis", 2)))], OnnxGraph.Several("axes", 1));
        IReadOnlyList<Tensor> layers = [first, .. weights.Skip(2)];
        for (int i = 0; i < layers.Count; i += 2)
        {
            x = export.Add(export.Node("MatMul", [x, OfMasks(layers[i])]), OfMasks(layers[i + 1]));
            if (i + 2 < layers.Count)
                x = export.Relu(x);
        }
        return export.Node("Squeeze", [x], OnnxGraph.Several("axes", 1));

        string OfMasks(Tensor weight) => export.Node("Gather", [export.Weights(weight), masks]);
    }

    public override ScoringNetwork ToScoring(NetworkShape shape, IReadOnlyList<Tensor> weights, ScalarType precision) => PerMaskScoring.From(this, shape, weights);

    protected override int[] Read(MaskFamily family, int mask) => family.Retained(mask).ToArray();

    private static float[] Normal(Random random, long count, double spread)
    {
        var values = new float[count];
        if (spread > 0)
        {
            for (int i = 0; i < values.Length; i++)
                values[i] = (float)(spread * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        }
        return values;
    }
}
