#!/usr/bin/env dotnet
// How many pixels the Pointwise attack needs against a plain network, one that sees black and white only, the nearest neighbour, and a smoothed
// network (the paper's Table 2), on MNIST or on digits that the library draws:
//   dotnet run -c Release docs/samples/attack-baselines.cs -- [MNIST_FOLDER|generated TRAIN_ROWS EPOCHS TEST_ROWS RESTARTS [plain] [binarised] [nearest] [smoothed]]
#:project ../../src/Microsoft.ML.Ablation.TorchSharp/Microsoft.ML.Ablation.TorchSharp.csproj
#:project ../../src/Microsoft.ML.Ablation.Attacks/Microsoft.ML.Ablation.Attacks.csproj
#:package TorchSharp-cpu
#:property PublishAot=false

using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Ablation;
using Microsoft.ML.Ablation.Attacks;

string data = args.Length > 0 ? args[0] : "generated";
string[] only = args.Length > 5 ? args[5..] : ["plain", "binarised", "nearest", "smoothed"];
int[] numbers = args.Length >= 5 ? [.. args[1..5].Select(number => int.Parse(number, CultureInfo.InvariantCulture))] : [12_000, 10, 20, 10];
(int trainRows, int epochs, int testRows, int restarts) = (numbers[0], numbers[1], numbers[2], numbers[3]);

var ml = new MLContext(seed: 1);
IDataView train = data == "generated"
    ? ml.Data.LoadGeneratedDigits(trainRows, seed: 1)
    : ml.Data.TakeRows(ml.Data.LoadIdx(Path.Combine(data, "train-images-idx3-ubyte.gz"), Path.Combine(data, "train-labels-idx1-ubyte.gz")), trainRows);
IDataView test = data == "generated"
    ? ml.Data.LoadGeneratedDigits(testRows, seed: 2)
    : ml.Data.TakeRows(ml.Data.LoadIdx(Path.Combine(data, "t10k-images-idx3-ubyte.gz"), Path.Combine(data, "t10k-labels-idx1-ubyte.gz")), testRows);

var image = new ImageShape(Channels: 1, Height: 28, Width: 28);
IEstimator<ITransformer> Network(int k) => ml.Transforms.RandomAblation(k, shape: image)          // k = 784 leaves the image as it is
    .Append(ml.MulticlassClassification.Trainers.AblatedImageClassification(epochs: epochs, seed: 1));

(string Name, IEstimator<ITransformer> Classifier)[] classifiers =
[
    ("plain network", Network(784)),
    ("binarised network", ml.Transforms.Expression("Features", "(x) : x > 0.5f ? 1f : 0f", "Features").Append(Network(784))),
    ("nearest neighbour", ml.MulticlassClassification.Trainers.NearestNeighbor()),
    ("smoothed, k = 45", ml.Transforms.SmoothedCertifier(Network(45), SmoothedCertifierOptions.Paper with { Plan = SamplingPlan.Adaptive() })),
];

Console.WriteLine($"{"classifier",-20} {"accuracy",8} {"median pixels",13} {"certified",9} {"seconds/row",11}");
foreach ((string name, IEstimator<ITransformer> classifier) in classifiers.Where(entry => only.Any(entry.Name.StartsWith)))
{
    ITransformer model = ml.Transforms.Conversion.MapValueToKey("Label").Append(classifier).Fit(train);
    AttackMetrics metrics = ml.MulticlassClassification.EvaluateAttacks(
        ml.MulticlassClassification.Attack(model, test, new PointwiseAttack { Restarts = restarts }));
    Console.WriteLine($"{name,-20} {metrics.RobustAccuracyAt(0),8:P1} {metrics.MedianDistance,13} {metrics.Certified?.MedianCertifiedRadius,9} "
        + $"{metrics.Seconds / metrics.RowCount,11:F1}");
    (model as IDisposable)?.Dispose();
}
