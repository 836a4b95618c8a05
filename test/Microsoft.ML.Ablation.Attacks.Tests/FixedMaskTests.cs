using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Ablation.Attacks.Tests;

/// <summary>Attacks on classifiers that are smoothed by fixed masks: what they find lies beyond the certificates, and just beyond where those are tight.</summary>
[TestClass]
public sealed class FixedMaskTests
{
    private const int Height = 3, Width = 3, D = Height * Width;

    private static readonly MLContext Ml = new(seed: 1);

    private static readonly float[] s_black = new float[20];

    private static readonly MaskFamily[] s_families =
    [
        MaskFamily.Partition(Height, Width, 5, 1),
        MaskFamily.Partition(Height, Width, 8, 1),
        MaskFamily.Bands(Height, Width, 2),
        MaskFamily.Of(D, [[0, 1], [1, 2, 3], [4], [0, 5], [6], [7, 4]]),
    ];

    private static readonly (CertificationRule Rule, int TopCount, double? Threshold)[] s_rules =
    [
        (CertificationRule.Majority, 1, null),
        (CertificationRule.Gap, 1, null),
        (CertificationRule.Gap, 1, 0.4),
        (CertificationRule.Condorcet, 1, null),
        (CertificationRule.Top, 1, null),
        (CertificationRule.Top, 2, null),
    ];

    /// <summary>Nine masks of a black image are five lost ones from another class; eight, four from a tie, which the certificate excludes as well.</summary>
    [TestMethod]
    [DataRow("Pointwise", CertificationRule.Gap, 9)]
    [DataRow("Pointwise", CertificationRule.Majority, 9)]
    [DataRow("Pointwise", CertificationRule.Condorcet, 8)]
    [DataRow("SparseRandomSearch", CertificationRule.Gap, 8)]
    [DataRow("SparseRandomSearch", CertificationRule.Condorcet, 9)]
    [DataRow("SparseRandomSearch", CertificationRule.Top, 9)]
    public void The_smallest_success_is_one_beyond_a_tight_certificate_and_refutes_one_that_is_larger(string name, CertificationRule rule, int masks)
    {
        Attack attack = name == "Pointwise" ? new PointwiseAttack { Restarts = 3 } : new SparseRandomSearch { Steps = 300, LargestBudget = 20 };
        IDataView data = ToyModels.Pictures(Ml, 4, 5, s_black);
        MaskAblationEstimator partition = Ml.Transforms.PartitionAblation(masks, labelColumnName: null);
        using var model = (IDisposable)ToyModels.Masked(Ml, data, partition, SmoothedCertifierOptions.Paper with { Rule = rule }, ToyModels.Black);
        AttackResult result = Ml.MulticlassClassification.Attack((ITransformer)model, data, attack).Single();
        int radius = (masks - 1) / 2;
        Assert.AreEqual(radius, result.CertifiedRadius);
        Assert.AreEqual(radius + 1, result.Distance);
        Assert.AreEqual(masks % 2 == 0 ? null : "no", result.AdversarialAnswer);
        Assert.IsTrue(result.IsVerified && result.IsCertain);
        Assert.IsFalse(result.RefutesCertificate);
        AttackMetrics metrics = Ml.MulticlassClassification.EvaluateAttacks([result]);
        Assert.AreEqual(radius, metrics.Certified!.MedianCertifiedRadius);
        Assert.AreEqual(0, metrics.RefutedCount);

        ITransformer wrong = OneTooLarge((ITransformer)model, data);
        AttackResult refuted = Ml.MulticlassClassification.Attack(wrong, data, attack).Single();
        Assert.AreEqual(radius + 1, refuted.CertifiedRadius);
        Assert.IsTrue(refuted.RefutesCertificate);
        Assert.AreEqual(1, Ml.MulticlassClassification.EvaluateAttacks([refuted]).RefutedCount);
    }

    /// <summary>Classifiers that are any function of what they see, and all 512 images of nine binary pixels.</summary>
    [TestMethod]
    public void No_attack_succeeds_within_a_radius_nor_with_less_than_the_smallest_change_there_is()
    {
        Attack[] attacks = [new PointwiseAttack { Restarts = 2, RefineValues = false }, new SparseRandomSearch { Steps = 40, LargestBudget = D }];
        float[][] all = [.. Enumerable.Range(0, 1 << D).Select(Image)];
        IDataView everything = ToyModels.Pictures(Ml, Height, Width, all);
        int certified = 0, broken = 0, nearest = 0;
        foreach (MaskFamily family in s_families)
        {
            foreach ((SmoothedCertifierOptions options, int seed) in s_rules.Select(OptionsOf).Zip(Enumerable.Range(0, s_rules.Length)))
            {
                using var model = (IDisposable)ToyModels.Masked(Ml, everything, Given(family), options, features => Scores(features, seed, 0.25));
                IDataView certificates = ((ITransformer)model).Transform(everything);
                uint[] answers = [.. certificates.GetColumn<uint>("PredictedLabel")];
                int[] radii = [.. certificates.GetColumn<int>("CertifiedRadius")];
                // "yes" is the second class.
                int[] rows = [.. Enumerable.Range(0, all.Length).Where(row => answers[row] == 2).OrderByDescending(row => radii[row]).Take(3), 17];
                foreach (AttackResult result in attacks.SelectMany(attack => Ml.MulticlassClassification.Attack((ITransformer)model, Take(all, rows), attack)))
                {
                    int row = rows[result.Row];
                    Assert.IsFalse(result.RefutesCertificate, $"{family} {options.Rule} {result}");
                    Assert.IsTrue(result.IsVerified);
                    int? smallest = Enumerable.Range(0, all.Length).Where(other => answers[other] != 2).Min(other => (int?)int.PopCount(other ^ row));
                    if (result.Distance is not { } distance)
                        continue;
                    Assert.IsGreaterThanOrEqualTo(smallest!.Value, distance);
                    if (options.TopCount == 1)
                        Assert.IsGreaterThan(distance == 0 ? -1 : result.CertifiedRadius!.Value, distance);
                    certified += result.CertifiedRadius > 0 ? 1 : 0;
                    broken += distance > 0 ? 1 : 0;
                    nearest += distance > 0 && distance == smallest ? 1 : 0;
                }
            }
        }
        Assert.IsGreaterThan(10, certified);
        Assert.IsGreaterThan(80, broken);
        Assert.IsGreaterThan(0.8 * broken, nearest, "with so few pixels the nearest success is usually found");
    }

    /// <summary>An attack follows the margin, and asks the model only where it says that there is something.</summary>
    [TestMethod]
    public void The_margin_is_positive_where_the_model_answers_the_true_class_and_nowhere_else()
    {
        var random = new Random(3);
        int right = 0, wrong = 0;
        foreach (MaskFamily family in s_families)
        {
            foreach ((SmoothedCertifierOptions options, int seed) in s_rules.Select(OptionsOf).Zip(Enumerable.Range(5, s_rules.Length)))
            {
                IDataView data = ToyModels.Pictures(Ml, Height, Width, Image(17));
                using var model = (IDisposable)ToyModels.Masked(Ml, data, Given(family), options, features => Scores(features, seed, 0.1));
                foreach (bool keeps in new[] { true, false })
                {
                    using var target = new AttackTarget(((IHostEnvironment)Ml).Register("test"), (ITransformer)model, data, new AttackOptions { KeepsAnswers = keeps });
                    target.MoveNext();
                    IMargin margin = target.MarginOf(1_000);
                    Assert.IsInstanceOfType<FamilyMargin>(margin);
                    Assert.AreEqual(0, margin.Uncertainty);
                    int candidate = 17;
                    for (int step = 0; step < 40; step++)
                    {
                        int next = step % 5 == 0 ? candidate : candidate ^ (1 << random.Next(D)) ^ (1 << random.Next(D));
                        bool isRight = target.Ask(Image(next)) == target.Label;
                        Assert.AreEqual(isRight, margin.Of(Image(next)) > 0, $"{family} {options.Rule} {options.TopCount}");
                        (right, wrong) = isRight ? (right + 1, wrong) : (right, wrong + 1);
                        if (random.Next(2) == 0)
                            continue;
                        margin.Accept();
                        candidate = next;
                    }
                }
            }
        }
        Assert.IsGreaterThan(200, right);
        Assert.IsGreaterThan(200, wrong);
    }

    [TestMethod]
    public void A_change_that_no_mask_shows_is_answered_without_asking()
    {
        IDataView data = ToyModels.Pictures(Ml, Height, Width, Image(0));
        using var model = (IDisposable)ToyModels.Masked(Ml, data, Given(s_families[3]), SmoothedCertifierOptions.Paper, ToyModels.Black);
        using var target = new AttackTarget(((IHostEnvironment)Ml).Register("test"), (ITransformer)model, data, new AttackOptions());
        target.MoveNext();
        IMargin margin = target.MarginOf(1_000);
        double original = margin.Of(Image(0));
        margin.Accept();
        AttackCost before = target.Cost;
        // Position 8 is in no mask.
        Assert.AreEqual(original, margin.Of(Image(1 << 8)));
        Assert.AreEqual(before, target.Cost);
        Assert.IsLessThan(original, margin.Of(Image(1 << 4)));
        Assert.AreEqual(6, (target.Cost - before).Votes);
    }

    /// <summary>Under Top with two places another answer within the radius refutes nothing, until two other classes are level.</summary>
    [TestMethod]
    public void A_place_among_two_is_refuted_by_two_others()
    {
        IDataView data = ToyModels.Pictures(Ml, 4, 5, s_black);
        var options = SmoothedCertifierOptions.Paper with { Rule = CertificationRule.Top, TopCount = 2 };
        using var model = (IDisposable)ToyModels.Masked(Ml, data, Ml.Transforms.PartitionAblation(9, labelColumnName: null), options, ToyModels.Black);
        AttackResult result = Ml.MulticlassClassification.Attack((ITransformer)model, data, new PointwiseAttack()).Single();
        Assert.AreEqual(5, result.Distance);
        Assert.AreEqual(2, result.CertifiedTopCount);
        Assert.AreEqual(1, result.ClassesAhead);
        Assert.IsFalse((result with { CertifiedRadius = 5 }).RefutesCertificate);
        Assert.IsTrue((result with { CertifiedRadius = 5, ClassesAhead = 2 }).RefutesCertificate);
    }

    /// <summary>The same model with certificates that are one too large.</summary>
    internal static ITransformer OneTooLarge(ITransformer model, IDataView data)
    {
        ITransformer more = Ml.Transforms.CustomMapping<Radius, Radius>((given, claimed) => claimed.CertifiedRadius = given.CertifiedRadius + 1, contractName: null)
            .Fit(model.Transform(data));
        return new TransformerChain<ITransformer>(model, more);
    }

    private static IEstimator<ITransformer> Given(MaskFamily family) => Ml.Transforms.MaskAblation(new MaskAblationOptions { Masks = AblationMasks.Of(family) });

    private static SmoothedCertifierOptions OptionsOf((CertificationRule Rule, int TopCount, double? Threshold) rule)
        => new() { Rule = rule.Rule, TopCount = rule.TopCount, ScoreThreshold = rule.Threshold };

    private static IDataView Take(float[][] images, int[] rows) => ToyModels.Pictures(Ml, Height, Width, [.. rows.Select(row => images[row])]);

    private static float[] Image(int bits) => [.. Enumerable.Range(0, D).Select(position => (float)((bits >> position) & 1))];

    /// <summary>Scores that are any function of what is seen, with a preference for "yes".</summary>
    private static float[] Scores(float[] features, int seed, double preferred)
    {
        int hash = features.Aggregate(seed + 1, (hash, value) => unchecked(hash * 31 + (int)value * 2 + 7));
        var random = new Random(hash);
        return [.. new[] { 0.0, preferred, 0.0 }.Select(preference => (float)Math.Round(preference + 0.65 * random.NextDouble(), 1))];
    }

    private sealed class Radius
    {
        public int CertifiedRadius { get; set; }
    }
}
