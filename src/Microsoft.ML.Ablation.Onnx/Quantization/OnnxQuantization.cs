using System.Numerics.Tensors;
using Microsoft.ML.Ablation.Files;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.Ablation.Onnx;

/// <summary>Makes a classifier's twin in 8-bit integers, with the ranges that values have for given images.</summary>
internal static class OnnxQuantization
{
    private const int GroupSize = 25;

    /// <summary>Makes the twin.</summary>
    /// <param name="network">The classifier.</param>
    /// <param name="images">Ablated images as the file takes them, at least one; all are read.</param>
    /// <exception cref="InvalidDataException">The file has no layers that can be computed in integers.</exception>
    /// <exception cref="InvalidOperationException">There are no images.</exception>
    public static byte[] Quantize(OnnxNetwork network, IEnumerable<byte[]> images)
    {
        // Normalisations become parts of the layers before them, which have to be rounded together.
        var quantizer = new OnnxQuantizer(Fold(network));
        if (!quantizer.HasLayers)
            throw new InvalidDataException($"{network.Name} has no convolution and no fully connected layer with constant weights, so nothing in it can be computed in integers. Use it in float32.");
        return quantizer.Quantize(Measure(network, quantizer, images));
    }

    private static byte[] Fold(OnnxNetwork network)
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            using (SessionOptions options = default(OnnxDevice).ToSessionOptions())
            {
                options.GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_BASIC;
                options.OptimizedModelFilePath = path;
                using var session = new InferenceSession(network.Content, options);
            }
            return File.ReadAllBytes(path);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static Dictionary<string, QuantizedRange> Measure(OnnxNetwork network, OnnxQuantizer quantizer, IEnumerable<byte[]> rows)
    {
        int size = network.Signature.FixedBatch ?? GroupSize, groups = 0, values = quantizer.Measured.Count;
        // The mean of the extremes of groups: the extreme of all is that of one odd image, and makes steps larger for the others.
        var (lowest, highest) = (new double[values], new double[values]);
        using var batch = new OnnxBatch(network, size, OnnxFile.Open(quantizer.ToMeasure(), network.Name, default));
        foreach (byte[][] group in rows.Chunk(GroupSize))
        {
            var (least, most) = (new float[values], new float[values]);
            foreach (byte[][] images in group.Chunk(size))
            {
                // The last batch repeats some images.
                for (int slot = 0; slot < size; slot++)
                    images[slot % images.Length].CopyTo(batch.Images[(slot * images[0].Length)..]);
                using IDisposableReadOnlyCollection<OrtValue> computed = batch.Compute(quantizer.Measured);
                for (int i = 0; i < values; i++)
                {
                    ReadOnlySpan<float> span = computed[i].GetTensorDataAsSpan<float>();
                    least[i] = Math.Min(least[i], TensorPrimitives.Min(span));
                    most[i] = Math.Max(most[i], TensorPrimitives.Max(span));
                }
            }
            for (int i = 0; i < values; i++)
                (lowest[i], highest[i]) = (lowest[i] + least[i], highest[i] + most[i]);
            groups++;
        }
        if (groups == 0)
            throw new InvalidOperationException("There are no images to take the ranges of integers from; give rows of the kind that will be certified.");
        for (int i = 0; i < values; i++)
        {
            if (!double.IsFinite(lowest[i]) || !double.IsFinite(highest[i]))
                throw new InvalidDataException($"The value '{quantizer.Measured[i]}' of {network.Name} is no finite number for some of the images, and has no range; check its weights.");
        }
        return quantizer.Measured.Select((name, i) => (name, Range: QuantizedRange.Of((float)(lowest[i] / groups), (float)(highest[i] / groups))))
            .ToDictionary(pair => pair.name, pair => pair.Range);
    }
}
