#!/usr/bin/env dotnet
// Measures what docs/results.md says about tables with fixed masks: Phishing Websites, Breast Cancer and Adult, LightGBM, partitions beside random ablations, and every
// attack on one attribute of 200 certified rows. FOLDER has phishing-websites.arff, breast-cancer.txt and adult.with-schema.txt.
//   dotnet run -c Release docs/samples/fixed-mask-tables.cs -- FOLDER [small] [phishing] [breast-cancer] [adult]
#:project ../../src/Microsoft.ML.Ablation/Microsoft.ML.Ablation.csproj
#:package Microsoft.ML.LightGbm
#:property PublishAot=false

using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Ablation;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers.LightGbm;

if (args.Length == 0)
{
    Console.Error.WriteLine("Give the folder with the tables: dotnet run -c Release docs/samples/fixed-mask-tables.cs -- FOLDER");
    return 2;
}
string folder = args[0];
bool small = args.Contains("small");
var ml = new MLContext(seed: 1);
string[] asked = [.. args.Skip(1).Except(["small"])];
if (asked.Length == 0 || asked.Contains("phishing"))
    Phishing();
if (asked.Length == 0 || asked.Contains("breast-cancer"))
    BreastCancer();
if (asked.Length == 0 || asked.Contains("adult"))
    Adult();
return 0;

void Phishing()
{
    const int d = 30;
    string[] lines = [.. File.ReadLines(Path.Combine(folder, "phishing-websites.arff")).SkipWhile(line => !line.StartsWith("@data", StringComparison.OrdinalIgnoreCase)).Skip(1)
        .Select(line => line.Trim()).Where(line => line.Length > 0)];
    // Many pages stand in the file several times: all rows of a page are on the same side.
    string[] pages = [.. lines.Select(line => line[..line.LastIndexOf(',')]).Distinct()];
    new Random(1).Shuffle(pages);
    HashSet<string> tested = [.. pages.Take(pages.Length / 5)];
    Row[] all = [.. lines.Select(line => Array.ConvertAll(line.Split(','), number => float.Parse(number, CultureInfo.InvariantCulture)))
        .Select(numbers => new Row { Features = numbers[..d], Label = numbers[d] > 0 })];
    bool IsTested(int i) => tested.Contains(lines[i][..lines[i].LastIndexOf(',')]);
    IDataView train = View([.. all.Where((_, i) => !IsTested(i))], d), test = View([.. all.Where((_, i) => IsTested(i)).Take(small ? 20 : int.MaxValue)], d);
    Compare("Phishing Websites", d, train, test, small ? [4] : [4, 6], small ? [7] : [5, 7, 9, 11, 15], new(), attribute => [-1, 0, 1]);
}

void BreastCancer()
{
    const int d = 9;
    IDataView rows = ml.Data.LoadFromTextFile(Path.Combine(folder, "breast-cancer.txt"), [new("Label", DataKind.Boolean, 0), new("Features", DataKind.Single, 1, d)]);
    DataOperationsCatalog.TrainTestData split = ml.Data.TrainTestSplit(rows, testFraction: small ? 0.05 : 0.5, seed: 1);
    Compare("Breast Cancer", d, split.TrainSet, split.TestSet, small ? [2] : [2, 3], small ? [5] : [3, 5, 7, 9], new(), attribute => [.. Enumerable.Range(1, 10).Select(value => (float)value)]);
}

void Adult()
{
    const int texts = 8, d = 14;
    string[][] lines = [.. File.ReadLines(Path.Combine(folder, "adult.with-schema.txt")).Where(line => !line.StartsWith('#')).Skip(1).Select(line => line.Split('\t')).Where(cells => cells.Length > d)];
    new Random(1).Shuffle(lines);
    // A category is its number, which is one value of one attribute; trees do not need more.
    Dictionary<string, float>[] categories = [.. Enumerable.Range(1, texts).Select(column => lines.Select(cells => cells[column]).Distinct().Order(StringComparer.Ordinal)
        .Index().ToDictionary(pair => pair.Item, pair => (float)pair.Index))];
    Row[] rows = [.. lines.Select(cells => new Row
    {
        Label = cells[0] == "1",
        Features = [.. Enumerable.Range(0, d).Select(i => i < texts ? categories[i][cells[1 + i]] : float.Parse(cells[1 + i], CultureInfo.InvariantCulture))],
    })];
    float[][] valuesOf = [.. Enumerable.Range(0, d).Select(attribute => Quantiles([.. rows.Select(row => row.Features[attribute]).Distinct().Order()], most: 100))];
    int tested = small ? 20 : 2_000;
    Compare("Adult", d, View([.. rows.Skip(tested).Take(small ? 400 : int.MaxValue)], d), View(rows[..tested], d), small ? [3] : [3, 4, 5],
        small ? [5] : [3, 5, 7, 9], new() { NumberOfLeaves = 63, NumberOfIterations = small ? 5 : 200, WeightOfPositiveExamples = 1.6 }, attribute => valuesOf[attribute]);
}

void Compare(string name, int d, IDataView train, IDataView test, int[] retained, int[] masks, LightGbmBinaryTrainer.Options trees, Func<int, float[]> valuesOf)
{
    Console.WriteLine($"{name}, d = {d}, LightGBM");
    foreach (int k in retained)
    {
        using SmoothedCertifierTransformer model = Certifier(ml.Transforms.RandomAblation(k, encoding: AblationEncoding.Missing, groups: FeatureGroups.EachSlot, seed: 1), 20).Fit(train);
        Console.WriteLine($"  random, k = {k,-2}     {Figures(ml.Data.Certify(model, test))}");
    }
    foreach (int count in masks)
    {
        using SmoothedCertifierTransformer model = Certifier(ml.Transforms.PartitionAblation(count, encoding: AblationEncoding.Missing, groups: FeatureGroups.EachSlot), count).Fit(train);
        Console.WriteLine($"  partition, N = {count,-2}  {Figures(ml.Data.Certify(model, test))}; {Attack(model, test, valuesOf)}");
    }

    SmoothedCertifierEstimator Certifier(IEstimator<ITransformer> ablation, int copies) => ml.Transforms.SmoothedCertifier(
        ablation.Append(ml.BinaryClassification.Trainers.LightGbm(trees)), new SmoothedCertifierOptions { Rule = CertificationRule.Gap, Plan = SamplingPlan.Adaptive(), Seed = 1 }, copies);
}

string Figures(IDataView report)
{
    CertifiedMetrics metrics = ml.BinaryClassification.EvaluateCertified(report);
    string certified = string.Join(", ", Enumerable.Range(0, 5).Select(radius => $"{100 * metrics.CertifiedAccuracyAt(radius):F1}"));
    return $"{report.GetColumn<int>("SampleCount").Average(),6:F0} calls, {metrics.RowCount} rows, right {metrics.ClassificationAccuracy:P1}, certified at ρ = 0 to 4: {certified} %";
}

string Attack(SmoothedCertifierTransformer model, IDataView test, Func<int, float[]> valuesOf)
{
    float[][] features = [.. test.GetColumn<float[]>("Features")];
    IDataView report = ml.Data.Certify(model, test);
    int[] radii = [.. report.GetColumn<int>("CertifiedRadius")];
    bool[] answers = [.. report.GetColumn<bool>("PredictedLabel")];
    long tried = 0, flipped = 0, rows = 0;
    foreach (int row in Enumerable.Range(0, features.Length).Where(row => radii[row] >= 1).Take(small ? 3 : 200))
    {
        Row[] attacked = [.. Enumerable.Range(0, features[row].Length).SelectMany(attribute => valuesOf(attribute).Select(value => Changed(features[row], attribute, value)))];
        flipped += model.Transform(View(attacked, features[row].Length)).GetColumn<bool>("PredictedLabel").Count(answer => answer != answers[row]);
        tried += attacked.Length;
        rows++;
    }
    return $"{tried:N0} attacks on {rows} certified rows, {flipped} flipped";
}

IDataView View(Row[] rows, int d)
{
    var schema = SchemaDefinition.Create(typeof(Row));
    schema["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, d);
    return ml.Data.LoadFromEnumerable(rows, schema);
}

static Row Changed(float[] features, int attribute, float value)
{
    float[] changed = [.. features];
    changed[attribute] = value;
    return new Row { Features = changed };
}

static float[] Quantiles(float[] sorted, int most)
    => sorted.Length <= most ? sorted : [.. Enumerable.Range(0, most).Select(i => sorted[(int)((long)i * (sorted.Length - 1) / (most - 1))])];

/// <summary>One row of a table.</summary>
internal sealed class Row
{
    public float[] Features { get; set; } = [];

    public bool Label { get; set; }
}
