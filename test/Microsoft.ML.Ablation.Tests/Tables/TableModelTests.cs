using Microsoft.ML.Ablation.Tests.Support;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers.FastTree;
using Microsoft.ML.Trainers.LightGbm;

namespace Microsoft.ML.Ablation.Tests.Tables;

/// <summary>ML.NET's own learners as base classifiers of tables, with every kind of label.</summary>
[TestClass]
public sealed class TableModelTests
{
    private readonly MLContext _ml = new(seed: 1);

    private IEstimator<ITransformer> Learner(string name, string label) => name switch
    {
        "LightGBM" => _ml.BinaryClassification.Trainers.LightGbm(new LightGbmBinaryTrainer.Options { LabelColumnName = label, NumberOfIterations = 20 }),
        "FastTree" => _ml.BinaryClassification.Trainers.FastTree(new FastTreeBinaryTrainer.Options { LabelColumnName = label, NumberOfTrees = 20 }),
        "SDCA" => _ml.BinaryClassification.Trainers.SdcaLogisticRegression(label, maximumNumberOfIterations: 20),
        "Platt" => _ml.BinaryClassification.Trainers.AveragedPerceptron(label).Append(_ml.BinaryClassification.Calibrators.Platt(label)),
        "LightGBM classes" => _ml.MulticlassClassification.Trainers.LightGbm(new LightGbmMulticlassTrainer.Options { LabelColumnName = label, NumberOfIterations = 20 }),
        "FastTree classes" => _ml.MulticlassClassification.Trainers.OneVersusAll(
            _ml.BinaryClassification.Trainers.FastTree(new FastTreeBinaryTrainer.Options { LabelColumnName = label, NumberOfTrees = 20 }), label),
        _ => _ml.MulticlassClassification.Trainers.SdcaMaximumEntropy(label, maximumNumberOfIterations: 20),
    };

    private ITransformer Fit(string learner, AblationEncoding encoding, string label, IDataView train)
    {
        IEstimator<ITransformer> certifier = _ml.Transforms.SmoothedCertifier(
            _ml.Transforms.RandomAblation(2, encoding: encoding, groups: FeatureGroups.OfColumns(Loans.Attributes), seed: 1).Append(Learner(learner, label)),
            SmoothedCertifierOptions.Paper with { Seed = 1 }, trainingCopies: 5);
        return (label == "Label" ? certifier : _ml.Transforms.Conversion.MapValueToKey(label).Append(certifier)).Fit(train);
    }

    [TestMethod]
    [DataRow("LightGBM", AblationEncoding.Missing, "Label", DisplayName = "LightGBM, Boolean")]
    [DataRow("FastTree", AblationEncoding.Presence, "Label", DisplayName = "FastTree, Boolean")]
    [DataRow("SDCA", AblationEncoding.Presence, "Label", DisplayName = "SDCA, Boolean")]
    [DataRow("Platt", AblationEncoding.Presence, "Label", DisplayName = "calibrated, Boolean")]
    [DataRow("LightGBM classes", AblationEncoding.Missing, "Grade", DisplayName = "LightGBM, text key")]
    [DataRow("FastTree classes", AblationEncoding.Presence, "Number", DisplayName = "FastTree one-versus-all, numeric key")]
    [DataRow("SDCA classes", AblationEncoding.Presence, "Number", DisplayName = "SDCA, numeric key")]
    public void Every_learner_certifies_exactly_saves_and_loads(string learner, AblationEncoding encoding, string label)
    {
        IDataView train = Loans.View(_ml, 400, seed: 2), test = Loans.View(_ml, 100, seed: 3);
        ITransformer model = Fit(learner, encoding, label, train);
        IDataView report = model.Transform(test);
        CertifiedMetrics metrics = _ml.MulticlassClassification.EvaluateCertified(report, label);
        Assert.IsGreaterThan(label == "Label" ? 0.8 : 0.6, metrics.ClassificationAccuracy);
        Assert.IsGreaterThan(0.3, metrics.CertifiedAccuracyAt(1));
        Assert.IsTrue(report.Scalar<int>("SampleCount").All(count => count == 15), "C(6, 2) = 15");

        VBuffer<ReadOnlyMemory<char>> names = default;
        report.Schema["Votes"].GetSlotNames(ref names);
        CollectionAssert.AreEquivalent(label switch { "Label" => ["False", "True"], "Grade" => new[] { "a", "b", "c" }, _ => ["10", "20", "30"] },
            names.DenseValues().Select(name => name.ToString()).ToArray());

        using var stream = new MemoryStream();
        _ml.Model.Save(model, train.Schema, stream);
        ITransformer loaded = new MLContext().Model.Load(stream, out _);
        CollectionAssert.AreEqual(report.CertifiedText(), loaded.Transform(test).CertifiedText());
    }

    /// <summary>Every set of up to ρ attributes, every value that the table has for them, every certified row: no answer changes.</summary>
    [TestMethod]
    [DataRow("LightGBM", AblationEncoding.Missing)]
    [DataRow("SDCA", AblationEncoding.Presence)]
    public void No_attack_on_attributes_flips_a_certified_row(string learner, AblationEncoding encoding)
    {
        ITransformer encode = Loans.Encoding(_ml);
        ITransformer model = Fit(learner, encoding, "Label", Loans.View(_ml, 400, seed: 2));
        Loans.Row[] rows = Loans.Rows(40, seed: 3);
        IDataView report = model.Transform(encode.Transform(_ml.Data.LoadFromEnumerable(rows)));
        int[] radii = report.Scalar<int>("CertifiedRadius");
        bool[] answers = report.Scalar<bool>("PredictedLabel");
        int attacks = 0;
        for (int row = 0; row < rows.Length; row++)
        {
            if (radii[row] < 1)
                continue;
            Loans.Row[] attacked = [.. Attacked(rows[row])];
            bool[] given = model.Transform(encode.Transform(_ml.Data.LoadFromEnumerable(attacked))).Scalar<bool>("PredictedLabel");
            Assert.IsTrue(given.All(answer => answer == answers[row]), $"row {row}, certified at {radii[row]}");
            attacks += attacked.Length;
        }
        Assert.IsGreaterThan(500, attacks);

        static IEnumerable<Loans.Row> Attacked(Loans.Row row)
        {
            foreach (float value in new[] { -1e6f, 0f, 0.3f, 0.5f, 0.7f, 1f, 1e6f })
            {
                yield return Copy(row, changed => changed.Income = value);
                yield return Copy(row, changed => changed.Savings = value);
                yield return Copy(row, changed => changed.Debt = value);
                yield return Copy(row, changed => changed.Years = value);
            }
            foreach (string value in new[] { "north", "south", "east", "own", "rent", "unheard of" })
            {
                yield return Copy(row, changed => changed.Region = value);
                yield return Copy(row, changed => changed.Housing = value);
            }
        }

        static Loans.Row Copy(Loans.Row row, Action<Loans.Row> change)
        {
            var copy = new Loans.Row { Income = row.Income, Savings = row.Savings, Region = row.Region, Debt = row.Debt, Housing = row.Housing, Years = row.Years };
            change(copy);
            return copy;
        }
    }

    [TestMethod]
    public void A_learner_that_does_not_take_NaN_is_told_of_Presence()
    {
        IDataView train = Loans.View(_ml, 200, seed: 2);
        ITransformer stranger = _ml.BinaryClassification.Trainers.SdcaLogisticRegression(maximumNumberOfIterations: 5).Fit(train);
        ITransformer ablation = _ml.Transforms.RandomAblation(2, encoding: AblationEncoding.Missing, groups: FeatureGroups.OfColumns(Loans.Attributes)).Fit(train);
        ITransformer model = _ml.Transforms.SmoothedCertifier(new TransformerChain<ITransformer>(ablation, stranger)).Fit(train);
        StringAssert.Contains(Assert.Throws<InvalidOperationException>(() => model.Transform(train).Scalar<int>("CertifiedRadius")).Message,
            "Use the encoding Presence instead of Missing");
    }

    [TestMethod]
    public void A_classifier_that_was_never_shown_NULL_is_told_also_when_loaded()
    {
        var messages = new List<string>();
        _ml.Log += (_, e) => messages.Add(e.Message);
        IDataView train = Loans.View(_ml, 200, seed: 2);
        ITransformer plain = Learner("LightGBM", "Label").Fit(train);
        ITransformer ablation = _ml.Transforms.RandomAblation(2, encoding: AblationEncoding.Missing, groups: FeatureGroups.OfColumns(Loans.Attributes)).Fit(train);
        ITransformer model = _ml.Transforms.SmoothedCertifier(new TransformerChain<ITransformer>(ablation, plain)).Fit(train);
        Assert.AreEqual(1, Told());
        using var stream = new MemoryStream();
        _ml.Model.Save(model, train.Schema, stream);
        messages.Clear();
        _ml.Model.Load(stream, out _).Transform(train);
        Assert.AreEqual(1, Told());
        messages.Clear();
        Fit("LightGBM", AblationEncoding.Missing, "Label", train);
        Assert.AreEqual(0, Told());

        int Told() => messages.Count(message => message.Contains("it was never shown NULL", StringComparison.Ordinal));
    }
}
