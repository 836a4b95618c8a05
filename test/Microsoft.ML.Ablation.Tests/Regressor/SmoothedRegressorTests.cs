using System.Numerics;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Tests.Regressor;

/// <summary>Smoothed regressors of ML.NET's trainers: their intervals against every change of a row, and that they are the same however rows are read.</summary>
[TestClass]
public class SmoothedRegressorTests
{
    private const int Bits = 6;
    private static readonly MLContext Ml = new(seed: 1);

    private sealed class Row
    {
        public float Label { get; set; }

        public bool IsHigh { get; set; }

        [VectorType(Bits)]
        public float[] Features { get; set; } = [];
    }

    private sealed class Answer
    {
        public float Score { get; set; }

        public float[] CertifiedLower { get; set; } = [];

        public float[] CertifiedUpper { get; set; } = [];

        public int SampleCount { get; set; }
    }

    private static Row MakeRow(int bits) => new()
    {
        Features = [.. Enumerable.Range(0, Bits).Select(i => (float)(bits >> i & 1))],
        Label = bits % 7 + 10 * BitOperations.PopCount((uint)bits),
        IsHigh = BitOperations.PopCount((uint)bits) > Bits / 2,
    };

    /// <summary>Every row of bits, in this order.</summary>
    private static readonly IDataView All = Ml.Data.Cache(Ml.Data.LoadFromEnumerable(Enumerable.Range(0, 1 << Bits).Select(MakeRow)));

    private static readonly IEstimator<ITransformer> Trees = Ml.Regression.Trainers.FastTree(numberOfLeaves: 8, numberOfTrees: 20, minimumExampleCountPerLeaf: 2);

    private static SmoothedRegressorTransformer Fit(IEstimator<ITransformer> baseRegressor, SmoothedRegressorOptions? options = null)
        => Ml.Transforms.SmoothedRegressor(baseRegressor, options, trainingCopies: 20).Fit(All);

    private static Answer[] Answers(ITransformer model, IDataView? rows = null)
        => [.. Ml.Data.CreateEnumerable<Answer>(model.Transform(rows ?? All), reuseRowObject: false)];

    private static void AreEqual(Answer expected, Answer found)
    {
        Assert.AreEqual(expected.Score, found.Score);
        Assert.AreEqual(expected.SampleCount, found.SampleCount);
        CollectionAssert.AreEqual(expected.CertifiedLower, found.CertifiedLower);
        CollectionAssert.AreEqual(expected.CertifiedUpper, found.CertifiedUpper);
    }

    [TestMethod]
    [DataRow(0, 2, 15)]
    [DataRow(0, 1, 6)]
    [DataRow(6, 0, 6)]
    [DataRow(5, 0, 5)]
    [DataRow(3, 0, 3)]
    public void No_change_of_a_row_leaves_its_intervals(int masks, int k, int calls)
    {
        IEstimator<ITransformer> ablation = masks > 0 ? Ml.Transforms.PartitionAblation(masks, labelColumnName: null) : Ml.Transforms.RandomAblation(k);
        using SmoothedRegressorTransformer model = Fit(ablation.Append(Trees), new SmoothedRegressorOptions { LargestRadius = Bits });
        Answer[] answers = Answers(model);
        int finite = 0, changed = 0;
        for (int row = 0; row < answers.Length; row++)
        {
            Assert.AreEqual(calls, answers[row].SampleCount);
            Assert.HasCount(Bits + 1, answers[row].CertifiedLower);
            Assert.AreEqual(answers[row].Score, answers[row].CertifiedLower[0]);
            Assert.AreEqual(answers[row].Score, answers[row].CertifiedUpper[0]);
            for (int other = 0; other < answers.Length; other++)
            {
                int rho = BitOperations.PopCount((uint)(row ^ other));
                Assert.IsGreaterThanOrEqualTo(answers[row].CertifiedLower[rho], answers[other].Score);
                Assert.IsLessThanOrEqualTo(answers[row].CertifiedUpper[rho], answers[other].Score);
                finite += rho > 0 && float.IsFinite(answers[row].CertifiedLower[rho]) ? 1 : 0;
                changed += answers[row].Score != answers[other].Score ? 1 : 0;
            }
        }
        Assert.IsGreaterThan(0, finite);
        Assert.IsGreaterThan(0, changed);
    }

    [TestMethod]
    public void Sampled_intervals_hold_the_median_grow_and_become_infinite()
    {
        using SmoothedRegressorTransformer model = Fit(Ml.Transforms.RandomAblation(k: 2).Append(Trees),
            new SmoothedRegressorOptions { LargestRadius = Bits, SampleCount = 400, ExactBudget = 0, Seed = 3 });
        using SmoothedRegressorTransformer exact = model.WithOptions(model.Options with { ExactBudget = null });
        Answer[] sampled = Answers(model), known = Answers(exact);
        for (int row = 0; row < sampled.Length; row++)
        {
            Answer answer = sampled[row];
            Assert.AreEqual(400, answer.SampleCount);
            Assert.AreEqual(15, known[row].SampleCount);
            for (int rho = 0; rho <= Bits; rho++)
            {
                Assert.IsTrue(answer.CertifiedLower[rho] <= answer.Score && answer.Score <= answer.CertifiedUpper[rho]);
                // 448 intervals at a joint α of 0.05 a row: with this seed none is wrong.
                Assert.IsTrue(answer.CertifiedLower[rho] <= known[row].CertifiedLower[rho] && known[row].CertifiedUpper[rho] <= answer.CertifiedUpper[rho]);
                if (rho > 0)
                    Assert.IsTrue(answer.CertifiedLower[rho] <= answer.CertifiedLower[rho - 1] && answer.CertifiedUpper[rho - 1] <= answer.CertifiedUpper[rho]);
            }
            // Δ(2) = 1 − C(4, 2) / C(6, 2) = 3/5.
            Assert.IsTrue(float.IsFinite(answer.CertifiedLower[1]));
            Assert.AreEqual(float.NegativeInfinity, answer.CertifiedLower[2]);
            Assert.AreEqual(float.PositiveInfinity, answer.CertifiedUpper[2]);
        }
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(5)]
    public void Answers_are_the_same_saved_loaded_alone_in_any_order_and_in_any_number_of_threads(int masks)
    {
        IEstimator<ITransformer> ablation = masks > 0 ? Ml.Transforms.PartitionAblation(masks, labelColumnName: null) : Ml.Transforms.RandomAblation(k: 3);
        using SmoothedRegressorTransformer model = Fit(ablation.Append(Trees), new SmoothedRegressorOptions { SampleCount = 100, ExactBudget = 0, Threads = 3 });
        Answer[] expected = Answers(model);
        using var file = new MemoryStream();
        Ml.Model.Save(model, All.Schema, file);
        file.Position = 0;
        ITransformer loaded = new MLContext(seed: 9).Model.Load(file, out _);
        using var owned = (IDisposable)loaded;
        using SmoothedRegressorTransformer single = model.WithOptions(model.Options with { Threads = 1 });
        Answer[] again = Answers(loaded), later = Answers(loaded, Ml.Data.SkipRows(All, 30)), oneThread = Answers(single);
        using PredictionEngine<Row, Answer> engine = Ml.Model.CreatePredictionEngine<Row, Answer>(loaded, All.Schema);
        for (int row = 0; row < expected.Length; row++)
        {
            AreEqual(expected[row], again[row]);
            AreEqual(expected[row], oneThread[row]);
            AreEqual(expected[row], engine.Predict(MakeRow(row)));
            if (row >= 30)
                AreEqual(expected[row], later[row - 30]);
        }
    }

    [TestMethod]
    public void Without_its_seed_a_sampled_regressor_draws_other_ablations_wherever_it_is_loaded()
    {
        using SmoothedRegressorTransformer model = Fit(Ml.Transforms.RandomAblation(k: 3).Append(Trees), new SmoothedRegressorOptions { SampleCount = 21, ExactBudget = 0, Seed = 2 });
        using var file = new MemoryStream();
        Ml.Model.Save(model.WithoutSeed(), All.Schema, file);
        float[] expected = [.. Answers(model).SelectMany(answer => answer.CertifiedLower)];
        file.Position = 0;
        ITransformer loaded = Ml.Model.Load(file, out _);
        using var owned = (IDisposable)loaded;
        CollectionAssert.AreNotEqual(expected, Answers(loaded).SelectMany(answer => answer.CertifiedLower).ToArray());
        CollectionAssert.AreEqual(expected, Answers(model.WithOptions(model.Options with { Seed = null })).SelectMany(answer => answer.CertifiedLower).ToArray());
    }

    [TestMethod]
    public void A_calibrated_probability_is_smoothed_like_any_score()
    {
        IEstimator<ITransformer> classifier = Ml.BinaryClassification.Trainers.FastTree(labelColumnName: nameof(Row.IsHigh), numberOfLeaves: 8, minimumExampleCountPerLeaf: 2);
        using SmoothedRegressorTransformer model = Fit(Ml.Transforms.PartitionAblation(6, labelColumnName: null).Append(classifier),
            new SmoothedRegressorOptions { BaseColumnName = "Probability", ScoreColumnName = "Score" });
        Answer[] answers = Answers(model);
        Assert.IsTrue(answers.All(answer => answer.Score is >= 0 and <= 1 && answer.CertifiedLower[1] is >= 0 and <= 1));
        Assert.IsGreaterThan(answers[0].Score, answers[^1].Score);
    }

    [TestMethod]
    public void A_pipeline_with_it_is_cross_validated_and_evaluated_as_a_regression()
    {
        IEstimator<ITransformer> pipeline = Ml.Transforms.SmoothedRegressor(Ml.Transforms.PartitionAblation(3, labelColumnName: null).Append(Trees), trainingCopies: 5);
        var folds = Ml.Regression.CrossValidate(All, pipeline, numberOfFolds: 3);
        Assert.HasCount(3, folds);
        foreach (var fold in folds)
        {
            Assert.IsTrue(double.IsFinite(fold.Metrics.MeanAbsoluteError));
            ((IDisposable)fold.Model).Dispose();
        }
    }

    [TestMethod]
    public void What_is_no_number_and_what_is_out_of_range_is_refused_with_the_remedy()
    {
        Refused("begins with RegressionPredictionTransformer", () => Fit(Trees));
        Refused("There is no output column 'Price'", () => Fit(Ml.Transforms.RandomAblation(k: 2).Append(Trees), new SmoothedRegressorOptions { BaseColumnName = "Price" }));
        Refused("has type", () => Fit(Ml.Transforms.RandomAblation(k: 2).Append(Trees), new SmoothedRegressorOptions { BaseColumnName = "Features" }));
        Refused("LargestRadius is -1; it must be from 0 to 100,000", () => Options(new() { LargestRadius = -1 }));
        Refused("SampleCount is 0; it must be from 1 to 100,000,000", () => Options(new() { SampleCount = 0 }));
        Refused("ExactBudget is -1", () => Options(new() { ExactBudget = -1 }));
        Refused("Threads is 0", () => Options(new() { Threads = 0 }));
        Refused("alpha is 1,", () => Options(new() { Alpha = 1 }));
        Refused("Two output columns have the name 'Score'", () => Options(new() { CertifiedLowerColumnName = "Score" }));
        Refused("Seed and SecretSeed are both given", () => Options(new() { Seed = 1, SecretSeed = new byte[32] }));

        static void Options(SmoothedRegressorOptions options) => Ml.Transforms.SmoothedRegressor(Trees, options);
        static void Refused(string message, Action call) => StringAssert.Contains(Assert.Throws<ArgumentException>(call).Message, message);
    }

    [TestMethod]
    public void A_cancelled_token_ends_the_work_before_the_next_row()
    {
        using var cancellation = new CancellationTokenSource();
        using SmoothedRegressorTransformer model = Fit(Ml.Transforms.RandomAblation(k: 2).Append(Trees), new SmoothedRegressorOptions { CancellationToken = cancellation.Token });
        using IEnumerator<float> scores = model.Transform(All).GetColumn<float>("Score").GetEnumerator();
        Assert.IsTrue(scores.MoveNext());
        cancellation.Cancel();
        Assert.Throws<OperationCanceledException>(() => scores.MoveNext());
    }
}
