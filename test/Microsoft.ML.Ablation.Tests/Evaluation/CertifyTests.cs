using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Tests.Support;
using Microsoft.ML.Ablation.Tests.Texts;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Tests.Evaluation;

/// <summary>Rows that are certified once and kept: each costs one certification, whatever is read of them.</summary>
[TestClass]
public sealed class CertifyTests : IDisposable
{
    private const int Rows = 150, VotesPerRow = 50;

    /// <summary>Answers by which it is checked first that the base classifier gives them again: 20 twice.</summary>
    private const int Checks = 40;

    private readonly MLContext _ml = new(seed: 1);
    private readonly CancellationTokenSource _token = new();
    private readonly CountedModel _counted;
    private readonly TransformerChain<SmoothedCertifierTransformer> _model;

    public CertifyTests()
    {
        _counted = new CountedModel(_ml);
        _model = _counted.Fit(_ml.Transforms.RandomAblation(k: 3, encoding: AblationEncoding.Missing), ByFirst,
            SmoothedCertifierOptions.Paper with { Plan = SamplingPlan.Fixed(20, VotesPerRow - 20), ExactBudget = 0 });
    }

    public void Dispose()
    {
        _token.Dispose();
        _model.Dispose();
    }

    [TestMethod]
    public void All_columns_read_cost_one_certification_of_each_row()
    {
        IDataView certified = _ml.Data.Certify(_model, _counted.Rows(Rows));
        string[] rows = certified.CertifiedText();
        Assert.AreEqual(Checks + Rows * VotesPerRow, _counted.Calls);
        _ml.MulticlassClassification.EvaluateCertified(certified);
        Assert.HasCount(Rows, [.. certified.GetColumn<string>("Name")]);
        Assert.AreEqual(Checks + Rows * VotesPerRow, _counted.Calls);
        CollectionAssert.AreEqual(_model.Transform(_counted.Rows(Rows)).CertifiedText(), rows);
    }

    [TestMethod]
    public void A_cache_in_its_place_certifies_every_row_once_for_each_column()
    {
        IDataView cached = _ml.Data.Cache(_model.Transform(_counted.Rows(Rows)));
        foreach (string column in new[] { "CertifiedRadius", "SampleCount" })
            cached.Scalar<int>(column);
        Assert.AreEqual(2 * (Checks + Rows * VotesPerRow), _counted.Calls);
    }

    [TestMethod]
    public void The_schema_is_the_one_of_the_model_with_its_annotations_and_without_hidden_columns()
    {
        DataViewSchema whole = _model.Transform(_counted.Rows(5)).Schema, kept = _ml.Data.Certify(_model, _counted.Rows(5)).Schema;
        CollectionAssert.AreEqual(whole.Where(column => !column.IsHidden).Select(Described).ToArray(), kept.Select(Described).ToArray());
        Assert.AreEqual("ant, bee, cat", Joined(kept["PredictedLabel"], "KeyValues"));
        Assert.AreEqual("ant, bee, cat", Joined(kept["Votes"], "SlotNames"));

        static string Described(DataViewSchema.Column column) => $"{column.Name}: {column.Type} [{string.Join(", ", column.Annotations.Schema.Select(annotation => annotation.Name))}]";
        static string Joined(DataViewSchema.Column column, string annotation)
        {
            VBuffer<ReadOnlyMemory<char>> names = default;
            column.Annotations.GetValue(annotation, ref names);
            return string.Join(", ", names.DenseValues());
        }
    }

    [TestMethod]
    public void Cursors_of_a_set_have_every_row_once_and_shuffled_rows_keep_their_columns_together()
    {
        IDataView certified = _ml.Data.Certify(_model, _counted.Rows(Rows));
        DataViewSchema.Column[] read = [certified.Schema["Name"], certified.Schema["Features"], certified.Schema["CertifiedRadius"]];
        string[] rows = RowsOf(certified.GetRowCursor(read));
        Assert.HasCount(Rows, rows);
        DataViewRowCursor[] set = certified.GetRowCursorSet(read, 4);
        Assert.HasCount(3, set, "150 rows are three blocks");
        CollectionAssert.AreEqual(rows.Order(StringComparer.Ordinal).ToArray(), set.SelectMany(RowsOf).Order(StringComparer.Ordinal).ToArray());
        Assert.IsTrue(certified.CanShuffle);
        string[] shuffled = RowsOf(certified.GetRowCursor(read, new Random(1)));
        CollectionAssert.AreNotEqual(rows, shuffled);
        CollectionAssert.AreEqual(rows.Order(StringComparer.Ordinal).ToArray(), shuffled.Order(StringComparer.Ordinal).ToArray());
        CollectionAssert.AreEqual(shuffled, certified.GetRowCursorSet(read, 3, new Random(1)).SelectMany(ByBatch).OrderBy(row => row.Batch).Select(row => row.Text).ToArray());

        string[] RowsOf(DataViewRowCursor cursor) => [.. ByBatch(cursor).Select(row => row.Text)];
        List<(long Batch, string Text)> ByBatch(DataViewRowCursor cursor)
        {
            var found = new List<(long, string)>();
            using DataViewRowCursor open = cursor;
            ValueGetter<ReadOnlyMemory<char>> name = open.GetGetter<ReadOnlyMemory<char>>(read[0]);
            ValueGetter<VBuffer<float>> features = open.GetGetter<VBuffer<float>>(read[1]);
            ValueGetter<int> radius = open.GetGetter<int>(read[2]);
            ValueGetter<DataViewRowId> id = open.GetIdGetter();
            ReadOnlyMemory<char> text = default;
            VBuffer<float> values = default;
            int rho = 0;
            DataViewRowId number = default;
            while (open.MoveNext())
            {
                name(ref text);
                features(ref values);
                radius(ref rho);
                id(ref number);
                found.Add((open.Batch, $"{number} {text} {string.Join(' ', values.DenseValues())} {rho}"));
            }
            return found;
        }
    }

    [TestMethod]
    public void A_column_that_the_cursor_was_opened_without_is_refused()
    {
        IDataView certified = _ml.Data.Certify(_model, _counted.Rows(3));
        using DataViewRowCursor cursor = certified.GetRowCursor([certified.Schema["Name"]]);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => cursor.GetGetter<int>(certified.Schema["CertifiedRadius"])).Message, "'CertifiedRadius'");
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => cursor.GetGetter<int>(certified.Schema["Name"])).Message, "Int32");
    }

    [TestMethod]
    public void Progress_tells_rows_calls_and_the_time_that_is_left()
    {
        var told = new Told();
        _ml.Data.Certify(_model, _ml.Data.TakeRows(_counted.Rows(Rows), 4), told);
        CollectionAssert.AreEqual(new long[] { 1, 2, 3, 4 }, told.Seen.Select(seen => seen.RowsDone).ToArray());
        CollectionAssert.AreEqual(new long?[] { 50, 100, 150, 200 }, told.Seen.Select(seen => seen.BaseModelCalls).ToArray());
        Assert.IsTrue(told.Seen.All(seen => seen.RowCount is null && seen.Remaining is null), "how many rows TakeRows gives is known when they are read");
        told.Seen.Clear();
        _ml.Data.Certify(_model.LastTransformer, _ml.Data.Certify(_model.First(), _counted.Rows(2)), told);
        CollectionAssert.AreEqual(new long?[] { 2, 2 }, told.Seen.Select(seen => seen.RowCount).ToArray());
        Assert.AreEqual(TimeSpan.Zero, told.Seen[1].Remaining);
        Assert.AreEqual(TimeSpan.FromSeconds(30), new CertificationProgress(2, 8, TimeSpan.FromSeconds(10), null).Remaining);
        Assert.IsNull(new CertificationProgress(0, 8, TimeSpan.FromSeconds(10), null).Remaining);
    }

    [TestMethod]
    public void A_token_ends_it_within_a_row_and_leaves_the_model_as_it_was()
    {
        using SmoothedCertifierTransformer slow = _model.LastTransformer.WithOptions(_model.LastTransformer.Options with { Plan = SamplingPlan.Fixed(1_000, 20_000) });
        IDataView keyed = _model.First().Transform(_counted.Rows(3));
        _counted.Called = call =>
        {
            if (call == 2_000)
                _token.Cancel();
        };
        OperationCanceledException thrown = Assert.Throws<OperationCanceledException>(() => _ml.Data.Certify(slow, keyed, cancellationToken: _token.Token));
        Assert.AreEqual(_token.Token, thrown.CancellationToken);
        Assert.IsLessThan(3_000, _counted.Calls, "a piece is a few hundred votes");
        Assert.HasCount(3, _ml.Data.Certify(_model, _counted.Rows(3)).Scalar<int>("CertifiedRadius"));
    }

    [TestMethod]
    public async Task The_token_of_the_options_ends_it_too_and_a_task_is_cancelled()
    {
        using SmoothedCertifierTransformer model = _model.LastTransformer.WithOptions(_model.LastTransformer.Options with { CancellationToken = _token.Token });
        IDataView keyed = _model.First().Transform(_counted.Rows(3));
        Assert.HasCount(3, (await _ml.Data.CertifyAsync(model, keyed)).Scalar<int>("CertifiedRadius"));
        await _token.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => _ml.Data.CertifyAsync(model, keyed));
        Task<IDataView> task = _ml.Data.CertifyAsync(_model, _counted.Rows(3), cancellationToken: _token.Token);
        await Assert.ThrowsAsync<OperationCanceledException>(() => task);
        Assert.IsTrue(task.IsCanceled);
    }

    [TestMethod]
    public void The_rows_outlive_the_model_and_none_at_all_are_a_view_too()
    {
        var counted = new CountedModel(_ml);
        IDataView certified, empty;
        using (TransformerChain<SmoothedCertifierTransformer> model = counted.Fit(_ml.Transforms.RandomAblation(k: 3, encoding: AblationEncoding.Missing), ByFirst,
            SmoothedCertifierOptions.Paper))
        {
            certified = _ml.Data.Certify(model, counted.Rows(4));
            empty = _ml.Data.Certify(model, counted.Rows(0));
        }
        Assert.HasCount(4, certified.CertifiedText());
        Assert.AreEqual(0, empty.GetRowCount());
        Assert.IsEmpty(empty.CertifiedText());
    }

    [TestMethod]
    public void Texts_numbers_and_models_without_a_certificate_are_kept_alike()
    {
        using SmoothedCertifierTransformer texts = TextModels.Certifier(_ml.Transforms.RandomWordAblation(0.4), TextModels.Arbitrary(3));
        IDataView messages = TextModels.View("a b c a b", "", "b b b b b b a");
        Assert.IsTrue(texts.Transform(messages).CertifiedText().SequenceEqual(_ml.Data.Certify(texts, messages).CertifiedText()));

        IDataView rows = Table.View(_ml, 60);
        using SmoothedRegressorTransformer regressor = _ml.Transforms.SmoothedRegressor(
            _ml.Transforms.RandomAblation(k: 3).Append(_ml.Regression.Trainers.Sdca(labelColumnName: "Other", maximumNumberOfIterations: 2)), new SmoothedRegressorOptions()).Fit(rows);
        var told = new Told();
        IDataView regressed = _ml.Data.Certify(regressor, rows, told);
        CollectionAssert.AreEqual(regressor.Transform(rows).Scalar<float>("Score"), regressed.Scalar<float>("Score"));
        Assert.HasCount(4, regressed.Vectors<float>("CertifiedLower")[0]);
        Assert.AreEqual(60 * 20, told.Seen[^1].BaseModelCalls);

        told.Seen.Clear();
        ITransformer keys = _ml.Transforms.Conversion.MapValueToKey("Label").Fit(rows);
        CollectionAssert.AreEqual(keys.Transform(rows).Scalar<uint>("Label"), _ml.Data.Certify(keys, rows, told).Scalar<uint>("Label"));
        Assert.IsNull(told.Seen[^1].BaseModelCalls);
    }

    [TestMethod]
    public void A_regressor_is_cancelled_within_a_row()
    {
        IDataView rows = Table.View(_ml, 20);
        int calls = 0;
        IEstimator<ITransformer> regressor = _ml.Transforms.RandomAblation(k: 3).Append(_ml.Transforms.CustomMapping<Seen, Number>((seen, number) =>
        {
            if (++calls == 2_000)
                _token.Cancel();
            number.Score = seen.Features[0];
        }, contractName: null));
        using SmoothedRegressorTransformer model = _ml.Transforms.SmoothedRegressor(regressor, new SmoothedRegressorOptions { SampleCount = 20_000, ExactBudget = 0, Threads = 1 }).Fit(rows);
        Assert.Throws<OperationCanceledException>(() => _ml.Data.Certify(model, rows, cancellationToken: _token.Token));
        Assert.IsLessThan(3_000, calls);
    }

    /// <summary>The class that the first value shown chooses.</summary>
    private static string ByFirst(float[] shown) => CountedModel.Names[Array.FindIndex(shown, value => !float.IsNaN(value)) % 3];

    private sealed class Told : IProgress<CertificationProgress>
    {
        public List<CertificationProgress> Seen { get; } = [];

        public void Report(CertificationProgress value) => Seen.Add(value);
    }

    private sealed class Seen
    {
        [VectorType(2, 6)]
        public float[] Features { get; set; } = [];
    }

    private sealed class Number
    {
        public float Score { get; set; }
    }
}
