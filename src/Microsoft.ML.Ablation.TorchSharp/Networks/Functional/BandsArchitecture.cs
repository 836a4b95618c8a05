using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.ML.Ablation.Files;
using Microsoft.ML.Ablation.Sampling;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>
/// A convolutional network that scores all bands of an image in one pass. Along the band it is like others, with strides; across, its first three kernels together are as wide as
/// the band and have no padding, and all later ones are one wide: so each column of the output has seen one band and nothing else. Bands share all weights, but for a bias for each
/// by which the network knows where the band lies. Bands of rows have a network of their own, of the same layers, that sees the image transposed.
/// </summary>
/// <remarks>Layers that see no more than a part of an image, as in Brendel and Bethge, "Approximating CNNs with Bag-of-Local-Features Models" (ICLR 2019), here made for bands.</remarks>
internal sealed partial class BandsArchitecture : FixedMaskArchitecture
{
    /// <summary>The convolution of three rows along the band after which it has been seen whole, and where the bias of its place is added.</summary>
    private const int WholeBand = 2;

    private const int PerConvolution = 1 + BatchNormalization.Parameters;

    private static readonly BandConvolution[] s_layers =
    [
        new(64, 1, IsResidual: false), new(64, 2, IsResidual: false), new(128, 2, IsResidual: false),
        new(128, 1, IsResidual: true), new(256, 2, IsResidual: false), new(256, 1, IsResidual: true),
    ];

    private readonly int _width;
    private readonly BandDirection _direction;

    private BandsArchitecture(int masks, int retained, int channels, int width, BandDirection direction, MaskFamily? family)
        : base(masks, retained, channels, family) => (_width, _direction) = (width, direction);

    /// <summary>The network for a family, to be trained.</summary>
    /// <param name="family">The masks.</param>
    /// <param name="image">The image, before the encoding.</param>
    /// <exception cref="InvalidOperationException">The masks are not all bands of one width.</exception>
    public static BandsArchitecture For(MaskFamily family, ImageShape image)
    {
        foreach (BandDirection direction in Enum.GetValues<BandDirection>())
        {
            int width = family.Retained(0).Length / (direction == BandDirection.Rows ? image.Width : image.Height);
            if (width >= 1 && width <= Math.Min(image.Height, image.Width) && AreEqual(family, MaskFamily.Bands(image.Height, image.Width, width, direction)))
                return new BandsArchitecture(family.Count, family.LargestRetainedCount, image.Channels, width, direction, family);
        }
        throw new InvalidOperationException($"Network is Bands, but the ablation has other masks ({family}); use ml.Transforms.BandAblation before the trainer, or another network.");
    }

    public override string Name => string.Create(CultureInfo.InvariantCulture,
        $"bands-{Masks}x{Retained}x{Channels}-{_direction}-{_width}-conv-{string.Join('-', s_layers.Select(layer => layer.Outputs))}");

    /// <summary>The architecture of a stored name; null where it is another.</summary>
    public static BandsArchitecture? Parse(string name)
    {
        Match match = NamePattern().Match(name);
        if (!match.Success)
            return null;
        int masks = Size(1), retained = Size(2), channels = Size(3), width = Size(5);
        var parsed = new BandsArchitecture(masks, retained, channels, width, Enum.Parse<BandDirection>(match.Groups[4].ValueSpan), family: null);
        return Math.Min(Math.Min(masks, retained), Math.Min(channels, width)) > 0 && parsed.Name == name ? parsed : null;

        int Size(int group) => int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex("^bands-([0-9]{1,7})x([0-9]{1,7})x([0-9]{1,4})-(Both|Columns|Rows)-([0-9]{1,5})-conv-", RegexOptions.CultureInvariant)]
    private static partial Regex NamePattern();

    /// <summary>Whether there is a network for the bands of columns, and one for those of rows, which sees the image transposed.</summary>
    private bool[] Transposed => _direction switch
    {
        BandDirection.Columns => [false],
        BandDirection.Rows => [true],
        _ => [false, true],
    };

    public override IReadOnlyList<ParameterSpec> ParametersOf(NetworkShape shape)
    {
        int[] features = [.. Transposed.Select(isTransposed => FeaturesOf(isTransposed ? shape.Width : shape.Height))];
        return
        [
            PositionSpec,
            .. Transposed.SelectMany(isTransposed => LayersOf(isTransposed ? "rows" : "columns", isTransposed ? shape.Height : shape.Width)),
            // The features of columns, then of rows.
            new("scores.weight", [shape.Classes, features.Sum()], features[0]),
            new("scores.bias", [features.Length, shape.Classes], features[0]),
        ];
    }

    private IEnumerable<ParameterSpec> LayersOf(string name, int bands)
    {
        int inputs = Channels;
        for (int i = 0; i < s_layers.Length; i++)
        {
            int outputs = s_layers[i].Outputs;
            yield return new($"{name}.conv{i + 1}.weight", [outputs, inputs, BandConvolution.Along, Across(i)], BandConvolution.Along * Across(i) * inputs);
            foreach (ParameterSpec vector in BatchNormalization.ParametersOf($"{name}.conv{i + 1}", outputs))
                yield return vector;
            inputs = outputs;
        }
        yield return new($"{name}.places", [s_layers[WholeBand].Outputs, 1, bands], 1, ParameterRole.Shift);
    }

    /// <summary>The number of a network's parameters but for the scores.</summary>
    private static int ParametersPerNetwork => s_layers.Length * PerConvolution + 1;

    /// <summary>Columns of a kernel: together the first three see a band.</summary>
    private int Across(int layer) => layer <= WholeBand ? 1 + (_width - 1 + WholeBand - layer) / (WholeBand + 1) : 1;

    private static int FeaturesOf(int length) => s_layers[^1].Outputs * s_layers.Aggregate(length, (rows, layer) => layer.LengthAfter(rows));

    /// <summary>The most values of the input and output of one layer, for all bands.</summary>
    public long LargestLayer(NetworkShape shape) => Transposed.Max(isTransposed =>
    {
        int rows = isTransposed ? shape.Width : shape.Height, columns = (isTransposed ? shape.Height : shape.Width) + _width - 1;
        long before = (long)Channels * rows * columns, most = 0;
        foreach (BandConvolution layer in s_layers)
        {
            rows = layer.LengthAfter(rows);
            long after = (long)layer.Outputs * rows * columns;
            most = Math.Max(most, before + after);
            before = after;
        }
        return most;
    });

    public override string? Problem(NetworkShape shape)
        => base.Problem(shape) ?? (_width > Math.Min(shape.Height, shape.Width) ? $"it was made for bands of {_width}, but images have {shape.Height} × {shape.Width} pixels" : null);

    public override float[][] FirstWeights(NetworkShape shape, int seed)
    {
        float[][] weights = base.FirstWeights(shape, seed);
        weights[0] = PositionsOf(Family);
        return weights;
    }

    /// <summary>Scores of ablated images, each by the band that retains what the image shows.</summary>
    public override Tensor Forward(IReadOnlyList<Tensor> weights, Tensor images, bool training) => OfOwnBands(weights[0], images, Score(weights, images, training));

    /// <summary>Of the scores of all bands those of the band that each ablated image retains: [count, classes].</summary>
    /// <param name="positions">The first parameter.</param>
    /// <param name="images">[count, channels, height, width].</param>
    /// <param name="scores">[count, masks, classes].</param>
    public Tensor OfOwnBands(Tensor positions, Tensor images, Tensor scores)
        => scores.gather(1, MasksOf(positions, images).reshape(-1, 1, 1).expand(-1, 1, scores.shape[2])).squeeze(1);

    public override Tensor ForwardMasks(IReadOnlyList<Tensor> weights, Tensor whole, MaskSet set, Tensor? chosen, bool training)
    {
        Tensor scores = Score(weights, whole, training);
        return chosen is null ? scores : scores.index_select(1, chosen);
    }

    private Tensor Score(IReadOnlyList<Tensor> weights, Tensor images, bool training) => Score(images, weights[^2], weights[^1], (input, network, layer) =>
    {
        int first = 1 + network * ParametersPerNetwork + layer * PerConvolution;
        Tensor output = s_layers[layer].Apply(input, weights[first]);
        output = BatchNormalization.Apply(output, weights, first + 1, training);
        return layer == WholeBand ? output + weights[(network + 1) * ParametersPerNetwork].to(output.dtype) : output;
    });

    /// <summary>The scores of all bands: [count, masks, classes] of float32.</summary>
    /// <param name="images">Encoded images, [count, channels, height, width].</param>
    /// <param name="weight">The weights of the last layer.</param>
    /// <param name="bias">Its biases.</param>
    /// <param name="convolve">The output of a layer before ReLU, by its input, the index of the network and that of the layer.</param>
    public Tensor Score(Tensor images, Tensor weight, Tensor bias, Func<Tensor, int, int, Tensor> convolve)
    {
        Tensor values = images.narrow(1, 0, Channels);
        var scores = new List<Tensor>();
        long read = 0;
        foreach (bool isTransposed in Transposed)
        {
            Tensor x = isTransposed ? values.transpose(2, 3) : values;
            // Bands go on at the first column.
            if (_width > 1)
                x = cat([x, x.narrow(3, 0, _width - 1)], 3);
            for (int layer = 0; layer < s_layers.Length; layer++)
            {
                Tensor y = convolve(x, scores.Count, layer);
                x = (s_layers[layer].IsResidual ? x + y : y).relu_();
            }
            Tensor features = x.permute(0, 3, 1, 2).flatten(2).to(ScalarType.Float32);
            scores.Add(linear(features, weight.narrow(1, read, features.shape[2]), bias[scores.Count]));
            read += features.shape[2];
        }
        return scores.Count == 1 ? scores[0] : cat(scores, 1);
    }

    /// <summary>Weight and bias of every convolution of every network, with normalisations folded; biases [outputs, 1, 1] or, with places, [outputs, 1, bands].</summary>
    public static IEnumerable<Tensor> Fold(IReadOnlyList<Tensor> weights)
    {
        for (int first = 1; first < weights.Count - 2; first += ParametersPerNetwork)
        {
            for (int layer = 0; layer < s_layers.Length; layer++)
            {
                int at = first + layer * PerConvolution;
                (Tensor weight, Tensor bias) = BatchNormalization.Fold(weights[at], weights, at + 1);
                yield return weight;
                bias = bias.reshape(-1, 1, 1);
                yield return layer == WholeBand ? bias + weights[first + ParametersPerNetwork - 1] : bias;
            }
        }
    }

    /// <summary>A convolution with what <see cref="Fold"/> gives.</summary>
    public static Tensor Convolve(IReadOnlyList<Tensor> folded, Tensor input, int network, int layer)
    {
        int at = 2 * (network * s_layers.Length + layer);
        return s_layers[layer].Apply(input, folded[at]).add_(folded[at + 1]);
    }

    private static bool AreEqual(MaskFamily family, MaskFamily other)
        => family.Count == other.Count && Enumerable.Range(0, family.Count).All(n => family.Retained(n).SequenceEqual(other.Retained(n)));

    public override string Export(OnnxExport export, string images, IReadOnlyList<Tensor> weights)
    {
        using var scope = NewDisposeScope();
        Tensor[] folded = [.. Fold(weights)];
        string image = ExportValues(export, images);
        var scores = new List<string>();
        long read = 0;
        foreach (bool isTransposed in Transposed)
        {
            string x = isTransposed ? export.Node("Transpose", [image], OnnxGraph.Several("perm", 0, 1, 3, 2)) : image;
            if (_width > 1)
                x = export.Node("Concat", [x, export.Node("Slice", [x, export.Numbers([0], 1), export.Numbers([_width - 1], 1), export.Numbers([3], 1)])], OnnxGraph.One("axis", 3));
            for (int layer = 0; layer < s_layers.Length; layer++)
            {
                int at = 2 * (scores.Count * s_layers.Length + layer);
                string y = export.Add(export.Convolve(x, folded[at], null, [s_layers[layer].Stride, 1], [BandConvolution.Along / 2, 0]), export.Weights(folded[at + 1].unsqueeze(0)));
                x = export.Relu(s_layers[layer].IsResidual ? export.Add(x, y) : y);
            }
            int features = FeaturesOf(isTransposed ? export.Shape.Width : export.Shape.Height);
            x = export.Node("Reshape", [export.Node("Transpose", [x], OnnxGraph.Several("perm", 0, 3, 1, 2)), export.Numbers([0, isTransposed ? export.Shape.Height : export.Shape.Width, features], 3)]);
            Tensor weight = weights[^2].narrow(1, read, features).t();
            scores.Add(export.Add(export.Node("MatMul", [x, export.Weights(weight)]), export.Weights(weights[^1][scores.Count])));
            read += features;
        }
        string all = scores.Count == 1 ? scores[0] : export.Node("Concat", [.. scores], OnnxGraph.One("axis", 1));
        string own = export.Node("Unsqueeze", [ExportMasks(export, images, weights[0])], OnnxGraph.Several("axes", 1, 2));
        own = export.Node("Concat", [.. Enumerable.Repeat(own, export.Shape.Classes)], OnnxGraph.One("axis", 2));
        return export.Node("Squeeze", [export.Node("GatherElements", [all, own], OnnxGraph.One("axis", 1))], OnnxGraph.Several("axes", 1));
    }

    public override ScoringNetwork ToScoring(NetworkShape shape, IReadOnlyList<Tensor> weights, ScalarType precision) => BandsScoring.From(this, shape, weights);

    protected override int[] Read(MaskFamily family, int mask) => family.Retained(mask).ToArray();
}
