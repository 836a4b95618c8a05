using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.Ablation.Attacks.Tests;

/// <summary>Classifiers of which it is known how many pixels change their answer.</summary>
internal static class ToyModels
{
    private static readonly string[] s_classes = ["no", "yes", "never"];

    /// <summary>Images of some channels, planar, all pixels black but for a number of white ones, with the label "yes".</summary>
    public static IDataView Images(MLContext ml, int channels, int positions, params int[] whitePixels)
    {
        var schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, channels, 1, positions);
        return ml.Data.LoadFromEnumerable(whitePixels.Select(white => new Row
        {
            Name = "yes",
            Features = [.. Enumerable.Range(0, channels * positions).Select(slot => slot % positions < white ? 1f : 0f)],
        }), schema);
    }

    /// <summary>
    /// Answers "yes" when at least a number of the first pixels are white in every channel. An image of which n of them are white is changed by
    /// n − least + 1 pixels and by no fewer.
    /// </summary>
    public static ITransformer WhitePixels(MLContext ml, IDataView data, int channels, int first, int least)
        => ml.Transforms.Conversion.MapValueToKey("Label", "Name", keyData: Names(ml))
            .Append(Answer(ml, features => Count(features, channels, first) >= least)).Fit(data);

    /// <summary>
    /// A smoothed classifier whose base classifier answers "no" as soon as it sees a white pixel, and else "yes": it answers a black image "no" with
    /// probability Δ(ρ) after ρ pixels have become white, so that no certificate reaches further than its own.
    /// </summary>
    public static ITransformer SmoothedBlack(MLContext ml, IDataView data, int k, SmoothedCertifierOptions options, int classes = 2)
    {
        IEstimator<ITransformer> classifier = ml.Transforms.RandomAblation(k)
            .Append(Answer(ml, features => !features.Take(features.Length / 2).Contains(1f), classes));
        return ml.Transforms.Conversion.MapValueToKey("Label", "Name", keyData: Names(ml, classes))
            .Append(ml.Transforms.SmoothedCertifier(classifier, options)).Fit(data);
    }

    /// <summary>Images of one channel with the label "yes".</summary>
    public static IDataView Pictures(MLContext ml, int height, int width, params float[][] images)
    {
        var schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, height, width);
        return ml.Data.LoadFromEnumerable(images.Select(image => new Row { Name = "yes", Features = image }), schema);
    }

    /// <summary>A black row that does not say that it is an image.</summary>
    public static IDataView Flat(MLContext ml, int slots)
    {
        var schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, slots);
        return ml.Data.LoadFromEnumerable([new Row { Name = "yes", Features = new float[slots] }], schema);
    }

    /// <summary>A plain classifier with given scores of the classes "no", "yes" and "never".</summary>
    public static ITransformer Plain(MLContext ml, IDataView data, Func<float[], float[]> scores)
        => ml.Transforms.Conversion.MapValueToKey("Label", "Name", keyData: Names(ml, classes: 3)).Append(Scoring(ml, scores)).Fit(data);

    /// <summary>A classifier that is smoothed by fixed masks.</summary>
    /// <param name="ml">The context.</param>
    /// <param name="data">Images.</param>
    /// <param name="masks">The masks.</param>
    /// <param name="options">The certifier's options.</param>
    /// <param name="scores">The scores of the classes "no", "yes" and "never" for what a mask shows: first the values, then one minus each, and 0 in both for what it hides.</param>
    public static ITransformer Masked(MLContext ml, IDataView data, IEstimator<ITransformer> masks, SmoothedCertifierOptions options, Func<float[], float[]> scores)
    {
        return ml.Transforms.Conversion.MapValueToKey("Label", "Name", keyData: Names(ml, classes: 3))
            .Append(ml.Transforms.SmoothedCertifier(masks.Append(Scoring(ml, scores)), options)).Fit(data);
    }

    private static IEstimator<ITransformer> Scoring(MLContext ml, Func<float[], float[]> scores)
        => ml.Transforms.CustomMapping<Seen, Scored>((seen, said) =>
            {
                said.Score = scores(seen.Features);
                said.Answer = s_classes[Array.IndexOf(said.Score, said.Score.Max())];
            }, contractName: null)
            .Append(ml.Transforms.Conversion.MapValueToKey("PredictedLabel", "Answer", keyData: Names(ml, classes: 3)));

    /// <summary>
    /// Scores of a classifier that answers "no" as soon as it sees a white pixel, and else "yes": each mask of a black image is turned by any one pixel that it shows, so that no bound on
    /// the masks that an attack meets is too small.
    /// </summary>
    public static float[] Black(float[] features) => features.Take(features.Length / 2).Any(value => value > 0.5f) ? [1, 0, 0] : [0, 1, 0];

    private static int Count(float[] features, int channels, int first)
    {
        int positions = features.Length / channels;
        return Enumerable.Range(0, first).Count(position => Enumerable.Range(0, channels).All(channel => features[channel * positions + position] > 0.5f));
    }

    private static IEstimator<ITransformer> Answer(MLContext ml, Func<float[], bool> isYes, int classes = 2)
        => ml.Transforms.CustomMapping<Seen, Said>((seen, said) => said.Answer = s_classes[isYes(seen.Features) ? 1 : 0], contractName: null)
            .Append(ml.Transforms.Conversion.MapValueToKey("PredictedLabel", "Answer", keyData: Names(ml, classes)));

    private static IDataView Names(MLContext ml, int classes = 2) => ml.Data.LoadFromEnumerable(s_classes.Take(classes).Select(name => new ClassName { Value = name }));

    private sealed class Row
    {
        public string Name { get; set; } = "";

        public float[] Features { get; set; } = [];
    }

    private sealed class ClassName
    {
        public string Value { get; set; } = "";
    }

    private sealed class Seen
    {
        public float[] Features { get; set; } = [];
    }

    private sealed class Scored
    {
        [VectorType(3)]
        public float[] Score { get; set; } = [];

        public string Answer { get; set; } = "";
    }

    private sealed class Said
    {
        public string Answer { get; set; } = "";
    }
}
