#!/usr/bin/env dotnet
// Certifies images with the model that quickstart.cs has saved, and draws what came out:
//   dotnet run docs/samples/certify-images.cs [-- MODEL]
#:project ../../src/Microsoft.ML.Ablation.TorchSharp/Microsoft.ML.Ablation.TorchSharp.csproj
#:project ../../src/Microsoft.ML.Ablation.Reports/Microsoft.ML.Ablation.Reports.csproj
#:package TorchSharp-cpu
#:property PublishAot=false

using Microsoft.Data.Analysis;
using Microsoft.ML;
using Microsoft.ML.Ablation;
using Microsoft.ML.Ablation.Reports;
using Microsoft.ML.Data;

string path = args is [string given] ? given : "model.zip";
if (!File.Exists(path))
{
    Console.Error.WriteLine($"There is no {path}: run quickstart.cs first, or give the model's file.");
    return 2;
}
var ml = new MLContext(seed: 1);
ITransformer model = ml.Model.Load(path, out _);
IDataView report = ml.Data.Certify(model, ml.Data.LoadGeneratedDigits(30, seed: 3));   // certified once, read often

Console.WriteLine("label  answer     radius");
foreach (CertifiedDigit digit in ml.Data.CreateEnumerable<CertifiedDigit>(NamedAnswers(report), reuseRowObject: true))
    Console.WriteLine($"{digit.Label,5}  {(digit.Abstained ? "abstained" : digit.Answer),-9}  {digit.CertifiedRadius,6}");

CertifiedMetrics metrics = ml.MulticlassClassification.EvaluateCertified(report);
CertifiedPlot.CertifiedAccuracy(metrics).Save("certified-accuracy.svg");                       // .png where there is a font
CertifiedPlot.Radii([.. report.GetColumn<int>("CertifiedRadius")]).Save("radii.svg");
DataFrame.SaveCsv(metrics.ToDataFrame(), "certified-accuracy.csv");
Console.WriteLine($"accuracy {metrics.ClassificationAccuracy:P0}, median certified radius {metrics.MedianCertifiedRadius} pixels");
return 0;

// PredictedLabel and Label are keys, which are numbers to a program; these columns have the classes' names.
IDataView NamedAnswers(IDataView certified)
    => ml.Transforms.Conversion.MapKeyToValue([new("Answer", "PredictedLabel"), new("Label")]).Fit(certified).Transform(certified);

internal sealed class CertifiedDigit
{
    public string Label { get; set; } = "";
    public string Answer { get; set; } = "";
    public bool Abstained { get; set; }
    public int CertifiedRadius { get; set; }
}
