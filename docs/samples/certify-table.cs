#!/usr/bin/env dotnet
// Certifies the decisions of a LightGBM model on a table: nobody can turn one by falsifying up to so many of the attributes. The table is drawn here, so
// that the program needs no file; put LoadFromTextFile in its place for your own.
//   dotnet run docs/samples/certify-table.cs
#:project ../../src/Microsoft.ML.Ablation/Microsoft.ML.Ablation.csproj
#:package Microsoft.ML.LightGbm
#:property PublishAot=false

using Microsoft.ML;
using Microsoft.ML.Ablation;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers.LightGbm;

var ml = new MLContext(seed: 1);
IDataView train = ml.Data.LoadFromEnumerable(Applicant.Draw(4_000, seed: 1));
IDataView validation = ml.Data.LoadFromEnumerable(Applicant.Draw(300, seed: 2));
IDataView test = ml.Data.LoadFromEnumerable(Applicant.Draw(300, seed: 3));

// An attribute is one position, whatever it fills in the feature vector: the region fills a slot for each region.
string[] attributes = ["Age", "Income", "YearsEmployed", "Debt", "Savings", "LatePayments", "Region", "Housing", "Purpose"];

IEstimator<ITransformer> Pipeline(int k) => ml.Transforms.Categorical.OneHotEncoding([new("Region"), new("Housing"), new("Purpose")])
    .Append(ml.Transforms.Concatenate("Features", attributes))
    .Append(ml.Transforms.SmoothedCertifier(
        ml.Transforms.RandomAblation(k, encoding: AblationEncoding.Missing, groups: FeatureGroups.OfColumns(attributes))
            .Append(ml.BinaryClassification.Trainers.LightGbm(new LightGbmBinaryTrainer.Options { NumberOfLeaves = 15, NumberOfIterations = 60 })),
        trainingCopies: 10));

// More attributes, more accuracy; fewer, larger radii. Chosen on rows that are neither for training nor for the test.
RetainedComparison comparison = ml.MulticlassClassification.CompareRetainedCounts(train, validation, [2, 3, 4, 5], Pipeline);
Console.WriteLine(comparison);
int k = comparison.BestAt(radius: 1);

ITransformer model = Pipeline(k).Fit(train);
CertifiedMetrics metrics = ml.BinaryClassification.EvaluateCertified(model.Transform(test));
Console.WriteLine($"k = {k}: {metrics.ClassificationAccuracy:P1} of 300 decisions are right, {metrics.CertifiedAccuracyAt(1):P1} whatever one attribute says");

// Plain ML.NET from here on: the model is a file, and answers one row at a time as well.
ml.Model.Save(model, train.Schema, "table-model.zip");
ITransformer loaded = ml.Model.Load("table-model.zip", out _);
PredictionEngine<Applicant, Decision> engine = ml.Model.CreatePredictionEngine<Applicant, Decision>(loaded);
Applicant applicant = Applicant.Draw(1, seed: 4).Single();
Decision decision = engine.Predict(applicant);
string answer = decision.Abstained ? "no answer" : $"{decision.PredictedLabel}";
Console.WriteLine($"one applicant: {answer}, certified radius {decision.CertifiedRadius}, from all {decision.SampleCount} choices of {k} of {attributes.Length} attributes");
Console.WriteLine(ml.Data.Explain(loaded, ml.Data.LoadFromEnumerable([applicant])));

internal sealed class Decision
{
    public bool PredictedLabel { get; set; }

    public bool Abstained { get; set; }

    public int CertifiedRadius { get; set; }

    public int SampleCount { get; set; }
}

internal sealed class Applicant
{
    private static readonly string[] s_regions = ["north", "south", "east", "west"];
    private static readonly string[] s_housings = ["own", "rent", "free"];
    private static readonly string[] s_purposes = ["car", "house", "education", "other"];

    public float Age { get; set; }

    public float Income { get; set; }

    public float YearsEmployed { get; set; }

    public float Debt { get; set; }

    public float Savings { get; set; }

    public float LatePayments { get; set; }

    public string Region { get; set; } = "";

    public string Housing { get; set; } = "";

    public string Purpose { get; set; } = "";

    public bool Label { get; set; }

    // Most attributes hint at the same thing, how well somebody is off: that is what lets a decision stand without some of them.
    public static IEnumerable<Applicant> Draw(int count, int seed)
    {
        var random = new Random(seed);
        for (int i = 0; i < count; i++)
        {
            double wealth = random.NextDouble();
            yield return new Applicant
            {
                Age = (float)(20 + 40 * Near(wealth)),
                Income = (float)(15_000 + 90_000 * Near(wealth)),
                YearsEmployed = (float)(20 * Near(wealth)),
                Debt = (float)(50_000 * Near(1 - wealth)),
                Savings = (float)(80_000 * Near(wealth)),
                LatePayments = (float)Math.Floor(6 * Near(1 - wealth)),
                Region = s_regions[random.Next(4)],
                Housing = s_housings[Near(wealth) > 0.5 ? 0 : random.Next(3)],
                Purpose = s_purposes[random.Next(4)],
                Label = Near(wealth) > 0.5,
            };
        }

        double Near(double value) => Math.Clamp(value + 0.15 * (random.NextDouble() + random.NextDouble() - 1), 0, 1);
    }
}
