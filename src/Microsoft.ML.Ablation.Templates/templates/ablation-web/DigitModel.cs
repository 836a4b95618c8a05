using Microsoft.ML;
using Microsoft.ML.Ablation;
using Microsoft.ML.Data;

/// <summary>A small model to begin with.</summary>
internal static class DigitModel
{
    /// <summary>Trains 65 masks on digits that the library draws, and saves them.</summary>
    /// <param name="path">The file of the model.</param>
    public static void Train(string path)
    {
        var ml = new MLContext(seed: 1);
        IDataView train = ml.Data.LoadGeneratedDigits(6_000, seed: 1);
        var baseClassifier = ml.Transforms.PartitionAblation(masks: 65)
            .Append(ml.MulticlassClassification.Trainers.AblatedImageClassification(TrainingRecipes.FixedMasks()));
        var pipeline = ml.Transforms.Conversion.MapValueToKey("Label")
            .Append(ml.Transforms.SmoothedCertifier(baseClassifier));
        using var model = pipeline.Fit(ml.Data.Cache(train));
        ml.Model.Save(model, train.Schema, path);
    }

    /// <summary>A digit to ask about: 784 values from 0 to 1.</summary>
    public static float[] DrawDigit()
        => new MLContext().Data.LoadGeneratedDigits(1, seed: 2).GetColumn<float[]>("Features").Single();
}
