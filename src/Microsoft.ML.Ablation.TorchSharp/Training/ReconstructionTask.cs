using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Microsoft.ML.Ablation.TorchSharp;

/// <summary>
/// A second task of a network beside classification: to reconstruct the whole image from an ablation, with one further output of
/// its last layer per value.
/// </summary>
/// <param name="weight">The weight of its loss.</param>
/// <param name="shape">The input and output of the network without this task.</param>
/// <param name="valueChannels">The number of encoded channels, from the first, that are the image's own values.</param>
internal sealed class ReconstructionTask(double weight, NetworkShape shape, int valueChannels)
{
    private readonly int _values = valueChannels * shape.Height * shape.Width;

    /// <summary>The task that a training's options ask for; null when they ask for none.</summary>
    /// <exception cref="InvalidOperationException">
    /// The training has no fresh ablations, or the network would be too large.
    /// </exception>
    public static ReconstructionTask? For(TrainingSetup setup)
    {
        double weight = setup.Options.Reconstruction;
        if (weight == 0)
            return null;
        int channels = setup.Set.Description.ValueChannels;
        if (channels == 0)
        {
            throw new InvalidOperationException(
                FormattableString.Invariant($"Reconstruction is {weight}, but {TrainingSet.NothingIsFresh}"));
        }
        var task = new ReconstructionTask(weight, setup.Shape, channels);
        return setup.Architecture.Problem(task.TrainedShape) is { } problem
            ? throw new InvalidOperationException(FormattableString.Invariant($"Reconstruction is {weight}, but {problem}."))
            : task;
    }

    /// <summary>The number of class scores, which are the network's first outputs.</summary>
    public int Classes => shape.Classes;

    /// <summary>The input and output of the network with both tasks.</summary>
    public NetworkShape TrainedShape => shape with { Classes = checked(shape.Classes + _values) };

    /// <summary>Its weighted loss: the mean cross-entropy of the values.</summary>
    /// <param name="outputs">The network's outputs for the ablations, [count, classes + values].</param>
    /// <param name="batch">The batch.</param>
    /// <param name="rows">Its images, from <see cref="ImageBatch.RowsOn"/>.</param>
    /// <exception cref="InvalidOperationException">A value is not from 0 to 1.</exception>
    public Tensor LossOf(Tensor outputs, ImageBatch batch, Tensor rows)
    {
        Tensor values = batch.WholeImagesOf(rows, valueChannels);
        (float least, float most) = (values.min().item<float>(), values.max().item<float>());
        if (least < 0 || most > 1)
        {
            throw new InvalidOperationException(
                FormattableString.Invariant($"Reconstruction is {weight}, which needs values from 0 to 1, but images have values ")
                + FormattableString.Invariant($"from {least} to {most}; set it to 0, or scale the images without normalising them."));
        }
        return weight * binary_cross_entropy_with_logits(outputs.narrow(1, shape.Classes, _values), values);
    }

    /// <summary>Weights of a network without this task, with those of the further outputs added.</summary>
    /// <param name="weights">One array per parameter.</param>
    /// <param name="further">Those of a network with this task; the further outputs are taken from them.</param>
    public static float[][] WithReconstruction(float[][] weights, float[][] further) =>
        [.. weights[..^2], [.. weights[^2], .. further[^2][weights[^2].Length..]], [.. weights[^1], .. further[^1][weights[^1].Length..]]];

    /// <summary>The weights without those of the further outputs.</summary>
    /// <param name="weights">
    /// One array per parameter; the last two are weight, [outputs, inputs], and bias of the last layer.
    /// </param>
    public float[][] WithoutReconstruction(float[][] weights)
    {
        int outputs = weights[^1].Length;
        int inputs = weights[^2].Length / outputs;
        return [.. weights[..^2], weights[^2][..(shape.Classes * inputs)], weights[^1][..shape.Classes]];
    }
}
