using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Tests.Support;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Tests.Certifier;

/// <summary>Certifiers on fixed masks: certificates without chance, by any ML.NET chain.</summary>
[TestClass]
public sealed class FixedMaskTests
{
    private const int D = 6;
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void Every_mask_votes_once_and_the_certificate_is_that_of_the_votes()
    {
        foreach (CertificationRule rule in Enum.GetValues<CertificationRule>())
        {
            using SmoothedCertifierTransformer model = Fit(new() { Rule = rule });
            IDataView rows = Table.View(_ml, 30, seed: 2);
            IDataView report = model.Transform(rows);
            ITransformer scorer = ((IEnumerable<ITransformer>)model.BaseModel).Last();
            int[] radii = report.Scalar<int>("CertifiedRadius");
            uint[] answers = report.Scalar<uint>("PredictedLabel");
            float[][] features = rows.Vectors<float>("Features");
            Assert.IsTrue(report.Scalar<int>("SampleCount").All(count => count == 5));
            for (int i = 0; i < features.Length; i++)
            {
                IDataView scored = scorer.Transform(_ml.Data.LoadFromEnumerable(Shown(model.Masks!, features[i])));
                MaskAnswers expected = rule == CertificationRule.Condorcet
                    ? MaskAnswers.OfScores([.. scored.Vectors<float>("Score").SelectMany(scores => scores)], 3)
                    : MaskAnswers.OfClasses([.. scored.Scalar<uint>("PredictedLabel").Select(label => (int)label - 1)], 3);
                CertifiedPrediction certified = MaskFamilyCertificate.Certify(model.Masks!, expected, rule);
                Assert.AreEqual(certified.Radius, radii[i]);
                if (certified.IsCertified)
                    Assert.AreEqual(certified.SelectedClass + 1, (int)answers[i]);
            }
            Assert.IsGreaterThan(10, radii.Count(radius => radius >= 1));
        }
    }

    /// <summary>All inputs of three levels within two changed values, for rows with certificates.</summary>
    [TestMethod]
    public void The_answer_is_the_same_for_every_input_within_the_radius()
    {
        foreach (CertificationRule rule in (CertificationRule[])[CertificationRule.Gap, CertificationRule.Condorcet])
        {
            using SmoothedCertifierTransformer model = Fit(new() { Rule = rule });
            Table.Row[] rows = Table.Rows(20, seed: 2);
            IDataView report = model.Transform(_ml.Data.LoadFromEnumerable(rows));
            int[] radii = report.Scalar<int>("CertifiedRadius");
            uint[] answers = report.Scalar<uint>("PredictedLabel");
            int inputs = 0;
            for (int i = 0; i < rows.Length; i++)
            {
                Table.Row[] changed = [.. Changed(rows[i].Features, Math.Min(2, radii[i]))];
                Assert.IsTrue(model.Transform(_ml.Data.LoadFromEnumerable(changed)).Scalar<uint>("PredictedLabel").All(answer => answer == answers[i]));
                inputs += changed.Length;
            }
            Assert.IsGreaterThan(200, inputs);
        }
    }

    [TestMethod]
    public void A_loaded_model_other_orders_and_single_predictions_have_the_same_certificates()
    {
        SmoothedCertifierOptions options = SmoothedCertifierOptions.Paper with { Rule = CertificationRule.Condorcet, ScoreThreshold = 0.2, Attack = CertifiedAttack.Positions };
        using SmoothedCertifierTransformer model = Fit(options);
        using var file = new MemoryStream();
        IDataView rows = Table.View(_ml, 40, seed: 2);
        _ml.Model.Save(model, rows.Schema, file);
        file.Position = 0;
        var chain = new MLContext(seed: 77).Model.Load(file, out _);
        SmoothedCertifierTransformer loaded = CertifierChain.Find(chain)!;
        Assert.AreEqual(options, loaded.Options with { Plan = options.Plan });
        int[] radii = model.Transform(rows).Scalar<int>("CertifiedRadius");
        CollectionAssert.AreEqual(radii, chain.Transform(rows).Scalar<int>("CertifiedRadius"));
        Table.Row[] reversed = [.. Table.Rows(40, seed: 2).Reverse()];
        CollectionAssert.AreEqual(radii.Reverse().ToArray(), model.Transform(_ml.Data.LoadFromEnumerable(reversed)).Scalar<int>("CertifiedRadius"));
        using PredictionEngine<Table.Row, Answer> engine = _ml.Model.CreatePredictionEngine<Table.Row, Answer>(chain);
        CollectionAssert.AreEqual(radii, Table.Rows(40, seed: 2).Select(row => engine.Predict(row).CertifiedRadius).ToArray());
    }

    [TestMethod]
    public void Patches_are_certified_where_masks_are_made_against_them()
    {
        IDataView digits = _ml.Data.LoadGeneratedDigits(200, seed: 1);
        IDataView keyed = _ml.Transforms.Conversion.MapValueToKey("Label").Fit(digits).Transform(digits);
        IEstimator<ITransformer> chain = _ml.Transforms.BandAblation(width: 4, direction: BandDirection.Columns)
            .Append(_ml.MulticlassClassification.Trainers.SdcaMaximumEntropy(maximumNumberOfIterations: 10));
        SmoothedCertifierOptions contests = SmoothedCertifierOptions.Paper with { Rule = CertificationRule.Condorcet };
        using SmoothedCertifierTransformer patches = _ml.Transforms.SmoothedCertifier(chain, contests, trainingCopies: 14).Fit(keyed);
        IDataView rows = _ml.Data.TakeRows(keyed, 40);
        int[] sides = patches.Transform(rows).Scalar<int>("CertifiedRadius");
        int[] positions = patches.WithOptions(patches.Options with { Attack = CertifiedAttack.Positions }).Transform(rows).Scalar<int>("CertifiedRadius");
        int[] rectangles = patches.WithOptions(patches.Options with { PatchHeight = 28 }).Transform(rows).Scalar<int>("CertifiedRadius");
        Assert.IsGreaterThan(5, sides.Count(side => side >= 1));
        for (int i = 0; i < sides.Length; i++)
        {
            Assert.AreEqual(sides[i] >= 1, positions[i] >= 1, "one position is a patch of side 1");
            // A band meets as many patches of all rows as of one.
            Assert.AreEqual(Math.Min(1, sides[i]), rectangles[i]);
        }
    }

    [TestMethod]
    public void Options_of_other_ablations_are_refused_with_what_to_do()
    {
        IDataView train = Keyed(Table.View(_ml));
        Refused("Attack is Patch, but random ablations", new() { Attack = CertifiedAttack.Patch }, Table.Linear(_ml));
        Refused("ScoreThreshold is for fixed masks", new() { Rule = CertificationRule.Gap, ScoreThreshold = 0.5 }, Table.Linear(_ml));
        Refused("A patch is a part of an image, but column 'Features'", new() { Attack = CertifiedAttack.Patch }, Masked());
        Assert.ThrowsExactly<ArgumentException>(() => _ml.Transforms.SmoothedCertifier(Masked(), SmoothedCertifierOptions.Paper with { ScoreThreshold = 0.5 }));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Transforms.SmoothedCertifier(Masked(), SmoothedCertifierOptions.Paper with { PatchWidth = 0 }));
        using SmoothedCertifierTransformer model = Fit(new());
        Assert.IsNull(model.RetainedCount);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => model.WithRetainedCount(3)).Message, "fixed family of masks (5 masks of 1 to 2 of 6 positions)");

        void Refused(string message, SmoothedCertifierOptions options, IEstimator<ITransformer> chain) => StringAssert.Contains(
            Assert.Throws<ArgumentException>(() => _ml.Transforms.SmoothedCertifier(chain, options).Fit(train).Transform(train)).Message, message);
    }

    private SmoothedCertifierTransformer Fit(SmoothedCertifierOptions options)
        => _ml.Transforms.SmoothedCertifier(Masked(), options, trainingCopies: 5).Fit(Keyed(Table.View(_ml)));

    private IEstimator<ITransformer> Masked() => _ml.Transforms.PartitionAblation(masks: 5)
        .Append(_ml.MulticlassClassification.Trainers.SdcaMaximumEntropy(maximumNumberOfIterations: 20));

    private IDataView Keyed(IDataView data) => _ml.Transforms.Conversion.MapValueToKey("Label").Fit(data).Transform(data);

    private static IEnumerable<Table.Row> Changed(float[] features, int count)
    {
        if (count <= 0)
            yield break;
        for (int slot = 0; slot < D; slot++)
        {
            foreach (float value in new[] { 0f, 0.5f, 1f })
            {
                float[] changed = [.. features];
                changed[slot] = value;
                yield return new Table.Row { Features = changed };
                foreach (Table.Row further in Changed(changed, count - 1))
                    yield return further;
            }
        }
    }

    private static List<Seen> Shown(MaskFamily family, float[] features) => [.. Enumerable.Range(0, family.Count).Select(mask =>
    {
        var shown = new float[2 * D];
        foreach (int position in family.Retained(mask))
            (shown[position], shown[D + position]) = (features[position], 1 - features[position]);
        return new Seen { Features = shown };
    })];

    private sealed class Seen
    {
        [VectorType(2, D)]
        public float[] Features { get; set; } = [];
    }

    private sealed class Answer
    {
        public int CertifiedRadius { get; set; }
    }
}
