using Microsoft.ML.Ablation.Files;

namespace Microsoft.ML.Ablation.Onnx.Tests;

/// <summary>Two fully connected layers with a ReLU between, as a file, as a formula, and as a formula in 8-bit integers.</summary>
internal sealed class ToyNetwork
{
    private readonly float[][] _first, _second;
    private readonly float[] _firstBias, _secondBias;

    /// <param name="values">Values of an image.</param>
    /// <param name="hidden">Outputs of the first layer.</param>
    /// <param name="classes">Classes.</param>
    /// <param name="seed">Seed of the weights.</param>
    /// <param name="isExtreme">Whether all weights are as large as one another, so that sums in integers are as large as they get.</param>
    public ToyNetwork(int values, int hidden, int classes, int seed, bool isExtreme = false)
    {
        var random = new Random(seed);
        _first = Matrix(hidden, values);
        _second = Matrix(classes, hidden);
        _firstBias = [.. Enumerable.Range(0, hidden).Select(_ => random.NextSingle() - 0.5f)];
        _secondBias = [.. Enumerable.Range(0, classes).Select(_ => random.NextSingle() - 0.5f)];

        float[][] Matrix(int rows, int columns) => [.. Enumerable.Range(0, rows)
            .Select(_ => Enumerable.Range(0, columns).Select(column => isExtreme ? random.Next(20) == 0 ? -0.5f : 0.5f : random.NextSingle() - 0.5f).ToArray())];
    }

    /// <summary>The file.</summary>
    /// <param name="channels">Channels of its input.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    public byte[] ToFile(int channels, int height, int width)
    {
        OnnxGraph file = new OnnxGraph().Input("images", ["N", channels, height, width]).Output("scores", "N", _second.Length);
        string x = file.Node("Flatten", ["images"], [OnnxGraph.One("axis", 1)]);
        x = file.Node("Relu", [Layer(x, _first, _firstBias, null)]);
        Layer(x, _second, _secondBias, "scores");
        return file.ToArray();

        string Layer(string x, float[][] weights, float[] bias, string? output) => file.Node("Gemm",
            [x, file.Weights(weights.SelectMany(row => row).ToArray(), weights.Length, weights[0].Length), file.Weights(bias, bias.Length)], [OnnxGraph.One("transB", 1)], output);
    }

    /// <summary>Outputs of the first layer.</summary>
    public float[] Hidden(float[] image) => [.. _first.Zip(_firstBias, (weights, bias) => Math.Max(0, (float)(weights.Zip(image, (w, x) => (double)w * x).Sum() + bias)))];

    public float[] Score(float[] image)
    {
        float[] hidden = Hidden(image);
        return [.. _second.Zip(_secondBias, (weights, bias) => (float)(weights.Zip(hidden, (w, x) => (double)w * x).Sum() + bias))];
    }

    /// <summary>Scores by whole numbers: one sum for each output, in 64 bits.</summary>
    /// <param name="image">The values of an image.</param>
    /// <param name="input">How they become bytes.</param>
    /// <param name="hidden">How outputs of the first layer do.</param>
    public float[] ScoreInIntegers(float[] image, QuantizedRange input, QuantizedRange hidden)
    {
        long[] x = [.. input.Round(image).Select(value => (long)value - input.Zero)];
        (long Sum, float Scale)[] first = [.. _first.Zip(_firstBias, (weights, bias) => Sum(x, input.Scale, weights, bias))];
        long[] y = [.. first.Select(output => Math.Clamp((long)MathF.Round(output.Sum * (output.Scale / hidden.Scale)), 0, byte.MaxValue))];
        return [.. _second.Zip(_secondBias, (weights, bias) => Sum(y, hidden.Scale, weights, bias)).Select(output => output.Sum * output.Scale)];
    }

    private static (long Sum, float Scale) Sum(long[] values, float scale, float[] weights, float bias)
    {
        float own = weights.Max(Math.Abs) / 64;
        return (values.Zip(weights, (value, weight) => value * (long)MathF.Round(weight / own)).Sum() + (long)Math.Round(bias / (double)(scale * own)), scale * own);
    }
}
