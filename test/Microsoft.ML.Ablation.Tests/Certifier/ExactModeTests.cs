using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Tests.Support;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Tests.Certifier;

[TestClass]
public sealed class ExactModeTests
{
    private const int D = 6, K = 3, AblationCount = 20;
    private readonly MLContext _ml = new(seed: 1);

    private sealed class Ablated
    {
        [VectorType(2, D)]
        public float[] Features { get; set; } = [];
    }

    private SmoothedCertifierTransformer Fit(SmoothedCertifierOptions options, int k = K)
    {
        IDataView train = Table.View(_ml);
        return _ml.Transforms.SmoothedCertifier(Table.Linear(_ml, k), options)
            .Fit(_ml.Transforms.Conversion.MapValueToKey("Label").Fit(train).Transform(train));
    }

    [TestMethod]
    public void All_ablations_are_classified_once()
    {
        SmoothedCertifierTransformer model = Fit(new() { Rule = CertificationRule.Gap, Seed = 1 });
        Table.Row[] rows = Table.Rows(30, seed: 2);
        IDataView report = model.Transform(_ml.Data.LoadFromEnumerable(rows));
        int[][] votes = report.Vectors<int>("Votes");
        Assert.IsTrue(report.Scalar<int>("SampleCount").All(count => count == AblationCount));
        Assert.IsTrue(report.Vectors<int>("SelectionVotes").All(selection => selection.Sum() == 0));
        ITransformer scorer = ((IEnumerable<ITransformer>)model.BaseModel).Last();
        for (int i = 0; i < rows.Length; i++)
            CollectionAssert.AreEqual(Count(scorer, rows[i].Features), votes[i]);
    }

    [TestMethod]
    [DataRow(CertificationRule.Gap, 1)]
    [DataRow(CertificationRule.Gap, 2)]
    [DataRow(CertificationRule.Condorcet, 1)]
    [DataRow(CertificationRule.Condorcet, 2)]
    public void The_certificate_holds_against_every_change_of_one_feature(CertificationRule rule, int k)
    {
        SmoothedCertifierTransformer model = Fit(new() { Rule = rule, Seed = 1 }, k);
        Table.Row[] rows = Table.Rows(30, seed: 2);
        IDataView report = model.Transform(_ml.Data.LoadFromEnumerable(rows));
        int[] radii = report.Scalar<int>("CertifiedRadius");
        uint[] answers = report.Scalar<uint>("PredictedLabel");
        int attacked = 0;
        for (int i = 0; i < rows.Length; i++)
        {
            if (radii[i] < 1)
                continue;
            Table.Row[] changed = OneFeatureChanged(rows[i]);
            Assert.IsTrue(model.Transform(_ml.Data.LoadFromEnumerable(changed)).Scalar<uint>("PredictedLabel").All(label => label == answers[i]));
            attacked += changed.Length;
        }
        Assert.IsGreaterThan(0, attacked);
    }

    [TestMethod]
    public void Contests_of_all_ablations_are_counted_and_the_winner_of_all_is_the_answer()
    {
        SmoothedCertifierTransformer model = Fit(new() { Rule = CertificationRule.Condorcet, Seed = 1 });
        Table.Row[] rows = Table.Rows(30, seed: 2);
        IDataView report = model.Transform(_ml.Data.LoadFromEnumerable(rows));
        uint[] answers = report.Scalar<uint>("PredictedLabel");
        int[][] fewestWins = report.Vectors<int>("Votes");
        ITransformer scorer = ((IEnumerable<ITransformer>)model.BaseModel).Last();
        for (int i = 0; i < rows.Length; i++)
        {
            float[][] scores = scorer.Transform(_ml.Data.LoadFromEnumerable(Ablations(rows[i].Features))).Vectors<float>("Score");
            int[] expected = [.. Enumerable.Range(0, 3).Select(a => Enumerable.Range(0, 3).Where(b => b != a).Min(b => scores.Count(s => s[a] > s[b])))];
            CollectionAssert.AreEqual(expected, fewestWins[i]);
            Assert.AreEqual(2 * expected.Max() > AblationCount ? Array.IndexOf(expected, expected.Max()) + 1 : 0, (int)answers[i]);
        }
    }

    [TestMethod]
    public void Contests_need_scores_of_every_class()
    {
        IDataView train = Table.View(_ml);
        train = _ml.Transforms.Conversion.MapValueToKey("Label").Fit(train).Transform(train);
        IEstimator<ITransformer> chain = Table.Linear(_ml, K).Append(_ml.Transforms.SelectColumns("PredictedLabel"));
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() =>
            _ml.Transforms.SmoothedCertifier(chain, SmoothedCertifierOptions.Paper with { Rule = CertificationRule.Condorcet }).Fit(train));
        StringAssert.Contains(error.Message, "Rule Condorcet, like ScoreThreshold, compares the scores of the 3 classes, but the base classifier's 'Score' is missing");
    }

    private int[] Count(ITransformer scorer, float[] features)
    {
        var votes = new int[3];
        foreach (uint label in scorer.Transform(_ml.Data.LoadFromEnumerable(Ablations(features))).Scalar<uint>("PredictedLabel"))
            votes[label - 1]++;
        return votes;
    }

    /// <summary>Every change of one feature to the values 0, 1/2 and 1.</summary>
    private static Table.Row[] OneFeatureChanged(Table.Row row) =>
        [.. Enumerable.Range(0, D).SelectMany(slot => new[] { 0f, 0.5f, 1f }.Select(value =>
        {
            float[] features = [.. row.Features];
            features[slot] = value;
            return new Table.Row { Features = features };
        }))];

    private static List<Ablated> Ablations(float[] features)
    {
        var subsets = new SubsetEnumerator(D, K);
        var rows = new List<Ablated>();
        while (subsets.MoveNext())
        {
            var ablated = new float[2 * D];
            foreach (int position in subsets.Current)
            {
                ablated[position] = features[position];
                ablated[D + position] = 1 - features[position];
            }
            rows.Add(new Ablated { Features = ablated });
        }
        Assert.HasCount(AblationCount, rows);
        return rows;
    }

    [TestMethod]
    public void The_budget_decides_and_is_saved()
    {
        IDataView test = Table.View(_ml, 3, seed: 2);
        var plan = SamplingPlan.Fixed(5, 10);
        Assert.AreEqual(15, Fit(new() { Plan = plan }).Transform(test).Scalar<int>("SampleCount")[0], "20 ablations, 15 votes");
        Assert.AreEqual(15, Fit(new() { Plan = plan, ExactBudget = 19 }).Transform(test).Scalar<int>("SampleCount")[0]);
        SmoothedCertifierTransformer exact = Fit(new() { Plan = plan, ExactBudget = 20 });
        Assert.AreEqual(20, exact.Transform(test).Scalar<int>("SampleCount")[0]);
        using var stream = new MemoryStream();
        _ml.Model.Save(exact, test.Schema, stream);
        CollectionAssert.AreEqual(exact.Transform(test).CertifiedText(), _ml.Model.Load(stream, out _).Transform(test).CertifiedText());
        Assert.Throws<ArgumentOutOfRangeException>(() => Fit(new() { ExactBudget = -1 }));
    }

    [TestMethod]
    public void A_true_tie_abstains()
    {
        var certifier = new VoteCertifier(D, K, SamplingPlan.Fixed(5, 10));
        Assert.IsTrue(certifier.ConcludeExactly([10, 10, 0]).Abstained);
        RowResult plurality = certifier.ConcludeExactly([8, 7, 5]);
        Assert.AreEqual(0, plurality.PredictedClass);
        Assert.AreEqual(-1, plurality.Certified.Radius, "no majority");
    }

    [TestMethod]
    public void The_exact_stage_runs_through_all_subsets_in_order()
    {
        foreach ((int d, int k) in new[] { (6, 3), (5, 5), (9, 1), (12, 10), (40, 2) })
        {
            var sampler = new SubsetSampler(d, k);
            var subsets = new SubsetEnumerator(d, k);
            uint rank = 0;
            for (; subsets.MoveNext(); rank++)
                CollectionAssert.AreEqual(subsets.Current.ToArray(), sampler.Sample(default, AblationStage.Exact, rank).ToArray());
            Assert.Throws<ArgumentOutOfRangeException>(() => { sampler.Sample(default, AblationStage.Exact, rank); });
        }
        Assert.AreEqual(44, new SubsetSampler(784, 45).Sample(default, AblationStage.Exact, 0)[44]);
    }
}
