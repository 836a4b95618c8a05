using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Sampling;

namespace Microsoft.ML.Ablation.Attacks.Tests;

[TestClass]
public sealed class AdversarialPatchTests
{
    private static readonly MLContext Ml = new(seed: 1);

    /// <summary>Bands of one column and blocks of one pixel: a patch of m × m turns m, or m², of them; two columns, m + 1.</summary>
    [TestMethod]
    [DataRow(5, 7, "bands", 1, 3)]
    [DataRow(5, 6, "bands", 1, 2)]
    [DataRow(4, 7, "bands", 2, 2)]
    [DataRow(4, 4, "blocks", 1, 2)]
    [DataRow(6, 6, "blocks", 2, 3)]
    public void The_smallest_patch_is_one_beyond_a_tight_certificate_and_refutes_one_that_is_larger(int height, int width, string kind, int side, int radius)
    {
        IDataView data = ToyModels.Pictures(Ml, height, width, new float[height * width]);
        IEstimator<ITransformer> masks = kind == "bands" ? Ml.Transforms.BandAblation(side, direction: BandDirection.Columns) : Ml.Transforms.BlockAblation(side);
        foreach (CertificationRule rule in new[] { CertificationRule.Gap, CertificationRule.Condorcet })
        {
            using var model = (IDisposable)ToyModels.Masked(Ml, data, masks, SmoothedCertifierOptions.Paper with { Rule = rule }, ToyModels.Black);
            AttackResult result = Ml.MulticlassClassification.Attack((ITransformer)model, data, new AdversarialPatch()).Single();
            Assert.AreEqual(radius, result.CertifiedRadius);
            Assert.AreEqual(radius + 1, result.Distance);
            Assert.AreEqual(new PatchUnit(1, 1), result.Patch);
            Assert.AreEqual(result.Patch, result.CertifiedPatch);
            Assert.IsFalse(result.RefutesCertificate);
            RequireWithin(result, height, width, radius + 1, radius + 1);
            AttackMetrics metrics = Ml.MulticlassClassification.EvaluateAttacks([result]);
            Assert.AreEqual(radius + 1, metrics.MedianDistance);
            Assert.AreEqual(radius, metrics.Certified!.MedianCertifiedRadius);

            ITransformer wrong = FixedMaskTests.OneTooLarge((ITransformer)model, data);
            Assert.AreEqual(1, Ml.MulticlassClassification.EvaluateAttacks(Ml.MulticlassClassification.Attack(wrong, data, new AdversarialPatch())).RefutedCount);
        }
    }

    /// <summary>Seven columns, of which two lost at a time: 7 − 2 · 2 m &gt; 0 for m = 1 alone.</summary>
    [TestMethod]
    public void A_rectangle_is_attacked_with_its_multiples()
    {
        IDataView data = ToyModels.Pictures(Ml, 5, 7, new float[35]);
        var options = SmoothedCertifierOptions.Paper with { Rule = CertificationRule.Gap, PatchHeight = 1, PatchWidth = 2 };
        using var model = (IDisposable)ToyModels.Masked(Ml, data, Ml.Transforms.BandAblation(1, direction: BandDirection.Columns), options, ToyModels.Black);
        AttackResult result = Ml.MulticlassClassification.Attack((ITransformer)model, data, new AdversarialPatch()).Single();
        Assert.AreEqual(1, result.CertifiedRadius);
        Assert.AreEqual(2, result.Distance);
        Assert.AreEqual(new PatchUnit(1, 2), result.Patch);
        RequireWithin(result, 5, 7, 2, 4);
        // Squares are another attack, which says nothing of this certificate, whatever its radius.
        AttackResult square = Ml.MulticlassClassification.Attack((ITransformer)model, data, new AdversarialPatch { Unit = new PatchUnit(1, 1) }).Single();
        Assert.AreEqual(4, square.Distance);
        Assert.IsFalse((square with { CertifiedRadius = 7 }).RefutesCertificate);
        Assert.IsNull(Ml.MulticlassClassification.EvaluateAttacks([square]).Certified);
        Assert.Throws<ArgumentException>(() => Ml.MulticlassClassification.EvaluateAttacks([square, result]));
    }

    [TestMethod]
    public void Certificates_of_the_other_unit_are_not_refuted()
    {
        IDataView data = ToyModels.Pictures(Ml, 5, 7, new float[35]);
        var options = SmoothedCertifierOptions.Paper with { Rule = CertificationRule.Gap };
        using var against = (IDisposable)ToyModels.Masked(Ml, data, Ml.Transforms.BandAblation(1, direction: BandDirection.Columns), options, ToyModels.Black);
        AttackResult pixels = Ml.MulticlassClassification.Attack((ITransformer)against, data, new PointwiseAttack()).Single();
        Assert.AreEqual(4, pixels.Distance, "a pixel in each of four columns");
        Assert.IsNull(pixels.Patch);
        Assert.IsFalse((pixels with { CertifiedRadius = 5 }).RefutesCertificate);
        Assert.IsNull(Ml.MulticlassClassification.EvaluateAttacks([pixels]).Certified);

        using var partition = (IDisposable)ToyModels.Masked(Ml, data, Ml.Transforms.PartitionAblation(9, labelColumnName: null), options, ToyModels.Black);
        AttackResult patch = Ml.MulticlassClassification.Attack((ITransformer)partition, data, new AdversarialPatch()).Single();
        Assert.AreEqual(4, patch.CertifiedRadius);
        Assert.IsNull(patch.CertifiedPatch);
        Assert.IsGreaterThan(1, patch.Distance!.Value);
        Assert.IsFalse((patch with { CertifiedRadius = 30 }).RefutesCertificate);
    }

    /// <summary>White in three of four corners of a place that has to be found.</summary>
    [TestMethod]
    public void Place_and_content_are_found_on_a_plain_classifier_and_on_a_sampled_one()
    {
        int[] corners = [3 * 9 + 4, 3 * 9 + 6, 5 * 9 + 4, 5 * 9 + 6];
        IDataView data = ToyModels.Pictures(Ml, 8, 9, new float[72]);
        ITransformer plain = ToyModels.Plain(Ml, data, features => corners.Count(slot => features[slot] > 0.5f) >= 3 && features[4 * 9 + 5] < 0.5f ? [1, 0, 0] : [0, 1, 0]);
        AttackResult result = Ml.MulticlassClassification.Attack(plain, data, new AdversarialPatch { Steps = 3_000, LargestSide = 5 }).Single();
        Assert.AreEqual(3, result.Distance);
        Assert.AreEqual("no", result.AdversarialAnswer);
        Assert.IsTrue(result.IsVerified);
        Assert.IsNull(result.CertifiedRadius);
        RequireWithin(result, 8, 9, 3, 3);

        // A black image that is "no" as soon as one of six pixels that are seen is white: half of all ablations meet 8 of 72.
        using var sampled = (IDisposable)ToyModels.SmoothedBlack(Ml, data, 6, SmoothedCertifierOptions.Paper with { Seed = 5, Plan = SamplingPlan.Fixed(200, 2_000), ExactBudget = 0 });
        AttackResult against = Ml.MulticlassClassification.Attack((ITransformer)sampled, data, new AdversarialPatch { Steps = 50 }).Single();
        Assert.AreEqual(3, against.Distance);
        Assert.IsTrue(against.IsVerified);
        Assert.IsFalse(against.RefutesCertificate);
        Assert.IsGreaterThan(3, against.CertifiedRadius!.Value, "pixels");
    }

    [TestMethod]
    public void A_row_has_the_same_result_whatever_comes_before_it_and_a_patch_too_small_finds_nothing()
    {
        IDataView data = ToyModels.Pictures(Ml, 5, 7, new float[35], new float[35]);
        IEstimator<ITransformer> bands = Ml.Transforms.BandAblation(1, direction: BandDirection.Columns);
        using var model = (IDisposable)ToyModels.Masked(Ml, data, bands, SmoothedCertifierOptions.Paper with { Rule = CertificationRule.Gap }, ToyModels.Black);
        AttackResult[] results = [.. Ml.MulticlassClassification.Attack((ITransformer)model, data, new AdversarialPatch())];
        CollectionAssert.AreEqual(results[0].Adversarial!.ToArray(), results[1].Adversarial!.ToArray());
        Assert.IsNull(Ml.MulticlassClassification.Attack((ITransformer)model, data, new AdversarialPatch { LargestSide = 3 }).First().Distance);
    }

    [TestMethod]
    public void What_is_no_image_and_what_does_not_fit_is_told()
    {
        IDataView flat = ToyModels.Flat(Ml, 20);
        ITransformer model = ToyModels.Plain(Ml, flat, _ => [0, 1, 0]);
        StringAssert.Contains(Told(flat, new AdversarialPatch()), "does not tell its rows and columns");
        Assert.IsNull(Ml.MulticlassClassification.Attack(model, flat, new AdversarialPatch { Steps = 5 }, new AttackOptions { Shape = new ImageShape(1, 4, 5) }).Single().Distance);
        IDataView image = ToyModels.Pictures(Ml, 4, 5, new float[20]);
        StringAssert.Contains(Told(image, new AdversarialPatch { Unit = new PatchUnit(5, 1) }), "size 1 has 5 × 1 pixels, but images have 4 × 5");
        StringAssert.Contains(Told(image, new AdversarialPatch { Unit = new PatchUnit(0, 1) }), "size 1 has 0 × 1");
        foreach (AdversarialPatch impossible in new AdversarialPatch[] { new() { Steps = 0 }, new() { LargestSide = 0 }, new() { GradientSteps = -1 }, new() { Ablations = 0 } })
            Assert.Throws<ArgumentOutOfRangeException>(() => Told(image, impossible));

        string Told(IDataView data, AdversarialPatch attack)
        {
            try
            {
                _ = Ml.MulticlassClassification.Attack(model, data, attack).ToArray();
            }
            catch (ArgumentException e) when (e is not ArgumentOutOfRangeException)
            {
                return e.Message;
            }
            return "";
        }
    }

    /// <summary>All that has changed is within a rectangle.</summary>
    private static void RequireWithin(AttackResult result, int height, int width, int rows, int columns)
    {
        int[] changed = [.. Enumerable.Range(0, height * width).Where(slot => result.Adversarial![slot] != result.Original[slot])];
        Assert.IsNotEmpty(changed);
        Assert.IsLessThan(rows, changed.Max(slot => slot / width) - changed.Min(slot => slot / width));
        Assert.IsLessThan(columns, changed.Max(slot => slot % width) - changed.Min(slot => slot % width));
    }
}
