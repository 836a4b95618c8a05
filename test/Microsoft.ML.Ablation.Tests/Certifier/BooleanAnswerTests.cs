using Microsoft.ML.Ablation.Tests.Support;
using Microsoft.ML.Ablation.Tests.Tables;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.Ablation.Tests.Certifier;

/// <summary>A binary classifier's certified answers, as ML.NET has answers of binary classifiers.</summary>
[TestClass]
public sealed class BooleanAnswerTests
{
    private readonly MLContext _ml = new(seed: 1);

    private sealed class Answer
    {
        public bool PredictedLabel { get; set; }

        public bool Abstained { get; set; }

        public int CertifiedRadius { get; set; }

        public float Score { get; set; }
    }

    private sealed class KeyAnswer
    {
        [KeyType(2)]
        public uint PredictedLabel { get; set; }

        public float[] Score { get; set; } = [];
    }

    private sealed class Numbers
    {
        [VectorType(6)]
        public float[] Features { get; set; } = [];

        public bool Label { get; set; }
    }

    private IDataView Train => Loans.View(_ml, 400, seed: 2);

    private IDataView Test => Loans.View(_ml, 300, seed: 3);

    /// <summary>Six ablations with one attribute each: three votes against three is a tie.</summary>
    private IEstimator<ITransformer> Base => _ml.Transforms.RandomAblation(1, encoding: AblationEncoding.Presence, groups: FeatureGroups.OfColumns(Loans.Attributes), seed: 1)
        .Append(_ml.BinaryClassification.Trainers.SdcaLogisticRegression(maximumNumberOfIterations: 20));

    private SmoothedCertifierEstimator Certifier => _ml.Transforms.SmoothedCertifier(Base, SmoothedCertifierOptions.Paper with { Seed = 1 }, trainingCopies: 5);

    [TestMethod]
    public void The_answer_is_a_Boolean_and_the_class_with_most_votes_where_it_abstains()
    {
        ITransformer model = Certifier.Fit(Train);
        IDataView report = _ml.Data.Certify(model, Test);
        SchemaShapes.AssertEqual(Certifier.GetOutputSchema(SchemaColumns.ShapeOf(Train.Schema)), SchemaColumns.ShapeOf(model.Transform(Train).Schema));
        Answer[] answers = [.. _ml.Data.CreateEnumerable<Answer>(report, reuseRowObject: false)];
        int[][] votes = report.Vectors<int>("Votes");
        for (int row = 0; row < answers.Length; row++)
        {
            Assert.AreEqual(votes[row][1] > votes[row][0], answers[row].PredictedLabel);
            Assert.AreEqual(votes[row][1] == votes[row][0], answers[row].Abstained);
            Assert.AreEqual((votes[row][1] - votes[row][0]) / 6f, answers[row].Score, 1e-6);
        }
        Assert.Contains(true, answers.Select(answer => answer.Abstained));
        Assert.Contains(true, answers.Select(answer => answer.PredictedLabel));
    }

    [TestMethod]
    public void A_certified_report_is_evaluated_by_this_library_and_by_ML_NET()
    {
        IDataView report = _ml.Data.Certify(Certifier.Fit(Train), Test);
        Answer[] answers = [.. _ml.Data.CreateEnumerable<Answer>(report, reuseRowObject: false)];
        (Answer Answer, bool Truth)[] rows = [.. answers.Zip(Test.Scalar<bool>("Label"))];
        CertifiedMetrics certified = _ml.BinaryClassification.EvaluateCertified(report);
        Assert.AreEqual(rows.Count(row => !row.Answer.Abstained && row.Answer.PredictedLabel == row.Truth), certified.CorrectCount);
        Assert.AreEqual(rows.Count(row => row.Answer.Abstained), certified.AbstainedCount);
        Assert.IsGreaterThan(0.3, certified.CertifiedAccuracyAt(1));
        CertifiedMetrics multiclass = _ml.MulticlassClassification.EvaluateCertified(report);
        Assert.AreEqual(certified.CorrectCount, multiclass.CorrectCount);
        Assert.AreEqual(certified.AbstainedCount, multiclass.AbstainedCount);

        BinaryClassificationMetrics plain = _ml.BinaryClassification.EvaluateNonCalibrated(report);
        Assert.AreEqual((double)rows.Count(row => row.Answer.PredictedLabel == row.Truth) / rows.Length, plain.Accuracy, 1e-9);
        Assert.IsGreaterThan(0.8, plain.AreaUnderRocCurve);

        // A key of Booleans need not have False first.
        ITransformer keyed = _ml.Transforms.Conversion.MapValueToKey("Key", "Label", keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue).Fit(report);
        Assert.AreEqual(certified.CorrectCount, _ml.BinaryClassification.EvaluateCertified(keyed.Transform(report), "Key").CorrectCount);
    }

    [TestMethod]
    public void What_cannot_be_evaluated_is_told()
    {
        IDataView report = _ml.Data.Certify(Certifier.Fit(Train), _ml.Data.TakeRows(Test, 20));
        IDataView without = _ml.Transforms.DropColumns("Abstained").Fit(report).Transform(report);
        StringAssert.Contains(Refused(() => _ml.BinaryClassification.EvaluateCertified(without)), "There is no abstained column 'Abstained'");
        StringAssert.Contains(Refused(() => _ml.BinaryClassification.EvaluateCertified(report, abstainedColumnName: "Score")),
            "The abstained column 'Score' has type Single, but beside the Boolean 'PredictedLabel'");
        IDataView turned = _ml.Transforms.Conversion.MapValue("Label", new Dictionary<bool, string> { [true] = "yes", [false] = "no" }, "Label", treatValuesAsKeyType: true)
            .Fit(report).Transform(report);
        StringAssert.Contains(Refused(() => _ml.BinaryClassification.EvaluateCertified(turned)),
            "Column 'Label' has the classes 'yes', 'no', but 'PredictedLabel' has 'False', 'True', none of which is one of them");
        IDataView three = Table.Certified(_ml).Fit(Table.View(_ml, 60)).Transform(Table.View(_ml, 6));
        StringAssert.Contains(Refused(() => _ml.BinaryClassification.EvaluateCertified(three)), "has 3 classes, but binary classification has 2; use ml.MulticlassClassification");

        static string Refused(Action evaluate) => Assert.Throws<ArgumentException>(evaluate).Message;
    }

    [TestMethod]
    public void A_prediction_engine_binds_a_bool_before_and_after_saving()
    {
        ITransformer model = Loans.Encoding(_ml).Append(Certifier.Fit(Train));
        using var stream = new MemoryStream();
        _ml.Model.Save(model, _ml.Data.LoadFromEnumerable(Loans.Rows(1, seed: 3)).Schema, stream);
        ITransformer loaded = new MLContext().Model.Load(stream, out _);
        using PredictionEngine<Loans.Row, Answer> before = _ml.Model.CreatePredictionEngine<Loans.Row, Answer>(model), after = _ml.Model.CreatePredictionEngine<Loans.Row, Answer>(loaded);
        bool[] expected = model.Transform(_ml.Data.LoadFromEnumerable(Loans.Rows(20, seed: 3))).Scalar<bool>("PredictedLabel");
        foreach ((Loans.Row row, bool answer) in Loans.Rows(20, seed: 3).Zip(expected))
        {
            Assert.AreEqual(answer, before.Predict(row).PredictedLabel);
            Assert.AreEqual(answer, after.Predict(row).PredictedLabel);
        }
        Assert.Contains(true, expected);
        Assert.Contains(false, expected);
    }

    [TestMethod]
    public void A_fitted_binary_classifier_has_a_Boolean_answer_for_what_comes_behind()
    {
        SmoothedCertifierEstimator certifier = _ml.Transforms.SmoothedCertifier(Base.Fit(Train), SmoothedCertifierOptions.Paper with { Seed = 1 });
        IDataView named = certifier.Append(_ml.Transforms.Conversion.ConvertType("Answer", "PredictedLabel", DataKind.Single)).Fit(Train).Transform(Test);
        CollectionAssert.AreEqual(named.Scalar<bool>("PredictedLabel").Select(answer => answer ? 1f : 0f).ToArray(), named.Scalar<float>("Answer"));
        SchemaShapes.AssertEqual(certifier.GetOutputSchema(SchemaColumns.ShapeOf(Train.Schema)), SchemaColumns.ShapeOf(certifier.Fit(Train).Transform(Train).Schema));
    }

    /// <summary>The file was written by the library before Boolean answers: 300 rows of six values, k = 3, seed 3.</summary>
    [TestMethod]
    public void A_model_of_the_format_before_goes_on_to_answer_with_a_key()
    {
        ITransformer old = _ml.Model.Load(Path.Combine(AppContext.BaseDirectory, "Models", "certifier-format-4-boolean.zip"), out DataViewSchema schema);
        var certifier = (SmoothedCertifierTransformer)old;
        IDataView rows = Rows();
        string[] keys = certifier.Transform(rows).CertifiedText();
        using var stream = new MemoryStream();
        _ml.Model.Save(old, schema, stream);
        foreach (ITransformer model in new[] { _ml.Model.Load(stream, out _), certifier.WithOptions(certifier.Options), certifier.CancelledBy(CancellationToken.None) })
            CollectionAssert.AreEqual(keys, model.Transform(rows).CertifiedText());
        Assert.IsInstanceOfType<KeyDataViewType>(certifier.WithoutSeed().Transform(rows).Schema["PredictedLabel"].Type);
        KeyAnswer[] answers = [.. _ml.Data.CreateEnumerable<KeyAnswer>(_ml.Data.Certify(old, rows), reuseRowObject: false)];

        // A certifier made anew around the same base classifier answers with a Boolean, from the same votes.
        SmoothedCertifierTransformer anew = _ml.Transforms.SmoothedCertifier(certifier.BaseModel, certifier.Options with { Seed = 3 }).Fit(rows);
        Answer[] booleans = [.. _ml.Data.CreateEnumerable<Answer>(_ml.Data.Certify(anew, rows), reuseRowObject: false)];
        foreach ((KeyAnswer key, Answer boolean) in answers.Zip(booleans))
        {
            Assert.AreEqual(boolean.Abstained ? 0u : boolean.PredictedLabel ? 2u : 1u, key.PredictedLabel);
            Assert.AreEqual(key.Score[1] - key.Score[0], boolean.Score, 1e-6);
        }
        Assert.HasCount(2, answers.Select(answer => answer.PredictedLabel).Where(answer => answer > 0).Distinct());
        Assert.AreEqual(_ml.BinaryClassification.EvaluateCertified(anew.Transform(rows)).CorrectCount, _ml.BinaryClassification.EvaluateCertified(old.Transform(rows)).CorrectCount);
    }

    private IDataView Rows()
    {
        var random = new Random(7);
        return _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 40).Select(i => new Numbers
        {
            Label = i % 2 == 0,
            Features = [.. Enumerable.Range(0, 6).Select(_ => (i % 2 == 0 ? 0.6f : 0.4f) + 0.5f * ((float)random.NextDouble() - 0.5f))],
        }).ToArray());
    }
}
