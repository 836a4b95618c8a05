#!/usr/bin/env dotnet
// Measures what docs/results.md says about certified numbers: prices of houses (Ames, five folds), every attack on one attribute of 50 houses, and the probability of a binary
// classifier (Phishing Websites, Adult). FOLDER has ames-housing.csv, phishing-websites.arff and adult.with-schema.txt; left out, it is the folder tables in ABLATION_DATA.
//   dotnet run -c Release docs/samples/tables-of-numbers.cs -- [FOLDER] [small] [phishing] [adult] [prices] [sampled] [attacks]
#:project ../../src/Microsoft.ML.Ablation/Microsoft.ML.Ablation.csproj
#:package Microsoft.ML.LightGbm
#:property PublishAot=false

using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.ML;
using Microsoft.ML.Ablation;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers.LightGbm;

string[] parts = ["small", "phishing", "adult", "prices", "sampled", "attacks"];
string? folder = args.FirstOrDefault(argument => !parts.Contains(argument))
    ?? (Environment.GetEnvironmentVariable("ABLATION_DATA") is { } data ? Path.Combine(data, "tables") : null);
if (folder is null)
{
    Console.Error.WriteLine("Give the folder with the tables: dotnet run -c Release docs/samples/tables-of-numbers.cs -- FOLDER");
    return 2;
}
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
bool small = args.Contains("small");
var ml = new MLContext(seed: 1);
if (Asked("phishing"))
    Phishing();
if (Asked("adult"))
    Adult();
if (Asked("prices") || Asked("sampled"))
    Prices();
if (Asked("attacks"))
    Attacks();
return 0;

bool Asked(string part) => !args.Intersect(parts).Except(["small"]).Any() || args.Contains(part);

void Phishing()
{
    const int d = 30;
    string[] lines = [.. File.ReadLines(Path.Combine(folder, "phishing-websites.arff")).SkipWhile(line => !line.StartsWith("@data", StringComparison.OrdinalIgnoreCase)).Skip(1)
        .Select(line => line.Trim()).Where(line => line.Length > 0)];
    // Many pages stand in the file several times: all rows of a page are on the same side.
    string[] pages = [.. lines.Select(PageOf).Distinct()];
    new Random(1).Shuffle(pages);
    Dictionary<string, int> fifths = pages.Index().ToDictionary(page => page.Item, page => page.Index * 5 / pages.Length);
    // Fraud is what the file marks with −1.
    Row RowOf(string line) => new()
    {
        Features = [.. PageOf(line).Split(',').Select(number => float.Parse(number, CultureInfo.InvariantCulture))],
        Label = line.EndsWith(",-1", StringComparison.Ordinal),
    };
    ILookup<int, Row> rows = lines.ToLookup(line => fifths[PageOf(line)], RowOf);
    Probabilities("Phishing Websites", d, [.. rows[2], .. rows[3], .. rows[4]], [.. rows[1]], [.. rows[0]], small ? [4] : [4, 6], small ? [5] : [3, 5, 9, 11]);

    static string PageOf(string line) => line[..line.LastIndexOf(',')];
}

void Adult()
{
    const int texts = 8, d = 14;
    string[][] lines = [.. File.ReadLines(Path.Combine(folder, "adult.with-schema.txt")).Where(line => !line.StartsWith('#')).Skip(1)
        .Select(line => line.Split('\t')).Where(cells => cells.Length > d)];
    new Random(1).Shuffle(lines);
    // A category is its number, which is one value of one attribute; trees do not need more.
    Dictionary<string, float>[] categories = [.. Enumerable.Range(1, texts).Select(column => lines.Select(cells => cells[column]).Distinct().Order(StringComparer.Ordinal)
        .Index().ToDictionary(pair => pair.Item, pair => (float)pair.Index))];
    Row[] rows = [.. lines.Select(cells => new Row
    {
        Label = cells[0] == "1",
        Features = [.. Enumerable.Range(0, d).Select(i => i < texts ? categories[i][cells[1 + i]] : float.Parse(cells[1 + i], CultureInfo.InvariantCulture))],
    })];
    int fifth = rows.Length / 5;
    Probabilities("Adult", d, [.. rows.Skip(2 * fifth).Take(small ? 400 : int.MaxValue)], rows[fifth..(2 * fifth)], rows[..fifth], small ? [3] : [3, 4], small ? [5] : [3, 5, 7, 9]);
}

void Probabilities(string name, int d, Row[] train, Row[] calibration, Row[] test, int[] retained, int[] masks)
{
    var options = new LightGbmBinaryTrainer.Options { NumberOfIterations = small ? 20 : 100, NumberOfThreads = 1, Seed = 1 };
    IEstimator<ITransformer> trees = ml.BinaryClassification.Trainers.LightGbm(options);
    IDataView rows = View(train, d);
    Console.WriteLine($"{name}, d = {d}, {train.Length} training rows, {calibration.Length} for calibration, {test.Length} test rows, LightGBM; "
        + "shares of the test rows at ρ = 0, 1, 2, 3 (and how many of them the label agrees with)");
    ITransformer plain = trees.Fit(rows);
    Print("plain", test.Length, some => [.. plain.Transform(some).GetColumn<float>("Probability").Select(value => (value, new[] { value }, new[] { value }))]);
    foreach (int count in masks)
        Smooth($"partition, N = {count}", ml.Transforms.PartitionAblation(count, encoding: AblationEncoding.Missing, groups: FeatureGroups.EachSlot), count, test.Length);
    foreach (int k in retained)
        Smooth($"random, k = {k}", ml.Transforms.RandomAblation(k, encoding: AblationEncoding.Missing, groups: FeatureGroups.EachSlot, seed: 1), 15, 300);

    void Smooth(string what, IEstimator<ITransformer> ablation, int copies, int asked)
    {
        var smoothing = new SmoothedRegressorOptions { BaseColumnName = "Probability", Seed = 1, Threads = 1 };
        using SmoothedRegressorTransformer model = ml.Transforms.SmoothedRegressor(ablation.Append(trees), smoothing, copies).Fit(rows);
        Print(what, asked, some => [.. ml.Data.CreateEnumerable<Interval>(model.Transform(some), reuseRowObject: false, ignoreMissingColumns: true)
            .Select(row => (row.Score, row.CertifiedLower, row.CertifiedUpper))]);
    }

    void Print(string what, int asked, Func<IDataView, (float Median, float[] Lower, float[] Upper)[]> ask)
    {
        Row[] known = calibration[..Math.Min(asked, small ? 20 : calibration.Length)], others = test[..Math.Min(asked, small ? 20 : test.Length)];
        (float Median, float[] Lower, float[] Upper)[] answers = ask(View(others, d));
        Console.WriteLine($"  {what,-18} {Figures(others, answers)}");
        // The median of probabilities is no probability. Platt's curve, from rows that no tree was trained on, makes it one; where it rises, intervals pass through it.
        IDataView medians = ml.Data.LoadFromEnumerable(ask(View(known, d)).Zip(known, (answer, row) => new Scored { Score = Logit(answer.Median), Label = row.Label }));
        ITransformer curve = ml.BinaryClassification.Calibrators.Platt().Fit(medians);
        float[] Calibrated(IEnumerable<float> values)
            => [.. curve.Transform(ml.Data.LoadFromEnumerable(values.Select(value => new Scored { Score = Logit(value) }))).GetColumn<float>("Probability")];
        if (Calibrated([0.1f, 0.9f]) is not [var few, var many] || few >= many)
            throw new InvalidOperationException("The curve falls.");
        float[] middle = Calibrated(answers.Select(answer => answer.Median));
        float[][] lower = [.. Calibrated(answers.SelectMany(answer => answer.Lower)).Chunk(answers[0].Lower.Length)];
        float[][] upper = [.. Calibrated(answers.SelectMany(answer => answer.Upper)).Chunk(answers[0].Upper.Length)];
        Console.WriteLine($"    {"calibrated",-16} {Figures(others, [.. middle.Zip(lower, upper)])}");
    }

    static float Logit(float value) => (float)Math.Log(Math.Clamp(value, 1e-6, 1 - 1e-6) / (1 - Math.Clamp(value, 1e-6, 1 - 1e-6)));

    static string Figures(Row[] rows, (float Median, float[] Lower, float[] Upper)[] answers)
    {
        double right = rows.Zip(answers, (row, answer) => row.Label == answer.Median > 0.5f ? 1.0 : 0).Average();
        return $"{rows.Length} rows, right {right:P1}; above 0.9 {Shares((answer, rho) => answer.Lower[rho] > 0.9f, true)}; "
            + $"below 0.1 {Shares((answer, rho) => answer.Upper[rho] < 0.1f, false)}";

        string Shares(Func<(float Median, float[] Lower, float[] Upper), int, bool> isSure, bool label) => string.Join(", ", Enumerable.Range(0, answers[0].Lower.Length).Select(rho =>
        {
            Row[] sure = [.. rows.Where((_, i) => isSure(answers[i], rho))];
            return sure.Length == 0 ? "0" : $"{100.0 * sure.Length / rows.Length:F1} ({100 * sure.Average(row => row.Label == label ? 1.0 : 0):F1})";
        })) + " %";
    }
}

static IDataView View(Row[] rows, int d)
{
    var schema = SchemaDefinition.Create(typeof(Row));
    schema["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, d);
    return new MLContext().Data.LoadFromEnumerable(rows, schema);
}

void Prices()
{
    Houses houses = ReadHouses();
    Console.WriteLine($"Ames Housing, d = {houses.Attributes.Length}, {houses.Rows.Length} houses, five folds, LightGBM on the logarithm of the price");
    if (Asked("prices"))
    {
        Estimate("plain", null, 1, 1);
        foreach (int masks in small ? [11] : new[] { 11, 7, 15 })
            Estimate($"partition, N = {masks}", Partition(masks), masks, 1);
    }
    // 1,000 calls for a row are slow: every fifth house is asked about.
    foreach (int k in Asked("sampled") ? small ? [8] : new[] { 8, 4, 16 } : [])
        Estimate($"random, k = {k}", ml.Transforms.RandomAblation(k, encoding: AblationEncoding.Missing, seed: 1), 15, 5);

    void Estimate(string name, IEstimator<ITransformer>? ablation, int copies, int every)
    {
        var watch = Stopwatch.StartNew();
        CertifiedRegression[][] folds = [.. Enumerable.Range(0, small ? 2 : 5).Select(fold =>
        {
            ITransformer model = FitPrices(houses, fold, ablation, copies);
            return houses.Value(model, [.. houses.Fold(fold).Where((_, i) => i % every == 0).Take(small ? 20 : int.MaxValue)]);
        })];
        Console.WriteLine($"  {name,-18} {Figures([.. folds.SelectMany(fold => fold)])}; {watch.Elapsed.TotalSeconds:N0} s");
        // Few attributes pull every price to the middle. A line through the logarithms, from the houses of the other folds, undoes it; it does not fall, so that intervals pass through it.
        Console.WriteLine($"  {"  stretched",-18} {Figures([.. folds.SelectMany((fold, i) => Stretched(fold, [.. folds.Where((_, other) => other != i).SelectMany(other => other)]))])}");
    }

    static string Figures(CertifiedRegression[] rows)
    {
        CertifiedRegressionMetrics metrics = CertifiedRegressionMetrics.From(rows);
        string within = string.Join(", ", metrics.CertifiedAccuracyWithinShare(0.15).Select(share => $"{100 * share:F1}"));
        string widths = string.Join(", ", metrics.MeanWidth.Select(width => $"{width:N0}"));
        string bounded = string.Join(", ", metrics.BoundedShare.Select(share => $"{100 * share:F1}"));
        return $"{metrics.RowCount} rows, R² {metrics.RSquared:F3}, MAE {metrics.MeanAbsoluteError:N0}, within 15 % at ρ = 0 to 3: {within} %, width {widths}, bounded {bounded} %";
    }

    static IEnumerable<CertifiedRegression> Stretched(CertifiedRegression[] rows, CertifiedRegression[] others)
    {
        double x = others.Average(row => Math.Log(row.Score)), y = others.Average(row => Math.Log(row.Label));
        double slope = others.Sum(row => (Math.Log(row.Score) - x) * (Math.Log(row.Label) - y)) / others.Sum(row => Math.Pow(Math.Log(row.Score) - x, 2));
        float Stretch(float price) => (float)Math.Exp(y + slope * (Math.Log(price) - x));
        return rows.Select(row => new CertifiedRegression(row.Label, Stretch(row.Score), [.. row.CertifiedLower.Select(Stretch)], [.. row.CertifiedUpper.Select(Stretch)]));
    }
}

// Every attack on one attribute: all the values that it has in the data. 50 houses of the first fold, and 3 with every tenth value where 1,000 ablations are asked about each attack.
void Attacks()
{
    Houses houses = ReadHouses();
    Console.WriteLine("Ames Housing, attacks on one attribute; ρ = 1");
    Try("partition, N = 11", Partition(11), 11, small ? 1 : 50, 1);
    Try("plain", null, 1, small ? 1 : 10, 1);
    Try("random, k = 8", ml.Transforms.RandomAblation(8, encoding: AblationEncoding.Missing, seed: 1), 15, small ? 1 : 3, small ? 100 : 10);

    void Try(string name, IEstimator<ITransformer>? ablation, int copies, int rows, int every)
    {
        var watch = Stopwatch.StartNew();
        ITransformer model = FitPrices(houses, 0, ablation, copies);
        string[] attacked = houses.Fold(0)[..rows];
        CertifiedRegression[] answers = houses.Value(model, attacked);
        long tried = 0, left = 0;
        var moved = new List<double>();
        for (int row = 0; row < rows; row++)
        {
            CertifiedRegression answer = answers[row];
            CertifiedRegression[] found = houses.Value(model, [.. houses.WithOneFalsified(attacked[row], every)]);
            moved.Add(found.Max(other => Math.Abs(Math.Log(other.Score / answer.Score))));
            left += ablation is null ? 0 : found.Count(other => other.Score < answer.CertifiedLower[1] || other.Score > answer.CertifiedUpper[1]);
            tried += found.Length;
            if (row + 1 == rows || row % 10 == 9)
            {
                string leaving = ablation is null ? "" : $", {left} left the interval";
                Console.WriteLine($"  {name,-18} {row + 1} houses, {tried:N0} attacks{leaving}; the worst on a house moves its price by {Math.Exp(moved.Average()) - 1:P1} "
                    + $"in the mean, {Math.Exp(moved.Max()) - 1:P1} at most; {watch.Elapsed.TotalSeconds:N0} s");
            }
        }
    }
}

Houses ReadHouses() => new(ml, File.ReadAllLines(Path.Combine(folder, "ames-housing.csv")));

IEstimator<ITransformer> Partition(int masks) => ml.Transforms.PartitionAblation(masks, encoding: AblationEncoding.Missing, labelColumnName: Houses.IsDear);

ITransformer FitPrices(Houses houses, int fold, IEstimator<ITransformer>? ablation, int copies)
{
    IEstimator<ITransformer> trees = ml.Regression.Trainers.LightGbm(new LightGbmRegressionTrainer.Options
    {
        LabelColumnName = Houses.LogPrice,
        NumberOfIterations = small ? 20 : 100,
        NumberOfLeaves = 31,
        NumberOfThreads = 1,
        Seed = 1,
    });
    var options = new SmoothedRegressorOptions { Seed = 1, Threads = 1 };
    IEstimator<ITransformer> valuer = ablation is null ? trees : ml.Transforms.SmoothedRegressor(ablation.Append(trees), options, copies);
    return houses.Preparation.Append(valuer).Fit(houses.View(houses.AllBut(fold)));
}

/// <summary>One row of a table.</summary>
internal sealed class Row
{
    public float[] Features { get; set; } = [];

    public bool Label { get; set; }
}

/// <summary>The table of houses: its lines, and how they are read.</summary>
internal sealed class Houses
{
    public const string LogPrice = "LogPrice", IsDear = "IsDear";
    private const string Price = "SalePrice", Code = "MS SubClass";
    private readonly MLContext _ml;
    private readonly string[] _names, _texts;
    private readonly Dictionary<string, string[]> _values = [];

    public Houses(MLContext ml, string[] lines)
    {
        (_ml, _names, Rows) = (ml, lines[0].Split(','), lines[1..]);
        new Random(1).Shuffle(Rows);
        Attributes = [.. _names.Except(["Order", "PID", Price])];
        foreach (string name in Attributes)
            _values[name] = [.. Rows.Select(row => row.Split(',')[Array.IndexOf(_names, name)]).Distinct().Order(StringComparer.Ordinal)];
        // A category has values that are no numbers; the type of dwelling is a code. An empty field is a missing number.
        _texts = [.. Attributes.Where(name => name == Code || _values[name].Any(value => value.Length > 0 && !float.TryParse(value, CultureInfo.InvariantCulture, out _)))];
    }

    public string[] Rows { get; }

    public string[] Attributes { get; }

    /// <summary>Concatenate names all slots of an attribute after it: they are one position. Masks are chosen by what attributes say of dear and cheap houses.</summary>
    public IEstimator<ITransformer> Preparation => _ml.Transforms.Categorical.OneHotEncoding([.. _texts.Select(name => new InputOutputColumnPair(name))])
        .Append(_ml.Transforms.Concatenate("Features", Attributes))
        .Append(_ml.Transforms.Expression(LogPrice, "x => log(x)", Price))
        .Append(_ml.Transforms.Expression(IsDear, "x => x > 160000", Price));

    public string[] Fold(int fold) => [.. Rows.Where((_, i) => i % 5 == fold)];

    public string[] AllBut(int fold) => [.. Rows.Where((_, i) => i % 5 != fold)];

    public IDataView View(string[] rows) => _ml.Data.Cache(_ml.Data.CreateTextLoader(new TextLoader.Options
    {
        Separators = [','],
        MissingRealsAsNaNs = true,
        Columns = [.. _names.Index().Where(name => name.Item == Price || Attributes.Contains(name.Item))
            .Select(name => new TextLoader.Column(name.Item, _texts.Contains(name.Item) ? DataKind.String : DataKind.Single, name.Index))],
    }).Load(new Lines(string.Join('\n', rows))));

    /// <summary>What a model says of houses, in dollars: the exponential function does not fall, so that the median and its intervals pass through it.</summary>
    public CertifiedRegression[] Value(ITransformer model, string[] rows)
    {
        IDataView report = model.Transform(View(rows));
        bool isCertified = report.Schema.GetColumnOrNull("CertifiedLower") is not null;
        // One pass over the rows: each is asked about once.
        return [.. isCertified
            ? _ml.Data.CreateEnumerable<Interval>(report, reuseRowObject: false).Select(row => new CertifiedRegression(row.SalePrice, MathF.Exp(row.Score),
                Array.ConvertAll(row.CertifiedLower, MathF.Exp), Array.ConvertAll(row.CertifiedUpper, MathF.Exp)))
            : _ml.Data.CreateEnumerable<Estimate>(report, reuseRowObject: false)
                .Select(row => new CertifiedRegression(row.SalePrice, MathF.Exp(row.Score), [MathF.Exp(row.Score)], [MathF.Exp(row.Score)]))];
    }

    /// <summary>The line with one attribute set to each of every so many of its values.</summary>
    public IEnumerable<string> WithOneFalsified(string row, int every)
    {
        string[] cells = row.Split(',');
        foreach (string name in Attributes)
        {
            int column = Array.IndexOf(_names, name);
            foreach (string value in _values[name].Where((value, i) => i % every == 0 && value != cells[column]))
                yield return string.Join(',', cells.Select((cell, i) => i == column ? value : cell));
        }
    }
}

internal sealed class Scored
{
    public float Score { get; set; }

    public bool Label { get; set; }
}

internal class Estimate
{
    public float SalePrice { get; set; }

    public float Score { get; set; }
}

internal sealed class Interval : Estimate
{
    public float[] CertifiedLower { get; set; } = [];

    public float[] CertifiedUpper { get; set; } = [];
}

/// <summary>A text in memory that is read as a file.</summary>
internal sealed class Lines(string text) : IMultiStreamSource
{
    public int Count => 1;

    public string? GetPathOrNull(int index) => null;

    public Stream Open(int index) => new MemoryStream(Encoding.UTF8.GetBytes(text));

    public TextReader OpenTextReader(int index) => new StringReader(text);
}
