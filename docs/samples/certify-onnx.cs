#!/usr/bin/env dotnet
// A network becomes an ONNX file, and the file is certified on ONNX Runtime. The second half needs no torch: it works with any classifier of ablated images that somebody exported.
//   dotnet run -c Release docs/samples/certify-onnx.cs
#:project ../../src/Microsoft.ML.Ablation.TorchSharp/Microsoft.ML.Ablation.TorchSharp.csproj
#:project ../../src/Microsoft.ML.Ablation.Onnx/Microsoft.ML.Ablation.Onnx.csproj
#:package TorchSharp-cpu
#:property PublishAot=false

using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Ablation;
using Microsoft.ML.Transforms;

const int K = 150, Rows = 20, Votes = 2_000;
var ml = new MLContext(seed: 1);
IDataView train = ml.Data.Cache(ml.Data.LoadGeneratedDigits(1_500, seed: 1)), test = ml.Data.Cache(ml.Data.LoadGeneratedDigits(Rows, seed: 2));
var certification = SmoothedCertifierOptions.Paper with { Plan = SamplingPlan.Fixed(500, Votes - 500), Seed = 3 };
string file = Path.Combine(Path.GetTempPath(), $"network-{Environment.ProcessId}.onnx");

var training = new AblatedImageClassificationTrainer.Options { Epochs = 3, BatchSize = 32, Seed = 4, Precision = ScoringPrecision.Float32 };
ITransformer trained = Certified(ml.MulticlassClassification.Trainers.AblatedImageClassification(training)).Fit(train);
Certify("torch", trained);
((IEnumerable<ITransformer>)trained).OfType<SmoothedCertifierTransformer>().Single().ExportOnnx(file);

// From here on there is only the file. The model that is saved holds it.
ITransformer model = Certified(ml.MulticlassClassification.Trainers.OnnxClassifier(file)).Fit(train);
Certify("ONNX Runtime", model);
File.Delete(file);

IEstimator<ITransformer> Certified(IEstimator<ITransformer> classifier)
    => ml.Transforms.Conversion.MapValueToKey("Label", keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue)
        .Append(ml.Transforms.SmoothedCertifier(ml.Transforms.RandomAblation(k: K, seed: 5).Append(classifier), certification));

void Certify(string engine, ITransformer certifier)
{
    ml.MulticlassClassification.EvaluateCertified(certifier.Transform(ml.Data.TakeRows(test, 2)));  // The first votes are slower.
    var watch = Stopwatch.StartNew();
    CertifiedMetrics metrics = ml.MulticlassClassification.EvaluateCertified(certifier.Transform(test));
    Console.WriteLine($"{engine}: accuracy {metrics.ClassificationAccuracy:P1}, median certified radius {metrics.MedianCertifiedRadius} pixels, "
        + $"{Rows * Votes / watch.Elapsed.TotalSeconds:N0} votes per second");
}
