using System.Numerics.Tensors;
using Microsoft.ML.Ablation.Voting;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.Ablation.Onnx;

/// <summary>A file that takes images and scores classes, with what is done to values before. Thread-safe.</summary>
internal sealed class OnnxNetwork
{
    private readonly string _name;

    /// <param name="content">The file.</param>
    /// <param name="images">The ablated images.</param>
    /// <param name="options">How it is used.</param>
    /// <param name="path">Where it was, for messages.</param>
    /// <exception cref="InvalidDataException">It is no classifier of images.</exception>
    /// <exception cref="InvalidOperationException">It takes other images, or options name what it has not.</exception>
    public OnnxNetwork(byte[] content, ImageColumn images, OnnxClassifierOptions options, string? path = null)
    {
        _name = path is null ? "ONNX file in the model" : $"ONNX file '{path}'";
        Content = content;
        Channels = images.Channels;
        Values = images.Values;
        (Means, Deviations) = options.ScalingOf(images.Channels);
        using InferenceSession session = OpenSession();
        Signature = OnnxFile.Read(session, images, options, _name);
        using var batch = new OnnxBatch(this, Signature.FixedBatch ?? 1, session);
        ReadOnlySpan<float> scores = Try(batch);
        if (Signature.Scores == OnnxScores.Auto)
            Signature = Signature with { Scores = KindOf(scores) };
    }

    public byte[] Content { get; }

    public OnnxSignature Signature { get; }

    /// <summary>Values per image.</summary>
    public int Values { get; }

    public int Channels { get; }

    /// <summary>What is subtracted from the values of each channel.</summary>
    public float[] Means { get; }

    /// <summary>What they are divided by then.</summary>
    public float[] Deviations { get; }

    /// <summary>
    /// An estimate of the values in memory while one image is scored: ONNX Runtime does not tell it. Networks for images rarely have layers of more than sixteen times their input.
    /// </summary>
    public long WorkingValues => 16L * Values;

    /// <exception cref="InvalidDataException">ONNX Runtime does not take the file.</exception>
    public InferenceSession OpenSession() => OnnxFile.Open(Content, _name);

    /// <summary>Encoded values as the file takes them.</summary>
    /// <param name="encoded">Values in channel-major order, of one image or of one pixel; they are changed.</param>
    public EncodedRow ToInput(Span<float> encoded)
    {
        int positions = encoded.Length / Channels;
        for (int channel = 0; channel < Channels; channel++)
        {
            Span<float> values = encoded.Slice(channel * positions, positions);
            TensorPrimitives.Subtract(values, Means[channel], values);
            TensorPrimitives.Divide(values, Deviations[channel], values);
        }
        return Signature.IsChannelsLast ? EncodedRow.From(encoded, Channels, ValueFormat.Float32) : EncodedRow.Planar(encoded, Channels);
    }

    public static void ToProbabilities(Span<float> scores, OnnxScores kind)
    {
        if (kind == OnnxScores.LogProbabilities)
            TensorPrimitives.Exp(scores, scores);
        if (kind != OnnxScores.Logits)
            return;
        // Without the largest one, exponentials may all be 0.
        TensorPrimitives.Subtract(scores, TensorPrimitives.Max<float>(scores), scores);
        TensorPrimitives.SoftMax(scores, scores);
    }

    private ReadOnlySpan<float> Try(OnnxBatch batch)
    {
        try
        {
            ReadOnlySpan<float> scores = batch.Score(batch.Size)[..Signature.Classes];
            return float.IsFinite(TensorPrimitives.Sum(scores))
                ? scores
                : throw new InvalidDataException($"{_name} gives scores that are no finite numbers for an image of zeros; check its weights and what Means and Deviations say.");
        }
        catch (OnnxRuntimeException e)
        {
            throw new InvalidDataException($"{_name} does not score an image of {Values} values. ONNX Runtime says: {e.Message.Trim()}", e);
        }
    }

    private static OnnxScores KindOf(ReadOnlySpan<float> scores)
    {
        if (AreProbabilities(scores))
            return OnnxScores.Probabilities;
        var exponentials = new float[scores.Length];
        TensorPrimitives.Exp(scores, exponentials);
        return AreProbabilities(exponentials) ? OnnxScores.LogProbabilities : OnnxScores.Logits;

        static bool AreProbabilities(ReadOnlySpan<float> values) => TensorPrimitives.Min(values) >= 0 && Math.Abs(TensorPrimitives.Sum(values) - 1) < 1e-4f;
    }
}
