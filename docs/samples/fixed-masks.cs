#!/usr/bin/env dotnet
// Certificates without chance: a fixed family of masks, each asked once for a row. Trains on generated digits and certifies single images while a user waits.
//   dotnet run docs/samples/fixed-masks.cs
#:project ../../src/Microsoft.ML.Ablation.TorchSharp/Microsoft.ML.Ablation.TorchSharp.csproj
#:package TorchSharp-cpu
#:property PublishAot=false

using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Ablation;
using Microsoft.ML.Data;

var ml = new MLContext(seed: 1);
IDataView train = ml.Data.LoadGeneratedDigits(6_000, seed: 1), test = ml.Data.LoadGeneratedDigits(500, seed: 2);

var baseClassifier = ml.Transforms.PartitionAblation(masks: 65)                                              // 65 masks of about 12 pixels, chosen on the training data
    .Append(ml.MulticlassClassification.Trainers.AblatedImageClassification(TrainingRecipes.FixedMasks()));  // a small network for each mask
var pipeline = ml.Transforms.Conversion.MapValueToKey("Label")
    .Append(ml.Transforms.SmoothedCertifier(baseClassifier));

ITransformer model = pipeline.Fit(ml.Data.Cache(train));
CertifiedMetrics metrics = ml.MulticlassClassification.EvaluateCertified(model.Transform(test));
Console.WriteLine($"accuracy {metrics.ClassificationAccuracy:P1}, median certified radius {metrics.MedianCertifiedRadius} pixels, for certain");

// A single answer, with its certificate.
using PredictionEngine<Digit, CertifiedAnswer> engine = ml.Model.CreatePredictionEngine<Digit, CertifiedAnswer>(model, test.Schema);
Digit[] digits = [.. ml.Data.CreateEnumerable<Digit>(ml.Data.TakeRows(test, 100), reuseRowObject: false)];
engine.Predict(digits[0]);
var watch = Stopwatch.StartNew();
foreach (Digit digit in digits)
    engine.Predict(digit);
Console.WriteLine($"{watch.Elapsed.TotalMilliseconds / digits.Length:F2} ms for one certified prediction");

/// <summary>One image.</summary>
internal sealed class Digit
{
    [VectorType(1, 28, 28)]
    public float[] Features { get; set; } = [];

    public string Label { get; set; } = "";
}

/// <summary>The answer and its certificate.</summary>
internal sealed class CertifiedAnswer
{
    public uint PredictedLabel { get; set; }

    public bool Abstained { get; set; }

    public int CertifiedRadius { get; set; }
}
