using Microsoft.ML.Ablation.Files;

namespace Microsoft.ML.Ablation.Onnx.Tests;

/// <summary>A linear classifier of ablated images, as a file and as a formula.</summary>
internal sealed class ToyClassifier
{
    private readonly float[] _weights;

    /// <param name="channels">Channels after the encoding.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="classes">Classes.</param>
    /// <param name="weightOf">The weight of a value, by its class, channel and position.</param>
    public ToyClassifier(int channels, int height, int width, int classes, Func<int, int, int, float> weightOf)
    {
        (Channels, Height, Width, Classes) = (channels, height, width, classes);
        _weights = [.. Enumerable.Range(0, channels * Positions).SelectMany(value => Enumerable.Range(0, classes).Select(label => weightOf(label, value / Positions, value % Positions)))];
    }

    public int Channels { get; }

    public int Height { get; }

    public int Width { get; }

    public int Classes { get; }

    private int Positions => Height * Width;

    /// <summary>Naive Bayes for digits whose ink is Bernoulli: pixels that are NULL say nothing.</summary>
    public static ToyClassifier OfDigits(float[][] images, int[] labels)
    {
        float[][] ink = [.. Enumerable.Range(0, 10).Select(label => images.Where((_, i) => labels[i] == label).ToArray())
            .Select(own => Enumerable.Range(0, 784).Select(position => Math.Clamp(own.Average(image => image[position]), 0.02f, 0.98f)).ToArray())];
        return new ToyClassifier(2, 28, 28, 10, (label, channel, position) => MathF.Log(channel == 0 ? ink[label][position] : 1 - ink[label][position]));
    }

    public static ToyClassifier Random(int channels, int height, int width, int classes, int seed)
    {
        var random = new Random(seed);
        float[] weights = [.. Enumerable.Range(0, classes * channels * height * width).Select(_ => random.NextSingle() - 0.5f)];
        return new ToyClassifier(channels, height, width, classes, (label, channel, position) => weights[(label * channels + channel) * height * width + position]);
    }

    /// <summary>Scores of an image.</summary>
    /// <param name="planar">Encoded values in channel-major order.</param>
    public float[] Score(ReadOnlySpan<float> planar)
    {
        var scores = new double[Classes];
        for (int value = 0; value < planar.Length; value++)
        {
            for (int label = 0; label < Classes; label++)
                scores[label] += (double)planar[value] * _weights[value * Classes + label];
        }
        return Array.ConvertAll(scores, score => (float)score);
    }

    /// <summary>The file.</summary>
    /// <param name="batch">A number, or a name for a batch of any size.</param>
    /// <param name="layout">The order of the input.</param>
    /// <param name="end">What comes behind the scores, such as Softmax; null for nothing.</param>
    /// <param name="isFlat">Whether the input is [batch, values].</param>
    public byte[] ToFile(object batch, OnnxLayout layout = OnnxLayout.ChannelsFirst, string? end = null, bool isFlat = false)
    {
        object[] shape = isFlat ? [batch, Channels * Positions] : layout == OnnxLayout.ChannelsLast ? [batch, Height, Width, Channels] : [batch, Channels, Height, Width];
        OnnxGraph file = new OnnxGraph().Input("images", shape).Output("scores", batch, Classes);
        string scores = AddTo(file, "images", layout, end is null ? "scores" : null);
        if (end is not null)
            file.Node(end, [scores], [OnnxGraph.One("axis", 1)], "scores");
        return file.ToArray();
    }

    /// <summary>Adds the classifier to a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="images">Its value with the images.</param>
    /// <param name="layout">Their order.</param>
    /// <param name="output">The name of the scores; null for any.</param>
    /// <returns>The name of the scores.</returns>
    public string AddTo(OnnxGraph file, string images, OnnxLayout layout, string? output)
    {
        float[] weights = layout == OnnxLayout.ChannelsLast
            ? [.. Enumerable.Range(0, Channels * Positions).SelectMany(value => _weights.Skip((value % Channels * Positions + value / Channels) * Classes).Take(Classes))]
            : _weights;
        string flat = file.Node("Flatten", [images], [OnnxGraph.One("axis", 1)]);
        return file.Node("MatMul", [flat, file.Weights(weights, Channels * Positions, Classes)], output: output);
    }
}
