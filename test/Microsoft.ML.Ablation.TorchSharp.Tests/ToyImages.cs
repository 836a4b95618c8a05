using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.TorchSharp.Tests;

/// <summary>Small images of three classes: the class decides which rows of pixels are bright; the rest is noise.</summary>
internal static class ToyImages
{
    public const int Channels = 2, Height = 8, Width = 6, Classes = 3;

    public sealed class Planar
    {
        public string Label { get; set; } = "";

        [VectorType(Channels, Height, Width)]
        public float[] Features { get; set; } = [];
    }

    public sealed class Interleaved
    {
        public string Label { get; set; } = "";

        [VectorType(Height, Width, Channels)]
        public float[] Features { get; set; } = [];
    }

    public sealed class Prediction
    {
        public string PredictedLabel { get; set; } = "";

        public float[] Score { get; set; } = [];
    }

    public static Planar[] Make(int count, int seed = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            int label = i % Classes;
            var pixels = new float[Channels * Height * Width];
            for (int p = 0; p < Height * Width; p++)
            {
                float value = (float)(0.5 * random.NextDouble() + (p / Width % Classes == label ? 0.4 : 0));
                pixels[p] = value;
                pixels[Height * Width + p] = 1 - value;
            }
            return new Planar { Label = "class " + (char)('a' + label), Features = pixels };
        })];
    }

    public static Interleaved ToInterleaved(Planar image)
    {
        int pixels = Height * Width;
        return new Interleaved
        {
            Label = image.Label,
            Features = [.. Enumerable.Range(0, pixels * Channels).Select(i => image.Features[i % Channels * pixels + i / Channels])],
        };
    }

    /// <summary>The rows with their labels as keys in alphabetical order; a view that cannot be shuffled.</summary>
    public static IDataView ToView<T>(MLContext ml, IEnumerable<T> rows)
        where T : class
    {
        IDataView data = ml.Data.LoadFromEnumerable(rows);
        return ml.Transforms.Conversion.MapValueToKey("Label", keyOrdinality: Transforms.ValueToKeyMappingEstimator.KeyOrdinality.ByValue)
            .Fit(data).Transform(data);
    }

    public static AblatedImageClassificationTrainer.Options FewEpochs(int epochs = 3) => new()
    {
        Epochs = epochs,
        BatchSize = 16,
        Seed = 7,
    };
}
