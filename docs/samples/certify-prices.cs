#!/usr/bin/env dotnet
// Estimates prices of houses with LightGBM, and says between which limits each estimate stays, however so many attributes of the house are falsified. FILE is a table with a column
// SalePrice, such as ames-housing.csv; left out, it is that file in the folder tables of ABLATION_DATA, and without ABLATION_DATA a table is drawn here.
//   dotnet run -c Release docs/samples/certify-prices.cs -- [FILE]
#:project ../../src/Microsoft.ML.Ablation/Microsoft.ML.Ablation.csproj
#:package Microsoft.ML.LightGbm
#:property PublishAot=false

using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Ablation;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers.LightGbm;

const string price = "SalePrice";
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var ml = new MLContext(seed: 1);
string? file = args.FirstOrDefault() ?? (Environment.GetEnvironmentVariable("ABLATION_DATA") is { } data ? Path.Combine(data, "tables", "ames-housing.csv") : null);
string path = file ?? Path.Combine(Path.GetTempPath(), $"houses-{Guid.NewGuid():N}.csv");
if (file is null)
    File.WriteAllLines(path, Houses.Draw(1_200));

// Numbers of the row and the parcel say nothing of a house. A category has values that are no numbers; MS SubClass is a code. An empty field is a missing number.
string[][] cells = [.. File.ReadLines(path).Select(line => line.Split(','))];
string[] names = cells[0], attributes = [.. names.Except(["Order", "PID", price])];
string[] categories = [.. attributes.Where(name => name == "MS SubClass" || cells.Skip(1).Select(row => row[Array.IndexOf(names, name)]).Any(IsNoNumber))];
IDataView houses = ml.Data.LoadFromTextFile(path, new TextLoader.Options
{
    HasHeader = true,
    Separators = [','],
    MissingRealsAsNaNs = true,
    Columns = [.. attributes.Append(price).Select(name => new TextLoader.Column(name, categories.Contains(name) ? DataKind.String : DataKind.Single, Array.IndexOf(names, name)))],
});
DataOperationsCatalog.TrainTestData split = ml.Data.TrainTestSplit(ml.Data.Cache(houses), testFraction: 0.2, seed: 1);

// An attribute is one position, whatever it fills in the feature vector. Each mask shows some of the attributes, chosen so that every mask can tell dear houses from cheap ones. The
// estimate is the median over the masks: who falsifies one attribute changes what one mask says.
int masks = Math.Min(11, attributes.Length / 2);
IEstimator<ITransformer> estimator = ml.Transforms.PartitionAblation(masks, encoding: AblationEncoding.Missing, groups: FeatureGroups.OfColumns(attributes), labelColumnName: "IsDear")
    .Append(ml.Regression.Trainers.LightGbm(new LightGbmRegressionTrainer.Options { LabelColumnName = "LogPrice", NumberOfThreads = 1, Seed = 1 }));

// A price is wrong by so many per cent rather than by so many dollars: trees learn its logarithm. The exponential function never falls, so that the median and its limits pass through it.
ITransformer model = ml.Transforms.Categorical.OneHotEncoding([.. categories.Select(name => new InputOutputColumnPair(name))])
    .Append(ml.Transforms.Concatenate("Features", attributes))
    .Append(ml.Transforms.Expression("LogPrice", "x => log(x)", price))
    .Append(ml.Transforms.Expression("IsDear", "x => x > 160000", price))
    .Append(ml.Transforms.SmoothedRegressor(estimator, new SmoothedRegressorOptions { LargestRadius = 3 }, trainingCopies: masks))
    .Append(ml.Transforms.Expression("Score", "x => exp(x)", "Score"))
    .Append(ml.Transforms.Expression("CertifiedLower", "x => exp(x)", "CertifiedLower"))
    .Append(ml.Transforms.Expression("CertifiedUpper", "x => exp(x)", "CertifiedUpper"))
    .Fit(split.TrainSet);

IDataView report = ml.Data.Certify(model, split.TestSet);
foreach (House house in ml.Data.CreateEnumerable<House>(report, reuseRowObject: false).Take(8))
{
    Console.WriteLine($"price {house.Score,7:N0}, stays between {house.CertifiedLower[2],7:N0} and {house.CertifiedUpper[2],7:N0} however 2 attributes are falsified; "
        + $"sold for {house.SalePrice,7:N0}");
}
CertifiedRegressionMetrics metrics = ml.Regression.EvaluateCertified(report, labelColumnName: price);
Console.WriteLine($"{metrics.RowCount} houses, {attributes.Length} attributes, {masks} masks: R² {metrics.RSquared:F3}, mean error {metrics.MeanAbsoluteError:N0}");
for (int changed = 0; changed <= metrics.LargestRadius; changed++)
    Console.WriteLine($"{changed} falsified: mean width {metrics.MeanWidth[changed],7:N0}, within 15 % of the truth {metrics.CertifiedAccuracyWithinShare(0.15)[changed],6:P1}");

if (file is null)
    File.Delete(path);

static bool IsNoNumber(string cell) => cell.Length > 0 && !float.TryParse(cell, CultureInfo.InvariantCulture, out _);

internal sealed class House
{
    public float SalePrice { get; set; }

    public float Score { get; set; }

    public float[] CertifiedLower { get; set; } = [];

    public float[] CertifiedUpper { get; set; } = [];
}

internal static class Houses
{
    /// <summary>Lines of a table. Most attributes hint at the price: that is what lets an estimate stand without some of them.</summary>
    public static IEnumerable<string> Draw(int count)
    {
        string[] grades = ["poor", "fair", "good", "excellent"], rooms = ["Kitchen", "Bath", "Garage", "Basement", "Heating", "Garden"];
        var random = new Random(1);
        yield return "Area,Lot,Year,Rooms,Windows,Tax,Rent,Insurance," + string.Join(',', rooms) + ",SalePrice";
        for (int i = 0; i < count; i++)
        {
            double worth = random.NextDouble();
            double[] numbers = [600 + 2_000 * Near(worth), 4_000 + 9_000 * Near(worth), 1900 + 120 * Near(worth), 3 + 7 * Near(worth), 4 + 20 * Near(worth),
                800 + 4_000 * Near(worth), 500 + 2_500 * Near(worth), 200 + 900 * Near(worth)];
            IEnumerable<string> cells = [.. numbers.Select(number => $"{number:F0}"), .. rooms.Select(_ => grades[(int)(3.99 * Near(worth))]), $"{90_000 * Math.Exp(1.4 * worth):F0}"];
            yield return string.Join(',', cells);
        }

        double Near(double value) => Math.Clamp(value + 0.2 * (random.NextDouble() - 0.5), 0, 1);
    }
}
