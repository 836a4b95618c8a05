using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Onnx;

/// <summary>Ablated rows whose values settle the ranges of integers.</summary>
internal static class AblatedRows
{
    /// <summary>The most rows that are read.</summary>
    public const int Most = 1_000;

    /// <summary>Reads rows, in random order where the data can be shuffled.</summary>
    /// <param name="data">The data behind an ablation.</param>
    /// <param name="features">The ablated column.</param>
    /// <param name="images">Its images.</param>
    /// <param name="seed">Seed of the order and of the ablations.</param>
    /// <returns>Encoded values in channel-major order.</returns>
    public static IEnumerable<float[]> Read(IDataView data, DataViewSchema.Column features, ImageColumn images, int seed)
    {
        using DataViewRowCursor cursor = data.GetRowCursor([features], data.CanShuffle ? new Random(seed) : null);
        ValueGetter<VBuffer<float>> getter = cursor.GetGetter<VBuffer<float>>(features);
        VBuffer<float> image = default;
        for (int rows = 0; rows < Most && cursor.MoveNext(); rows++)
        {
            getter(ref image);
            var planar = new float[images.Values];
            images.CopyPlanar(image, planar);
            yield return planar;
        }
    }
}
