#!/usr/bin/env dotnet
// The README's code as a program: dotnet run docs/samples/quickstart.cs
#:project ../../src/Microsoft.ML.Ablation.TorchSharp/Microsoft.ML.Ablation.TorchSharp.csproj
#:package TorchSharp-cpu

using Microsoft.ML;
using Microsoft.ML.Ablation;

var ml = new MLContext(seed: 1);
ml.Log += (_, entry) => { if (entry.RawMessage.StartsWith("Epoch ", StringComparison.Ordinal)) Console.WriteLine(entry.RawMessage); };
IDataView train = ml.Data.LoadGeneratedDigits(12_000, seed: 1);
IDataView test = ml.Data.LoadGeneratedDigits(20, seed: 2);

var baseClassifier = ml.Transforms.RandomAblation(k: 45)                                   // 45 of 784 pixels stay
    .Append(ml.MulticlassClassification.Trainers.AblatedImageClassification(epochs: 5));   // a TorchSharp network

var pipeline = ml.Transforms.Conversion.MapValueToKey("Label")
    .Append(ml.Transforms.SmoothedCertifier(baseClassifier));

ITransformer model = pipeline.Fit(train);
IDataView report = ml.Data.Certify(model, test);           // once, all columns: PredictedLabel, Abstained, CertifiedRadius, ...

CertifiedMetrics metrics = ml.MulticlassClassification.EvaluateCertified(report);
Console.WriteLine($"accuracy {metrics.ClassificationAccuracy:P0}, median certified radius {metrics.MedianCertifiedRadius} pixels");

ml.Model.Save(model, train.Schema, "model.zip");           // loads with ml.Model.Load in any program with the package
