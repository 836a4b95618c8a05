using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Ablation.Attacks.Tests;

[TestClass]
public sealed class NearestNeighborTests
{
    private static readonly MLContext Ml = new(seed: 1);

    [TestMethod]
    public void It_answers_as_the_nearest_row_and_the_same_after_loading()
    {
        IDataView train = Ml.Data.LoadGeneratedDigits(200, seed: 1), test = Ml.Data.LoadGeneratedDigits(40, seed: 2);
        ITransformer model = Ml.Transforms.Conversion.MapValueToKey("Label").Append(Ml.MulticlassClassification.Trainers.NearestNeighbor())
            .Append(Ml.Transforms.Conversion.MapKeyToValue("Answer", "PredictedLabel")).Fit(train);
        float[][] rows = [.. train.GetColumn<float[]>("Features")];
        string[] labels = [.. train.GetColumn<string>("Label")];
        string[] expected = [.. test.GetColumn<float[]>("Features").Select(row => labels[Enumerable.Range(0, rows.Length)
            .MinBy(i => row.Zip(rows[i]).Sum(pair => (double)(pair.First - pair.Second) * (pair.First - pair.Second)))])];
        CollectionAssert.AreEqual(expected, model.Transform(test).GetColumn<string>("Answer").ToArray());

        using var file = new MemoryStream();
        Ml.Model.Save(model, train.Schema, file);
        file.Position = 0;
        ITransformer loaded = new MLContext().Model.Load(file, out _);
        CollectionAssert.AreEqual(expected, loaded.Transform(test).GetColumn<string>("Answer").ToArray());
        Assert.IsGreaterThan(0.5, Ml.MulticlassClassification.Evaluate(model.Transform(test)).MicroAccuracy);

        byte[] damaged = file.ToArray();
        Assert.AreEqual(200, ((ISingleFeaturePredictionTransformer<NearestNeighborModelParameters>)CertifierChain.Parts(loaded).ElementAt(1)).Model.RowCount);
        Assert.Throws<Exception>(() => new MLContext().Model.Load(new MemoryStream(damaged[..(damaged.Length / 2)]), out _));
    }

    [TestMethod]
    public void It_is_attacked_like_any_other()
    {
        IDataView train = Ml.Data.LoadGeneratedDigits(200, seed: 1), test = Ml.Data.LoadGeneratedDigits(3, seed: 2);
        ITransformer model = Ml.Transforms.Conversion.MapValueToKey("Label").Append(Ml.MulticlassClassification.Trainers.NearestNeighbor()).Fit(train);
        AttackResult[] results = [.. Ml.MulticlassClassification.Attack(model, test, new PointwiseAttack { Restarts = 2 })];
        Assert.IsTrue(results.All(result => result is { Distance: not null, IsVerified: true, CertifiedRadius: null }));
        Assert.IsGreaterThan(0, results.Max(result => result.Distance!.Value));
    }

    [TestMethod]
    public void Its_margin_is_that_of_its_scores_however_candidates_follow_each_other()
    {
        IDataView train = Ml.Data.LoadGeneratedDigits(200, seed: 1), test = Ml.Data.LoadGeneratedDigits(2, seed: 2);
        ITransformer model = Ml.Transforms.Conversion.MapValueToKey("Label").Append(Ml.MulticlassClassification.Trainers.NearestNeighbor()).Fit(train);
        using var target = new AttackTarget(((IHostEnvironment)Ml).Register("test"), model, test, new AttackOptions());
        var random = new Random(1);
        while (target.MoveNext())
        {
            IMargin margin = target.MarginOf(1_000);
            Assert.IsInstanceOfType<NeighborMargin>(margin);
            float[] candidate = [.. target.Original];
            for (int step = 0; step < 200; step++)
            {
                float[] next = [.. candidate];
                for (int i = random.Next(1, step == 0 ? 400 : 20); i > 0; i--)
                    next[random.Next(next.Length)] = random.NextSingle();
                float[] scores = target.AskForScores(next).Scores!;
                Assert.AreEqual(scores[target.Label] - scores.Where((_, index) => index != target.Label).Max(), margin.Of(next), 1e-3);
                if (random.Next(2) == 0)
                    continue;
                margin.Accept();
                candidate = next;
            }
        }
    }

    [TestMethod]
    public void Rows_that_cannot_be_learnt_are_told()
    {
        IDataView text = Ml.Data.LoadGeneratedDigits(20, seed: 1);
        StringAssert.Contains(Assert.Throws<ArgumentException>(() => Ml.MulticlassClassification.Trainers.NearestNeighbor().Fit(text)).Message, "Label");
        // The labels of these rows are none of the keys.
        IDataView others = Ml.Data.LoadFromEnumerable([new Other()]);
        ITransformer keys = Ml.Transforms.Conversion.MapValueToKey("Label").Fit(text);
        StringAssert.Contains(Assert.Throws<InvalidOperationException>(() => Ml.MulticlassClassification.Trainers.NearestNeighbor().Fit(keys.Transform(others))).Message,
            "no row with a label");
    }

    private sealed class Other
    {
        public string Label { get; set; } = "none";

        [VectorType(2)]
        public float[] Features { get; set; } = [1, 2];
    }
}
