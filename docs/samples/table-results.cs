#!/usr/bin/env dotnet
// Measures what docs/results.md says about tables: Breast Cancer and Iris in five folds with three learners, every attack on Breast Cancer tried, Adult at
// several k, and the speed of the generic path. FOLDER has breast-cancer.txt, iris.data and adult.with-schema.txt.
//   dotnet run -c Release docs/samples/table-results.cs -- FOLDER [small] [breast-cancer] [iris] [adult] [throughput]
#:project ../../src/Microsoft.ML.Ablation/Microsoft.ML.Ablation.csproj
#:package Microsoft.ML.LightGbm
#:package Microsoft.ML.FastTree
#:property PublishAot=false

using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Ablation;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers.FastTree;
using Microsoft.ML.Trainers.LightGbm;

if (args.Length == 0)
{
    Console.Error.WriteLine("Give the folder with the tables: dotnet run -c Release docs/samples/table-results.cs -- FOLDER");
    return 2;
}
string folder = args[0];
bool small = args.Contains("small");
var ml = new MLContext(seed: 1);

if (Asked("breast-cancer"))
    BreastCancer();
if (Asked("iris"))
    Iris();
if (Asked("adult"))
    Adult();
if (Asked("throughput"))
    Throughput();
return 0;

bool Asked(string part) => !args.Skip(1).Any(argument => argument != "small") || args.Contains(part);

void BreastCancer()
{
    const int d = 9;
    IDataView rows = ml.Data.LoadFromTextFile(Path.Combine(folder, "breast-cancer.txt"),
        [new("Label", DataKind.Boolean, 0), new("Features", DataKind.Single, 1, d)]);
    // The file writes ? for what is not known, in 16 rows; LightGBM is shown it as missing, the others the mean.
    IEstimator<ITransformer> known = ml.Transforms.ReplaceMissingValues("Features");
    (string, IEstimator<ITransformer>?, AblationEncoding, IEstimator<ITransformer>)[] learners =
    [
        ("LightGBM", null, AblationEncoding.Missing, ml.BinaryClassification.Trainers.LightGbm()),
        ("FastTree", known, AblationEncoding.Presence, ml.BinaryClassification.Trainers.FastTree()),
        ("SDCA", known.Append(ml.Transforms.NormalizeMinMax("Features")), AblationEncoding.Presence, ml.BinaryClassification.Trainers.SdcaLogisticRegression()),
    ];
    Console.WriteLine($"Breast Cancer, d = {d}, five folds, exact");
    foreach (int k in new[] { 2, 3 })
    {
        foreach ((string name, IEstimator<ITransformer>? before, AblationEncoding encoding, IEstimator<ITransformer> trainer) in learners)
            Folds(name, rows, k, before, encoding, trainer, copies: 20, radiusOfAllRows: 1, radiusOfSample: 2);
    }
}

void Iris()
{
    IDataView rows = ml.Data.LoadFromTextFile(Path.Combine(folder, "iris.data"),
        [new("Features", DataKind.Single, 0, 3), new("Label", DataKind.String, 4)], ',');
    IEstimator<ITransformer> key = ml.Transforms.Conversion.MapValueToKey("Label");
    (string, IEstimator<ITransformer>, AblationEncoding, IEstimator<ITransformer>)[] learners =
    [
        ("LightGBM", key, AblationEncoding.Missing,
            ml.MulticlassClassification.Trainers.LightGbm(new LightGbmMulticlassTrainer.Options { NumberOfLeaves = 4, MinimumExampleCountPerLeaf = 20 })),
        ("FastTree", key, AblationEncoding.Presence, ml.MulticlassClassification.Trainers.OneVersusAll(ml.BinaryClassification.Trainers.FastTree())),
        ("SDCA", key.Append(ml.Transforms.NormalizeMinMax("Features")), AblationEncoding.Presence, ml.MulticlassClassification.Trainers.SdcaMaximumEntropy()),
    ];
    Console.WriteLine("Iris, d = 4, five folds, exact");
    foreach (int k in new[] { 1, 2 })
    {
        foreach ((string name, IEstimator<ITransformer> before, AblationEncoding encoding, IEstimator<ITransformer> trainer) in learners)
            Folds(name, rows, k, before, encoding, trainer, copies: 20, radiusOfAllRows: 0, radiusOfSample: 0);
    }
}

void Folds(string name, IDataView rows, int k, IEstimator<ITransformer>? before, AblationEncoding encoding, IEstimator<ITransformer> trainer, int copies,
    int radiusOfAllRows, int radiusOfSample)
{
    IEstimator<ITransformer> certifier = ml.Transforms.SmoothedCertifier(
        ml.Transforms.RandomAblation(k, encoding: encoding, seed: 1).Append(trainer), SmoothedCertifierOptions.Paper with { Seed = 1 }, copies);
    IEstimator<ITransformer> pipeline = before is null ? certifier : before.Append(certifier);
    int total = 0, right = 0;
    var radii = new List<int>();
    var attacks = new Attacks();
    foreach (DataOperationsCatalog.TrainTestData fold in ml.Data.CrossValidationSplit(rows, numberOfFolds: 5, seed: 1))
    {
        ITransformer model = pipeline.Fit(fold.TrainSet);
        IDataView report = ml.Data.Certify(model, fold.TestSet);
        CertifiedMetrics metrics = ml.MulticlassClassification.EvaluateCertified(report);
        total += (int)metrics.RowCount;
        right += (int)metrics.CorrectCount;
        for (int radius = 0; radius < metrics.CertifiedAccuracy.Count; radius++)
        {
            while (radii.Count <= radius)
                radii.Add(0);
            radii[radius] += (int)Math.Round(metrics.CertifiedAccuracyAt(radius) * metrics.RowCount);
        }
        if (radiusOfAllRows > 0)
        {
            attacks.TryAll(ml, model, fold.TestSet, report, radiusOfAllRows, rowLimit: small ? 2 : int.MaxValue);
            attacks.TryAll(ml, model, fold.TestSet, report, radiusOfSample, rowLimit: small ? 1 : 4);
        }
    }
    Console.Write($"  k = {k} {name,-9} {total} rows, right {(double)right / total:P1}, certified");
    for (int radius = 0; radius < radii.Count; radius++)
        Console.Write($"  ρ = {radius}: {(double)radii[radius] / total:P1}");
    Console.WriteLine(attacks.Tried == 0 ? "" : $"; {attacks}");
}

void Adult()
{
    (IDataView train, IDataView test, string[] attributes) = AdultRows();
    IDataView learning = ml.Data.TakeRows(train, small ? 400 : 25_000), validation = ml.Data.TakeRows(ml.Data.SkipRows(train, small ? 400 : 25_000), small ? 20 : 2_000);
    double plain = ml.BinaryClassification.Evaluate(ml.BinaryClassification.Trainers.LightGbm().Fit(train).Transform(test)).Accuracy;
    Console.WriteLine($"Adult, d = {attributes.Length}, {(small ? 20 : 2_000)} test rows, exact; plain LightGBM is right in {plain:P1}");
    IEstimator<ITransformer> Pipeline(int k) => AdultCertifier(k, attributes);
    Console.WriteLine("On validation rows:");
    Console.WriteLine(ml.MulticlassClassification.CompareRetainedCounts(learning, validation, small ? [3] : [3, 4, 5, 6], Pipeline));
    Console.WriteLine("On test rows:");
    Console.WriteLine(ml.MulticlassClassification.CompareRetainedCounts(train, test, small ? [3] : [3, 4, 5, 6], Pipeline));
}

SmoothedCertifierEstimator AdultCertifier(int k, string[] attributes) => ml.Transforms.SmoothedCertifier(
    ml.Transforms.RandomAblation(k, encoding: AblationEncoding.Missing, groups: FeatureGroups.OfColumns(attributes), seed: 1)
        .Append(ml.BinaryClassification.Trainers.LightGbm(new LightGbmBinaryTrainer.Options
        {
            NumberOfLeaves = 63,
            NumberOfIterations = small ? 5 : 200,
            // Who sees few attributes answers with the more frequent class; the weight leans against it.
            WeightOfPositiveExamples = 1.6,
        })),
    SmoothedCertifierOptions.Paper with { Seed = 1 },
    trainingCopies: 20);

(IDataView Train, IDataView Test, string[] Attributes) AdultRows()
{
    string[] texts = ["Workclass", "education", "marital-status", "occupation", "relationship", "ethnicity", "sex", "native-country-region"];
    string[] numbers = ["age", "fnlwgt", "education-num", "capital-gain", "capital-loss", "hours-per-week"];
    IDataView all = ml.Data.ShuffleRows(ml.Data.Cache(ml.Data.LoadFromTextFile(Path.Combine(folder, "adult.with-schema.txt"), new TextLoader.Options
    {
        HasHeader = true,
        Separators = ['\t'],
        Columns =
        [
            new("Label", DataKind.Boolean, 0),
            .. texts.Select((name, index) => new TextLoader.Column(name, DataKind.String, 1 + index)),
            .. numbers.Select((name, index) => new TextLoader.Column(name, DataKind.Single, 9 + index)),
        ],
    })), seed: 1);
    string[] attributes = [.. texts, .. numbers];
    int testRows = small ? 20 : 2_000;
    IDataView train = ml.Data.SkipRows(all, testRows);
    ITransformer encoded = ml.Transforms.Categorical.OneHotEncoding([.. texts.Select(name => new InputOutputColumnPair(name))])
        .Append(ml.Transforms.Concatenate("Features", attributes)).Fit(train);
    return (ml.Data.Cache(encoded.Transform(train)), ml.Data.Cache(encoded.Transform(ml.Data.TakeRows(all, testRows))), attributes);
}

void Throughput()
{
    const int k = 5;
    (IDataView train, IDataView test, string[] attributes) = AdultRows();
    SmoothedCertifierTransformer certifier = AdultCertifier(k, attributes).Fit(train);
    var chain = (IEnumerable<ITransformer>)certifier.BaseModel;
    IDataView rows = ml.Data.TakeRows(test, small ? 2 : 100);
    // The model alone scores as many ablated rows as the certifier asks about, from memory.
    int ablations = certifier.Transform(rows).GetColumn<int>("SampleCount").Sum();
    IDataView ablated = ml.Data.Cache(chain.First().Transform(ml.Data.RepeatRows(rows, ablations / (small ? 2 : 100))), "Features");
    foreach (bool _ in ablated.GetColumn<float[]>("Features").Select(_ => true))
    {
    }
    ITransformer model = chain.Last();
    Console.WriteLine($"Throughput, Adult, k = {k}, LightGBM with 200 trees, {ablations} ablated rows, {Environment.ProcessorCount} cores");
    for (int run = 0; run < 3; run++)
    {
        double alone = Seconds(() => Count(model.Transform(ablated))), certified = Seconds(() => certifier.Transform(rows).GetColumn<int>("CertifiedRadius").Count());
        Console.WriteLine($"  model alone {ablations / alone:N0} rows/s, certifier {ablations / certified:N0} rows/s, ratio {alone / certified:F2}");
    }

    static int Count(IDataView scored) => scored.GetColumn<bool>("PredictedLabel").Count(answer => answer);

    static double Seconds(Func<int> work)
    {
        var watch = Stopwatch.StartNew();
        work();
        return watch.Elapsed.TotalSeconds;
    }
}

/// <summary>Every attack on certified rows: all sets of attributes, all values from 1 to 10.</summary>
internal sealed class Attacks
{
    private const int Values = 10;

    public long Tried { get; private set; }

    public long Rows { get; private set; }

    public long Flipped { get; private set; }

    public override string ToString() => $"{Tried:N0} attacks on {Rows} certified rows and radii, {Flipped} flipped";

    public void TryAll(MLContext ml, ITransformer model, IDataView test, IDataView report, int radius, int rowLimit)
    {
        float[][] features = [.. test.GetColumn<float[]>("Features")];
        bool[] labels = [.. test.GetColumn<bool>("Label")];
        int[] radii = [.. report.GetColumn<int>("CertifiedRadius")];
        bool[] answers = [.. report.GetColumn<bool>("PredictedLabel")];
        foreach (int row in Enumerable.Range(0, features.Length).Where(row => radii[row] >= radius).Take(rowLimit))
        {
            Row[] attacked = [.. Attacked(features[row], first: 0, radius).Select(changed => new Row { Features = changed, Label = labels[row] })];
            Flipped += model.Transform(ml.Data.LoadFromEnumerable(attacked)).GetColumn<bool>("PredictedLabel").Count(answer => answer != answers[row]);
            Tried += attacked.Length;
            Rows++;
        }
    }

    private static IEnumerable<float[]> Attacked(float[] row, int first, int changes)
    {
        if (changes == 0)
            return [row];
        return Enumerable.Range(first, row.Length - first).SelectMany(position => Enumerable.Range(1, Values).SelectMany(value =>
        {
            float[] changed = [.. row];
            changed[position] = value;
            return Attacked(changed, position + 1, changes - 1);
        }));
    }

    private sealed class Row
    {
        [VectorType(9)]
        public float[] Features { get; set; } = [];

        public bool Label { get; set; }
    }
}
