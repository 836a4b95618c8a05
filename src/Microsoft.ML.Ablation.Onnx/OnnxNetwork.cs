using System.Numerics.Tensors;
using Microsoft.ML.Ablation.Voting;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Microsoft.ML.Ablation.Onnx;

/// <summary>A file that takes images and scores classes, with what is done to values before. Thread-safe.</summary>
internal sealed class OnnxNetwork
{
    /// <summary>What sessions are opened from: the file, or its like that takes bytes.</summary>
    private byte[] _runs;

    /// <param name="content">The file.</param>
    /// <param name="images">The ablated images.</param>
    /// <param name="options">How it is used.</param>
    /// <param name="device">What computes it.</param>
    /// <param name="path">Where it was, for messages.</param>
    /// <exception cref="InvalidDataException">It is no classifier of images.</exception>
    /// <exception cref="InvalidOperationException">It takes other images, or options name what it has not.</exception>
    public OnnxNetwork(byte[] content, ImageColumn images, OnnxClassifierOptions options, OnnxDevice device = default, string? path = null)
    {
        Name = path is null ? "ONNX file in the model" : $"ONNX file '{path}'";
        Content = _runs = content;
        Device = device;
        Channels = images.Channels;
        Values = images.Values;
        (Means, Deviations) = options.ScalingOf(images.Channels);
        InputRange = new QuantizedRange(1, 0);
        using InferenceSession stored = OpenSession();
        Signature = OnnxFile.Read(stored, images, options, Name);
        Precision = OnnxFile.PrecisionOf(stored);
        SaysAblated = OnnxFile.SaysAblated(stored);
        if (Precision == OnnxPrecision.Int8)
            TakeBytes();
        using var batch = new OnnxBatch(this, Signature.FixedBatch ?? 1, Precision == OnnxPrecision.Int8 ? OpenSession() : stored);
        ReadOnlySpan<float> scores = Try(batch);
        if (Signature.Scores == OnnxScores.Auto)
            Signature = Signature with { Scores = KindOf(scores) };
    }

    /// <summary>Rows are rounded to the bytes of the first layer once, in place of every ablation of them.</summary>
    private void TakeBytes()
    {
        if (new OnnxModel(Content).WithByteInput(Signature.Input) is not { } changed)
            return;
        _runs = changed.Content;
        InputRange = changed.Range;
        Signature = Signature with { Input = changed.Input, InputType = TensorElementType.UInt8 };
    }

    /// <summary>Its twin in 8-bit integers.</summary>
    /// <param name="rows">Encoded values of ablated images in channel-major order, at least of one; they settle the ranges of integers, and are changed.</param>
    /// <exception cref="InvalidDataException">The file has no layers that can be computed in integers.</exception>
    /// <exception cref="InvalidOperationException">There are no images.</exception>
    public OnnxNetwork ToIntegers(IEnumerable<float[]> rows)
    {
        var twin = (OnnxNetwork)MemberwiseClone();
        twin.Content = twin._runs = OnnxQuantization.Quantize(this, rows.Select(row => ToInput(row).Bytes));
        twin.Precision = OnnxPrecision.Int8;
        twin.TakeBytes();
        return twin;
    }

    /// <summary>What messages call it.</summary>
    public string Name { get; }

    public byte[] Content { get; private set; }

    public OnnxSignature Signature { get; private set; }

    /// <summary>How values become bytes, where the input takes these.</summary>
    public QuantizedRange InputRange { get; private set; }

    /// <summary>Bytes of a value of the input.</summary>
    public int ValueSize => Signature.InputType == TensorElementType.UInt8 ? 1 : sizeof(float);

    /// <summary>Int8 where this library made the file so.</summary>
    public OnnxPrecision Precision { get; private set; }

    /// <summary>What computes it.</summary>
    public OnnxDevice Device { get; }

    /// <summary>Whether the file says that it was trained on ablated images.</summary>
    public bool SaysAblated { get; }

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
    public InferenceSession OpenSession() => OnnxFile.Open(_runs, Name, Device);

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
        return Signature.InputType == TensorElementType.UInt8 ? Arrange<byte>(InputRange.Round(encoded)) : Arrange<float>(encoded);
    }

    private EncodedRow Arrange<T>(ReadOnlySpan<T> planar) where T : unmanaged
        => Signature.IsChannelsLast ? EncodedRow.Interleaved(planar, Channels) : EncodedRow.Planar(planar, Channels);

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
                : throw new InvalidDataException($"{Name} gives scores that are no finite numbers for an image of zeros; check its weights and what Means and Deviations say.");
        }
        catch (OnnxRuntimeException e)
        {
            throw new InvalidDataException($"{Name} does not score an image of {Values} values. ONNX Runtime says: {e.Message.Trim()}", e);
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
