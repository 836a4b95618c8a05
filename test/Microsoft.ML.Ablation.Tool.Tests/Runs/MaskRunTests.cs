using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Tool.Runs;

namespace Microsoft.ML.Ablation.Tool.Tests.Runs;

/// <summary>Runs of fixed masks: what is kept of a row gives every certificate again.</summary>
[TestClass]
public sealed class MaskRunTests
{
    private const int Side = 4, Classes = 3;

    private static readonly MaskFamily s_bands = MaskFamily.Bands(Side, Side, bandWidth: 1, BandDirection.Columns);

    private string _folder = "";

    [TestInitialize]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("mask-run-").FullName;

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [DataRow(3, 1)]
    [DataRow(255, 1)]
    [DataRow(256, 2)]
    [DataRow(70_000, 3)]
    public void Answers_are_the_same_after_they_were_written(int classes, int bytes)
    {
        var random = new Random(7);
        const int masks = 2;
        foreach (double? threshold in new double?[] { null, 0.5 })
        {
            float[] scores = [.. Enumerable.Range(0, masks * classes).Select(_ => random.NextSingle())];
            var answers = MaskAnswers.OfScores(scores, classes, threshold);
            string text = AnswerText.Of(answers);
            Assert.AreEqual(bytes * masks * classes, Convert.FromBase64String(text).Length);
            MaskAnswers again = AnswerText.ToAnswers(text, masks, classes, threshold is not null);
            CollectionAssert.AreEqual(answers.Ranks.ToArray(), again.Ranks.ToArray());
            Assert.AreEqual((answers.Count, answers.ClassCount, answers.AllowsSeveral), (again.Count, again.ClassCount, again.AllowsSeveral));
        }
    }

    [TestMethod]
    [DataRow("AAAA", DisplayName = "too few")]
    [DataRow("AAAAAAAAAAAAAAAAAAAAAAAA", DisplayName = "too many")]
    [DataRow("AAAA AAA", DisplayName = "space")]
    [DataRow("?", DisplayName = "no text of bytes")]
    [DataRow("AAAAAAAE", DisplayName = "rank 4 of 3 classes")]
    public void Answers_that_cannot_be_are_refused(string text)
    {
        Assert.Throws<InvalidDataException>(() => AnswerText.ToAnswers(text, masks: 2, Classes, allowsSeveral: false));
        StringAssert.Contains(Assert.Throws<InvalidDataException>(() => Manifest().MakeCertifier(RunClaims.None).Certify(Row(3, text))).Message, "Row 3 of the run is inconsistent");
    }

    [TestMethod]
    public void A_run_is_written_read_and_gone_on_with()
    {
        MaskManifest manifest = Manifest();
        RunRow[] rows = [.. Enumerable.Range(0, 3).Select(row => Row(row, AnswerText.Of(Random(new Random(row)))))];
        using (RunFolder<RunManifest, RunRow> run = RunFolder<RunManifest, RunRow>.Open(_folder, manifest))
            Array.ForEach(rows[..2], run.Append);
        using (RunFolder<RunManifest, RunRow> run = RunFolder<RunManifest, RunRow>.Open(_folder, manifest))
        {
            CollectionAssert.AreEqual(rows[..2], run.Finished.ToArray());
            run.Append(rows[2]);
        }
        (RunManifest read, IReadOnlyList<RunRow> all) = RunFolder<RunManifest, RunRow>.Read(_folder);
        CollectionAssert.AreEqual(rows, all.ToArray());
        MaskRunCertifier certifier = Assert.IsInstanceOfType<MaskRunCertifier>(read.MakeCertifier(RunClaims.None));
        Assert.AreEqual("4 of 4 positions", certifier.Scheme.Masks);
        // Without what nobody reads.
        Assert.Contains("description", read.ToSettings()["masks"]!.ToJsonString());
        Assert.DoesNotContain(manifest.Masks.Family, read.ToSettings().ToJsonString());
    }

    [TestMethod]
    public void Another_run_is_refused_and_told_apart()
    {
        MaskManifest manifest = Manifest();
        RunFolder<RunManifest, RunRow>.Open(_folder, manifest).Dispose();
        foreach ((RunManifest other, string told) in new (RunManifest, string)[]
        {
            (manifest with { Rule = "Gap" }, "rule is \"Gap\", but was \"Condorcet\""),
            (manifest with { Masks = manifest.Masks with { ScoreThreshold = 0.3 } }, "scoreThreshold of masks is 0.3, but was none"),
            (manifest with { Masks = manifest.Masks with { PatchWidth = 2 } }, "of masks is 2, but was "),
            (manifest with { Masks = RunMasksOf(MaskFamily.Blocks(Side, Side, 2)) }, "description of masks is \"16 masks of 4 of 16 positions\""),
        })
        {
            string message = Assert.Throws<InvalidOperationException>(() => RunFolder<RunManifest, RunRow>.Open(_folder, other)).Message;
            StringAssert.Contains(message, told);
            Assert.IsLessThan(2_000, message.Length);
        }
    }

    [TestMethod]
    [DataRow(CertificationRule.Majority)]
    [DataRow(CertificationRule.Gap)]
    [DataRow(CertificationRule.Bonferroni)]
    [DataRow(CertificationRule.Top)]
    [DataRow(CertificationRule.Condorcet)]
    public void Rows_are_certified_as_the_library_does_under_every_rule_as_positions_and_as_patches(CertificationRule rule)
    {
        var random = new Random(3);
        RunCertifier positions = Manifest().MakeCertifier(new RunClaims { Rule = rule, Against = CertifiedAttack.Positions });
        RunCertifier squares = Manifest().MakeCertifier(new RunClaims { Rule = rule });
        RunCertifier wide = Manifest().MakeCertifier(new RunClaims { Rule = rule, Patch = new PatchSize(1, 2) });
        int certified = 0;
        for (int i = 0; i < 100; i++)
        {
            MaskAnswers answers = Random(random);
            RunRow row = Row(i, AnswerText.Of(answers));
            Assert.AreEqual(MaskFamilyCertificate.Certify(s_bands, answers, rule), positions.Certify(row).Certified);
            CertifiedPrediction square = MaskFamilyCertificate.CertifyPatch(s_bands, answers, Side, Side, rule);
            Assert.AreEqual(square, squares.Certify(row).Certified);
            CertifiedPrediction rectangle = wide.Certify(row).Certified;
            for (int size = 1; size <= 2; size++)
            {
                Assert.AreEqual(rectangle.Radius >= size,
                    MaskFamilyCertificate.WithstandsPatch(s_bands, answers, rectangle.SelectedClass, Side, Side, size, 2 * size, rule), $"{i}: {size}");
            }
            certified += square.Radius > 0 ? 1 : 0;
        }
        Assert.IsGreaterThan(5, certified);
    }

    [TestMethod]
    public void Claims_that_the_run_does_not_bear_are_refused()
    {
        Refused("--alpha is 0.1, but there is no sampling", Manifest(), new RunClaims { Alpha = 0.1 });
        Refused("give --against Patch with it", Manifest(), new RunClaims { Against = CertifiedAttack.Positions, Patch = new PatchSize(1, 2) });
        Refused("not known to be images", Manifest() with { Masks = RunMasksOf(s_bands) with { Height = null, Width = null } }, RunClaims.None);
        Refused("has only their answers", Manifest() with { Masks = RunMasksOf(s_bands) with { HasScores = false } }, RunClaims.None);
        Refused("takes one class from each mask", Manifest() with { Masks = RunMasksOf(s_bands) with { ScoreThreshold = 0.3 } }, new RunClaims { Rule = CertificationRule.Majority });
        Assert.Throws<InvalidDataException>(() => (Manifest() with { Rule = "Best" }).MakeCertifier(RunClaims.None));
        Assert.Throws<InvalidDataException>(() => (Manifest() with { Masks = RunMasksOf(s_bands) with { Family = "AAAA" } }).MakeCertifier(RunClaims.None));
        Assert.Throws<InvalidDataException>(() => (Manifest() with { Masks = RunMasksOf(s_bands) with { Family = "?" } }).MakeCertifier(RunClaims.None));
        StringAssert.Contains(Assert.Throws<InvalidDataException>(() => Manifest().MakeCertifier(RunClaims.None).Certify(new SampledRow(0, "key", "y", null, [], [], 0))).Message,
            "not voted on as the manifest says");
    }

    /// <summary>With a threshold a mask can vote for several classes.</summary>
    [TestMethod]
    public void A_threshold_is_the_runs()
    {
        MaskManifest manifest = Manifest() with { Masks = RunMasksOf(s_bands) with { ScoreThreshold = 0.4 } };
        float[] scores = [0.5f, 0.5f, 0, 0.5f, 0.5f, 0, 1, 0, 0, 1, 0, 0];
        RowResult result = manifest.MakeCertifier(new RunClaims { Rule = CertificationRule.Gap }).Certify(Row(0, AnswerText.Of(MaskAnswers.OfScores(scores, Classes, 0.4))));
        CollectionAssert.AreEqual(new[] { 4, 2, 0 }, result.EstimationVotes());
    }

    private static void Refused(string told, MaskManifest manifest, RunClaims claims)
        => StringAssert.Contains(Assert.Throws<ArgumentException>(() => manifest.MakeCertifier(claims)).Message, told);

    /// <summary>Scores that often agree, so that something is certified.</summary>
    private static MaskAnswers Random(Random random) => MaskAnswers.OfScores(
        [.. Enumerable.Range(0, s_bands.Count * Classes).Select(i => i % Classes == 1 && random.Next(8) > 0 ? 1 : random.NextSingle())], Classes);

    private static RunMasks RunMasksOf(MaskFamily family)
        => new($"{family}", Side, Side, CertifiesPatches: true, 1, 1, ScoreThreshold: null, HasScores: true, RunMasks.TextOf(family));

    private static MaskManifest Manifest() => new()
    {
        Model = "a",
        Data = "digits",
        FirstRow = 0,
        Classes = ["x", "y", "z"],
        Positions = Side * Side,
        Masks = RunMasksOf(s_bands),
        Encoding = nameof(AblationEncoding.Complement),
        Rule = nameof(CertificationRule.Condorcet),
        TopCount = 1,
    };

    private static MaskRow Row(long number, string answers) => new(number, "key", "y", null, answers, 0.5);
}
