using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Tests.Support;
using Microsoft.ML.Ablation.Tests.Texts;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Tests.Certifier;

/// <summary>Rows whose time is over, by a clock that goes on by one second with every call of the base classifier.</summary>
[TestClass]
public sealed class RowDeadlineTests
{
    /// <summary>Votes between which a row can end: a piece of the one thread.</summary>
    private const int Piece = 496;

    private readonly MLContext _ml = new(seed: 1);
    private readonly CallClock _clock = new();

    [TestMethod]
    public void A_row_whose_time_is_over_has_the_certificate_of_the_last_look_that_it_reached()
    {
        var plan = SamplingPlan.Adaptive(100, 400, 10_000);
        var looks = new HashSet<int>();
        foreach (int seconds in new[] { 700, 1_200, 2_500, 5_000 })
        {
            Row row = Certify(plan, TimeSpan.FromSeconds(seconds));
            int look = row.Votes.Sum();
            looks.Add(look);
            Assert.IsTrue(plan.Looks.Contains(look) && look < 10_000, $"{look}");
            Assert.IsLessThanOrEqualTo(seconds + Piece, row.SampleCount);
            Assert.IsGreaterThanOrEqualTo(100 + look, row.SampleCount, "calls since the last look were made too");
            CertifiedPrediction expected = new VoteCertifier(CountedModel.Positions, 3, plan).Certify(row.SelectionVotes, row.Votes);
            Assert.AreEqual(expected.Radius, row.CertifiedRadius);
            Assert.AreEqual(expected.LowerBound, row.LowerBound);
        }
        Assert.HasCount(4, looks);
        Assert.AreEqual(10_000, Certify(plan, null).Votes.Sum(), "without a deadline the row takes all votes");
    }

    [TestMethod]
    public void Before_the_first_look_there_is_no_certificate_and_no_answer_but_the_votes_so_far()
    {
        foreach (SamplingPlan plan in new[] { SamplingPlan.Fixed(1_000, 10_000), SamplingPlan.Adaptive(100, 800, 10_000) })
        {
            foreach (CertificationRule rule in Enum.GetValues<CertificationRule>())
            {
                Row row = Certify(plan, TimeSpan.FromSeconds(1), rule);
                Assert.IsTrue(row.Abstained);
                Assert.AreEqual((-1, 0u, 0.0), (row.CertifiedRadius, row.PredictedLabel, row.LowerBound));
                Assert.AreEqual(Piece, row.SampleCount);
                Assert.IsTrue(row.Score.All(float.IsFinite));
            }
        }
    }

    [TestMethod]
    public void Where_all_ablations_would_be_asked_some_say_nothing()
    {
        // Seven of 14 words: 3,432 ablations, all of which would be asked.
        IEstimator<ITransformer> spam = _ml.Transforms.CustomMapping<Message, Decided>((message, decided) =>
        {
            _clock.Seconds++;
            decided.PredictedLabel = message.Text.Contains("free", StringComparison.Ordinal);
        }, contractName: null);
        var options = SmoothedCertifierOptions.Paper with { RowDeadline = TimeSpan.FromSeconds(1), Clock = _clock, Threads = 1 };
        using SmoothedCertifierTransformer hurried = TextModels.Certifier(_ml.Transforms.RandomWordAblation(0.5), spam, options);
        string text = string.Join(' ', Enumerable.Repeat("word", 13).Append("free"));
        Row cut = Read(hurried), whole = Read(hurried.WithOptions(options with { RowDeadline = null }));
        Assert.AreEqual((true, -1, Piece, Piece), (cut.Abstained, cut.CertifiedRadius, cut.SampleCount, cut.Votes.Sum()));
        Assert.AreEqual((3_432, 3_432), (whole.SampleCount, whole.Votes.Sum()));

        Row Read(ITransformer model)
        {
            IDataView report = model.Transform(TextModels.View(text));
            // A Boolean, where other rows here have keys.
            report = _ml.Transforms.DropColumns("PredictedLabel", "Score").Fit(report).Transform(report);
            return _ml.Data.CreateEnumerable<Row>(report, reuseRowObject: false, ignoreMissingColumns: true).Single();
        }
    }

    [TestMethod]
    public void A_deadline_that_is_not_reached_changes_nothing()
        => Assert.AreEqual(Text(Certify(SamplingPlan.Adaptive(100, 400, 2_000), null)), Text(Certify(SamplingPlan.Adaptive(100, 400, 2_000), TimeSpan.FromDays(1))));

    [TestMethod]
    public void A_deadline_is_positive_and_not_saved()
    {
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Transforms.SmoothedCertifier(Table.Linear(_ml), SmoothedCertifierOptions.Paper with { RowDeadline = TimeSpan.Zero }));
        IDataView rows = Table.View(_ml, 60);
        ITransformer model = Table.Certified(_ml, Table.FewVotes() with { RowDeadline = TimeSpan.FromDays(1) }).Fit(rows);
        using var file = new MemoryStream();
        _ml.Model.Save(model, rows.Schema, file);
        file.Position = 0;
        Assert.IsNull(CertifierChain.Find(_ml.Model.Load(file, out _))!.Options.RowDeadline);
    }

    private static string Text(Row row) => $"{row.CertifiedRadius} {row.LowerBound:R} {row.SampleCount} {string.Join(' ', row.Votes)} {string.Join(' ', row.SelectionVotes)}";

    private Row Certify(SamplingPlan plan, TimeSpan? deadline, CertificationRule rule = CertificationRule.Majority)
    {
        var model = new CountedModel(_ml) { Called = _ => _clock.Seconds++ };
        bool isCondorcet = rule == CertificationRule.Condorcet;
        using TransformerChain<SmoothedCertifierTransformer> certifier = isCondorcet
            ? _ml.Transforms.Conversion.MapValueToKey("Label").Append(_ml.Transforms.SmoothedCertifier(Table.Linear(_ml), Options())).Fit(Table.View(_ml, 60))
            : model.Fit(_ml.Transforms.RandomAblation(k: 3, encoding: AblationEncoding.Missing), Undecided, Options());
        IDataView rows = isCondorcet ? Table.View(_ml, 1) : model.Rows(1);
        // Where the clock does not tell calls, any time is over after the first piece.
        _clock.Step = isCondorcet ? 1 : 0;
        return _ml.Data.CreateEnumerable<Row>(certifier.Transform(rows), reuseRowObject: false, ignoreMissingColumns: true).Single();

        SmoothedCertifierOptions Options() => new() { Plan = plan, Rule = rule, RowDeadline = deadline, ExactBudget = 0, Seed = 1, Threads = 1, Clock = _clock };
    }

    /// <summary>Two classes with nearly as many ablations each, so that every look asks for more.</summary>
    private static string Undecided(float[] shown) => CountedModel.Names[shown.Index().Sum(value => float.IsNaN(value.Item) ? 0 : value.Index) % 2];

    private sealed class CallClock : TimeProvider
    {
        public long Seconds { get; set; }

        public long Step { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds += Step;
    }

    private sealed class Row
    {
        [KeyType(3)]
        public uint PredictedLabel { get; set; }

        public bool Abstained { get; set; }

        public int CertifiedRadius { get; set; }

        public double LowerBound { get; set; }

        public int SampleCount { get; set; }

        public float[] Score { get; set; } = [];

        public int[] SelectionVotes { get; set; } = [];

        public int[] Votes { get; set; } = [];
    }
}
