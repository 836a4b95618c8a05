using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Tests.Support;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Tests.Certifier;

[TestClass]
public sealed class SmoothedCertifierTests
{
    private readonly MLContext _ml = new(seed: 1);

    private sealed class Answer
    {
        public bool Abstained { get; set; }

        public int CertifiedRadius { get; set; }

        public double LowerBound { get; set; }

        public float[] Score { get; set; } = [];

        public int[] Votes { get; set; } = [];
    }

    [TestMethod]
    public void Any_ML_NET_classifier_is_certified()
    {
        ITransformer model = Table.Certified(_ml).Fit(Table.View(_ml));
        IDataView report = model.Transform(Table.View(_ml, 60, seed: 2));

        CertifiedMetrics metrics = _ml.MulticlassClassification.EvaluateCertified(report);
        Assert.AreEqual(60, metrics.RowCount);
        Assert.IsGreaterThan(0.9, metrics.ClassificationAccuracy);
        Assert.IsGreaterThan(0.5, metrics.CertifiedAccuracyAt(0));
        foreach (int[] votes in report.Vectors<int>("Votes"))
            Assert.AreEqual(400, votes.Sum());
        foreach (int[] votes in report.Vectors<int>("SelectionVotes"))
            Assert.AreEqual(100, votes.Sum());
        foreach (float[] score in report.Vectors<float>("Score"))
            Assert.AreEqual(1f, score.Sum(), 1e-5f);
        Assert.IsTrue(report.Scalar<int>("SampleCount").All(count => count == 500));
        bool[] abstained = report.Scalar<bool>("Abstained");
        CollectionAssert.AreEqual(abstained, report.Scalar<uint>("PredictedLabel").Select(label => label == 0).ToArray());
    }

    [TestMethod]
    public void Key_values_and_slot_names_are_kept_and_the_shape_agrees_with_the_schema()
    {
        IDataView data = Table.View(_ml);
        IEstimator<ITransformer> pipeline = Table.Certified(_ml);
        IDataView report = pipeline.Fit(data).Transform(data);
        string[] names = ["ant", "bee", "cat"];

        VBuffer<ReadOnlyMemory<char>> values = default;
        report.Schema["PredictedLabel"].GetKeyValues(ref values);
        CollectionAssert.AreEqual(names, values.DenseValues().Select(v => v.ToString()).ToArray());
        foreach (string column in new[] { "Score", "Votes", "SelectionVotes" })
        {
            report.Schema[column].GetSlotNames(ref values);
            CollectionAssert.AreEqual(names, values.DenseValues().Select(v => v.ToString()).ToArray());
        }
        SchemaShapes.AssertEqual(pipeline.GetOutputSchema(SchemaColumns.ShapeOf(data.Schema)), SchemaColumns.ShapeOf(report.Schema));

        IDataView named = _ml.Transforms.Conversion.MapKeyToValue("PredictedLabel").Fit(report).Transform(report);
        Assert.IsTrue(named.Scalar<ReadOnlyMemory<char>>("PredictedLabel").All(name => names.Contains(name.ToString()) || name.IsEmpty));
    }

    [TestMethod]
    public void Votes_do_not_depend_on_order_neighbours_or_the_engine()
    {
        ITransformer model = Table.Certified(_ml).Fit(Table.View(_ml));
        Table.Row[] rows = Table.Rows(12, seed: 2);
        string[] whole = model.Transform(_ml.Data.LoadFromEnumerable(rows)).CertifiedText();
        string[] reversed = model.Transform(_ml.Data.LoadFromEnumerable(rows.Reverse().ToArray())).CertifiedText();
        CollectionAssert.AreEqual(whole, reversed.Reverse().ToArray());
        CollectionAssert.AreEqual(whole[5..6], model.Transform(_ml.Data.LoadFromEnumerable(rows[5..6])).CertifiedText());

        using PredictionEngine<Table.Row, Answer> engine = _ml.Model.CreatePredictionEngine<Table.Row, Answer>(model);
        IDataView report = model.Transform(_ml.Data.LoadFromEnumerable(rows));
        int[][] votes = report.Vectors<int>("Votes");
        int[] radii = report.Scalar<int>("CertifiedRadius");
        double[] bounds = report.Scalar<double>("LowerBound");
        foreach (int i in Enumerable.Range(0, rows.Length).Reverse())
        {
            Answer answer = engine.Predict(rows[i]);
            CollectionAssert.AreEqual(votes[i], answer.Votes);
            Assert.AreEqual(radii[i], answer.CertifiedRadius);
            Assert.AreEqual(bounds[i], answer.LowerBound);
        }
    }

    [TestMethod]
    public void Saved_and_loaded_it_gives_the_same_bits()
    {
        IDataView train = Table.View(_ml);
        ITransformer model = Table.Certified(_ml).Fit(train);
        IDataView test = Table.View(_ml, 20, seed: 2);
        using var stream = new MemoryStream();
        _ml.Model.Save(model, train.Schema, stream);
        ITransformer loaded = new MLContext().Model.Load(stream, out DataViewSchema schema);
        Assert.AreEqual(train.Schema.Count, schema.Count);
        CollectionAssert.AreEqual(model.Transform(test).CertifiedText(), loaded.Transform(test).CertifiedText());
    }

    [TestMethod]
    public void A_fitted_chain_can_be_certified_and_has_the_same_votes()
    {
        IDataView train = _ml.Transforms.Conversion.MapValueToKey("Label").Fit(Table.View(_ml)).Transform(Table.View(_ml));
        IEstimator<ITransformer> whole = _ml.Transforms.SmoothedCertifier(Table.Linear(_ml), Table.FewVotes());
        SmoothedCertifierTransformer fitted = (SmoothedCertifierTransformer)whole.Fit(train);
        SmoothedCertifierTransformer again = _ml.Transforms.SmoothedCertifier(fitted.BaseModel, Table.FewVotes()).Fit(train);
        IDataView test = Table.View(_ml, 10, seed: 2);
        CollectionAssert.AreEqual(fitted.Transform(test).CertifiedText(), again.Transform(test).CertifiedText());
        CollectionAssert.AreNotEqual(fitted.Transform(test).Vectors<int>("Votes").SelectMany(v => v).ToArray(),
            _ml.Transforms.SmoothedCertifier(fitted.BaseModel, Table.FewVotes(seed: 4)).Fit(train).Transform(test)
                .Vectors<int>("Votes").SelectMany(v => v).ToArray());
    }

    [TestMethod]
    public void Another_number_of_retained_positions_needs_no_other_training()
    {
        IDataView train = _ml.Transforms.Conversion.MapValueToKey("Label").Fit(Table.View(_ml)).Transform(Table.View(_ml));
        IDataView test = Table.View(_ml, 10, seed: 2);
        SmoothedCertifierTransformer three = (SmoothedCertifierTransformer)_ml.Transforms.SmoothedCertifier(Table.Linear(_ml, 3), Table.FewVotes()).Fit(train);
        SmoothedCertifierTransformer two = three.WithRetainedCount(2);
        Assert.AreEqual(2, two.RetainedCount);
        Assert.AreEqual(3, three.RetainedCount);
        // The same classifier behind an ablation that was made with k = 2.
        IEnumerable<ITransformer> trained = ((IEnumerable<ITransformer>)three.BaseModel).Skip(1);
        ITransformer ablation = _ml.Transforms.RandomAblation(2, seed: 5).Fit(train);
        var chain = new TransformerChain<ITransformer>([ablation, .. trained]);
        CollectionAssert.AreEqual(_ml.Transforms.SmoothedCertifier(chain, Table.FewVotes()).Fit(train).Transform(test).CertifiedText(),
            two.Transform(test).CertifiedText());
        CollectionAssert.AreNotEqual(three.Transform(test).CertifiedText(), two.Transform(test).CertifiedText());
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => three.WithRetainedCount(0));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => three.WithRetainedCount(7).Transform(test).CertifiedText());
    }

    [TestMethod]
    public void Transformers_between_ablation_and_classifier_may_read_other_columns()
    {
        IEstimator<ITransformer> chain = _ml.Transforms.RandomAblation(k: 3)
            .Append(_ml.Transforms.NormalizeMinMax("Other"))
            .Append(_ml.Transforms.Concatenate("Features", "Features", "Other"))
            .Append(_ml.MulticlassClassification.Trainers.SdcaMaximumEntropy(maximumNumberOfIterations: 5));
        IDataView data = Table.View(_ml, 90);
        ITransformer model = _ml.Transforms.Conversion.MapValueToKey("Label")
            .Append(_ml.Transforms.SmoothedCertifier(chain, Table.FewVotes())).Fit(data);
        Assert.AreEqual(90, model.Transform(data).Scalar<int>("CertifiedRadius").Length);
    }

    [TestMethod]
    public void Nothing_is_computed_until_a_column_is_read()
    {
        int reads = 0;
        Table.Row[] rows = Table.Rows(30, 1);
        ITransformer model = Table.Certified(_ml).Fit(_ml.Data.LoadFromEnumerable(rows));
        IEnumerable<Table.Row> Counted()
        {
            foreach (Table.Row row in rows)
            {
                reads++;
                yield return row;
            }
        }
        IDataView report = model.Transform(_ml.Data.LoadFromEnumerable(Counted()));
        Assert.AreEqual(0, reads);
        using (DataViewRowCursor cursor = report.GetRowCursor([report.Schema["CertifiedRadius"]]))
        {
            Assert.IsTrue(cursor.MoveNext());
            Assert.IsTrue(cursor.MoveNext());
        }
        Assert.AreEqual(2, reads, "rows are certified one at a time, without reading ahead");
        report.Scalar<float>("Other");
    }

    [TestMethod]
    public void It_composes_with_ML_NET()
    {
        IDataView data = Table.View(_ml, 60);
        IEstimator<ITransformer> pipeline = _ml.Transforms.Conversion.MapValueToKey("Label")
            .AppendCacheCheckpoint(_ml)
            .Append(_ml.Transforms.SmoothedCertifier(Table.Linear(_ml), SmoothedCertifierOptions.Paper with { Plan = SamplingPlan.Fixed(20, 60), Seed = 1 }));
        var folds = _ml.MulticlassClassification.CrossValidate(data, pipeline, numberOfFolds: 2);
        Assert.IsTrue(folds.All(fold => fold.Metrics.MicroAccuracy > 0.5));
        IDataView report = pipeline.Fit(data).Transform(data);
        Assert.IsGreaterThan(0.5, _ml.MulticlassClassification.Evaluate(report).MicroAccuracy);

        using var text = new MemoryStream();
        _ml.Data.SaveAsText(report, text);
        StringAssert.Contains(System.Text.Encoding.UTF8.GetString(text.ToArray()), "CertifiedRadius");
        string file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            using (FileStream stream = File.Create(file))
                _ml.Data.SaveAsBinary(report, stream);
            CollectionAssert.AreEqual(report.CertifiedText(), _ml.Data.LoadFromBinary(file).CertifiedText());
        }
        finally
        {
            File.Delete(file);
        }
    }

    [TestMethod]
    public void Bad_chains_and_options_are_refused()
    {
        IDataView data = _ml.Transforms.Conversion.MapValueToKey("Label").Fit(Table.View(_ml)).Transform(Table.View(_ml));
        var sdca = _ml.MulticlassClassification.Trainers.SdcaMaximumEntropy(maximumNumberOfIterations: 2);
        Refused("must begin with ml.Transforms.RandomAblation", () => _ml.Transforms.SmoothedCertifier(sdca).Fit(data));
        Refused("must begin with ml.Transforms.RandomAblation", () => _ml.Transforms.SmoothedCertifier(sdca.Fit(data)));
        Refused("There is no predicted label column 'PredictedLabel'",
            () => _ml.Transforms.SmoothedCertifier(_ml.Transforms.RandomAblation(k: 2)).Fit(data));
        IEstimator<ITransformer> textual = Table.Linear(_ml).Append(_ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
        Refused("but a key or a Boolean is needed", () => _ml.Transforms.SmoothedCertifier(textual).Fit(data));
        Refused("alpha is 1", () => _ml.Transforms.SmoothedCertifier(Table.Linear(_ml), new() { Alpha = 1 }));
        Refused("Two output columns", () => _ml.Transforms.SmoothedCertifier(Table.Linear(_ml), new() { ScoreColumnName = "Votes" }));
    }

    [TestMethod]
    public void Too_few_votes_to_certify_anything_are_told_in_Fit()
    {
        var messages = new List<string>();
        _ml.Log += (_, e) => messages.Add(e.Message);
        Table.Certified(_ml, new() { Plan = SamplingPlan.Fixed(10, 3), ExactBudget = 0, Seed = 1 }).Fit(Table.View(_ml));
        Assert.IsTrue(messages.Any(message => message.Contains("3 votes certify nothing at alpha 0.05, whatever they are; at least 5 are needed", StringComparison.Ordinal)));
        messages.Clear();
        Table.Certified(_ml).Fit(Table.View(_ml));
        Assert.IsTrue(messages.Any(message => message.Contains("With d = 6 and k = 3 no radius exceeds 0", StringComparison.Ordinal)), string.Join('\n', messages));
    }

    [TestMethod]
    public void A_row_without_a_certificate_can_still_have_an_answer()
    {
        var certifier = new VoteCertifier(6, 3, SamplingPlan.Fixed(10, 100));
        int[] selection = [5, 3, 2], estimation = [45, 20, 35];
        RowResult undecided = certifier.Conclude(certifier.Certify(selection, estimation), selection, estimation);
        Assert.AreEqual(-1, undecided.Certified.Radius);
        Assert.IsTrue(undecided.Abstained, "45 against 35");
        estimation = [48, 26, 26];
        RowResult answered = certifier.Conclude(certifier.Certify(selection, estimation), selection, estimation);
        Assert.AreEqual(-1, answered.Certified.Radius);
        Assert.AreEqual(0, answered.PredictedClass);
    }

    [TestMethod]
    public void A_test_row_of_another_length_is_refused()
    {
        ITransformer model = Table.Certified(_ml).Fit(Table.View(_ml));
        var wide = _ml.Transforms.Concatenate("Features", "Features", "Other").Fit(Table.View(_ml)).Transform(Table.View(_ml));
        Assert.Throws<ArgumentException>(() => model.Transform(wide).Scalar<int>("CertifiedRadius"));
    }

    [TestMethod]
    public void Damaged_model_files_are_refused()
    {
        IDataView train = Table.View(_ml);
        using var stream = new MemoryStream();
        _ml.Model.Save(Table.Certified(_ml).Fit(train), train.Schema, stream);
        byte[] saved = stream.ToArray();
        Assert.Throws<Exception>(() => _ml.Model.Load(new MemoryStream(saved[..(saved.Length / 2)]), out _));
        Assert.Throws<Exception>(() => _ml.Model.Load(new MemoryStream("not a model"u8.ToArray()), out _));
    }

    [TestMethod]
    public void A_disposed_certifier_says_so()
    {
        IDataView data = Table.View(_ml);
        var model = (TransformerChain<ITransformer>)_ml.Transforms.Conversion.MapValueToKey("Label")
            .Append((IEstimator<ITransformer>)_ml.Transforms.SmoothedCertifier(Table.Linear(_ml), Table.FewVotes())).Fit(data);
        IDataView report = model.Transform(data);
        model.Dispose();
        model.Dispose();
        Assert.Throws<ObjectDisposedException>(() => report.Scalar<int>("CertifiedRadius"));
    }

    private static void Refused(string message, Action action)
        => StringAssert.Contains(Assert.Throws<ArgumentException>(action).Message, message);

    [TestMethod]
    public void The_defaults_certify_as_far_as_the_papers_procedure_with_fewer_votes()
    {
        SmoothedCertifierOptions usually = new();
        Assert.AreEqual((SamplingPlan.Adaptive().Looks.Count, CertificationRule.Condorcet), (usually.Plan.Looks.Count, usually.Rule));
        Assert.AreEqual((1_000, 10_000, 1, CertificationRule.Majority, 0.05), (SmoothedCertifierOptions.Paper.Plan.SelectionCount, SmoothedCertifierOptions.Paper.Plan.EstimationCount,
            SmoothedCertifierOptions.Paper.Plan.Looks.Count, SmoothedCertifierOptions.Paper.Rule, SmoothedCertifierOptions.Paper.Alpha));
        IDataView train = Table.View(_ml, 300), test = Table.View(_ml, 40, seed: 2);
        ITransformer papers = _ml.Transforms.Conversion.MapValueToKey("Label")
            .Append(_ml.Transforms.SmoothedCertifier(Table.Linear(_ml), SmoothedCertifierOptions.Paper with { ExactBudget = 0, Seed = 1 })).Fit(train);
        SmoothedCertifierTransformer certifier = CertifierChain.Find(papers)!;
        IDataView keyed = ((IEnumerable<ITransformer>)papers).First().Transform(test);
        IDataView paper = _ml.Data.Certify(certifier, keyed), usual = _ml.Data.Certify(certifier.WithOptions(new() { ExactBudget = 0, Seed = 1 }), keyed);
        Assert.IsLessThan(paper.GetColumn<int>("SampleCount").Sum() / 2, usual.GetColumn<int>("SampleCount").Sum());
        Assert.IsGreaterThanOrEqualTo(paper.GetColumn<int>("CertifiedRadius").Sum() - 2, usual.GetColumn<int>("CertifiedRadius").Sum());
    }

}
