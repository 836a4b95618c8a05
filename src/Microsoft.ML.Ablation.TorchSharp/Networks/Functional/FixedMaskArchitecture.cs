using Microsoft.ML.Ablation.Files;
using Microsoft.ML.Ablation.Sampling;
using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>A network that was made for a fixed family of masks, and reads the positions that each of them retains from whole images.</summary>
/// <remarks>
/// The first parameter has the positions of each mask in the order in which they are read, filled up with d, the number of positions; they are not trained. A network alone with an
/// ablated image finds the mask by the positions that are not NULL. Scores are computed in float32.
/// </remarks>
/// <param name="masks">N, the number of masks.</param>
/// <param name="retained">The most positions of a mask.</param>
/// <param name="channels">Channels, from the first, that are the image's own values.</param>
/// <param name="family">The masks; null for a network that was stored.</param>
internal abstract class FixedMaskArchitecture(int masks, int retained, int channels, MaskFamily? family) : FunctionalArchitecture
{
    public int Masks => masks;

    public int Retained => retained;

    public int Channels => channels;

    protected MaskFamily Family => family ?? throw new InvalidOperationException("Only a network that was made for a family has first weights.");

    public override ScoringPrecision Resolve(ScoringPrecision precision, Device device, bool hasRows) => ScoringPrecision.Float32;

    public override string ProblemWithIntegers => "scores all masks in one pass, which integers cannot do";

    public override string? Problem(NetworkShape shape) => base.Problem(shape) ?? (channels > shape.Channels
        ? $"it reads {channels} channels, but images have {shape.Channels}"
        : null);

    public abstract override Tensor ForwardMasks(IReadOnlyList<Tensor> weights, Tensor whole, MaskSet set, Tensor? chosen, bool training);

    /// <summary>Why the network cannot score the masks of a family; null where it can.</summary>
    /// <param name="asked">The family.</param>
    /// <param name="positions">The network's first parameter.</param>
    public string? ProblemWith(MaskFamily asked, float[] positions)
        => asked.Count == masks && asked.LargestRetainedCount == retained && positions.AsSpan().SequenceEqual(PositionsOf(asked))
            ? null
            : $"the network was made for the {masks} masks that it was trained on, but is asked about other masks ({asked})";

    /// <summary>The positions of a mask in the order in which the network reads them.</summary>
    protected abstract int[] Read(MaskFamily family, int mask);

    protected ParameterSpec PositionSpec => new("positions", [masks, retained], 1, ParameterRole.Fixed);

    /// <summary>The first parameter for a family.</summary>
    protected float[] PositionsOf(MaskFamily family)
    {
        var positions = new float[masks * retained];
        Array.Fill(positions, family.D);
        for (int n = 0; n < masks; n++)
        {
            int[] read = Read(family, n);
            for (int i = 0; i < read.Length; i++)
                positions[n * retained + i] = read[i];
        }
        return positions;
    }

    /// <summary>The image's own values with a 0 behind the last position, which stands for no position: [count, channels, d + 1].</summary>
    /// <param name="images">[count, channels, height, width], whole or ablated.</param>
    protected Tensor Padded(Tensor images) => nn.functional.pad(images.narrow(1, 0, channels).flatten(2), [0L, 1L]);

    /// <summary>The mask of each ablated image, [count] of Int64: the one that agrees best with the positions that are not NULL.</summary>
    protected Tensor MasksOf(Tensor positions, Tensor images)
    {
        Tensor shown = images.ne(0).any(1).flatten(1).to(ScalarType.Float32);
        Tensor seen = SeenBy(positions, shown.shape[1]);
        return (2 * shown.mm(seen.t()) - seen.sum(1)).argmax(1);
    }

    /// <summary>What <see cref="MasksOf"/> finds, in an ONNX file: [batch] of Int64.</summary>
    protected string ExportMasks(OnnxExport export, string images, Tensor positions)
    {
        using var scope = NewDisposeScope();
        Tensor seen = SeenBy(positions, export.Shape.Height * export.Shape.Width);
        string size = export.Node("ReduceSum", [export.Node("Abs", [images])], OnnxGraph.Several("axes", 1), OnnxGraph.One("keepdims", 0));
        string shown = export.Node("Cast", [export.Node("Greater", [export.Flatten(size), export.Weights(zeros([1]))])], OnnxGraph.One("to", OnnxGraph.Float));
        string agreement = export.Linear(shown, 2 * seen, -seen.sum(1));
        return export.Node("ArgMax", [agreement], OnnxGraph.One("axis", 1), OnnxGraph.One("keepdims", 0));
    }

    /// <summary>The channels that are the image's own values, in an ONNX file.</summary>
    protected string ExportValues(OnnxExport export, string images) => channels == export.Shape.Channels
        ? images
        : export.Node("Slice", [images, export.Numbers([0], 1), export.Numbers([channels], 1), export.Numbers([1], 1)]);

    /// <summary>1 where a mask retains a position, else 0: [masks, d].</summary>
    private Tensor SeenBy(Tensor positions, long d)
        => zeros([masks, d + 1], ScalarType.Float32, positions.device).scatter_(1, positions, ones_like(positions, ScalarType.Float32)).narrow(1, 0, d);
}
