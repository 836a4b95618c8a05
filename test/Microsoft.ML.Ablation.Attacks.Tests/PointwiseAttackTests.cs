using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Attacks.Tests;

[TestClass]
public sealed class PointwiseAttackTests
{
    private static readonly MLContext Ml = new(seed: 1);

    [TestMethod]
    [DataRow(1, 30, 12, 10)]
    [DataRow(1, 200, 80, 60)]
    [DataRow(3, 30, 30, 20)]
    [DataRow(4, 77, 1, 1)]
    public void The_distance_to_a_toy_classifier_is_found_and_channels_count_once(int channels, int positions, int first, int least)
    {
        int[] white = [least - 1, least, (least + first) / 2, first];
        IDataView data = ToyModels.Images(Ml, channels, positions, white);
        ITransformer model = ToyModels.WhitePixels(Ml, data, channels, first, least);
        foreach (bool groups in new[] { true, false })
        {
            AttackResult[] results = [.. Ml.MulticlassClassification.Attack(model, data, new PointwiseAttack { Restarts = 3, GroupResets = groups })];
            CollectionAssert.AreEqual(white.Select(count => count - least + 1).ToArray(), results.Select(result => result.Distance!.Value).ToArray());
            foreach (AttackResult result in results)
            {
                Assert.AreEqual("yes", result.Label);
                Assert.IsNull(result.CertifiedRadius);
                Assert.IsTrue(result.IsVerified);
                Assert.IsFalse(result.RefutesCertificate);
                Assert.IsGreaterThan(0, result.Cost.Queries);
                if (result.Distance == 0)
                {
                    Assert.AreEqual("no", result.Answer);
                    Assert.IsNull(result.Adversarial);
                    continue;
                }
                Assert.AreEqual("no", result.AdversarialAnswer);
                Assert.AreEqual(result.Distance, Differing(result, channels));
            }
        }
    }

    [TestMethod]
    public void Refinement_brings_values_to_the_threshold_and_keeps_the_number_of_pixels()
    {
        IDataView data = ToyModels.Images(Ml, 1, 40, 12);
        ITransformer model = ToyModels.WhitePixels(Ml, data, 1, first: 12, least: 10);
        AttackResult plain = Ml.MulticlassClassification.Attack(model, data, new PointwiseAttack { RefineValues = false }).Single();
        AttackResult refined = Ml.MulticlassClassification.Attack(model, data, new PointwiseAttack()).Single();
        Assert.AreEqual(3, plain.Distance);
        Assert.AreEqual(3, refined.Distance);
        float[] values = [.. refined.Adversarial!.Zip(refined.Original).Where(pair => pair.First != pair.Second).Select(pair => pair.First)];
        Assert.HasCount(3, values);
        // White is 1, and more than a half counts as white: bisection ends within 1/64 above the largest value that does not.
        Assert.IsTrue(values.All(value => value is <= 0.5f and > 0.48f), string.Join(' ', values));
        Assert.IsTrue(plain.Adversarial!.All(value => value is 0 or 1));
    }

    [TestMethod]
    public void It_begins_from_given_images_too()
    {
        // Noise cannot make most of 200 pixels black in a thousand years.
        IDataView data = ToyModels.Images(Ml, 1, 200, 150);
        ITransformer model = ToyModels.WhitePixels(Ml, data, 1, first: 200, least: 20);
        Assert.IsNull(Ml.MulticlassClassification.Attack(model, data, new PointwiseAttack()).Single().Distance);
        float[] black = new float[200], white = [.. black.Select(_ => 1f)];
        var attack = new PointwiseAttack { Restarts = 2, StartingPoints = [white, black] };
        Assert.AreEqual(131, Ml.MulticlassClassification.Attack(model, data, attack).Single().Distance);
        var wrong = new PointwiseAttack { StartingPoints = [new float[7]] };
        StringAssert.Contains(Assert.Throws<ArgumentException>(() => Ml.MulticlassClassification.Attack(model, data, wrong).ToArray()).Message, "images must have 200 values");
    }

    [TestMethod]
    public void A_classifier_that_nothing_changes_is_not_broken()
    {
        IDataView data = ToyModels.Images(Ml, 1, 20, 3, 4);
        ITransformer model = ToyModels.WhitePixels(Ml, data, 1, first: 4, least: 0);
        AttackMetrics metrics = Ml.MulticlassClassification.EvaluateAttacks(Ml.MulticlassClassification.Attack(model, data, new PointwiseAttack { Restarts = 2 }));
        Assert.IsNull(metrics.MedianDistance);
        Assert.AreEqual(1, metrics.RobustAccuracyAt(20));
        Assert.AreEqual(2, metrics.RowCount);
    }

    [TestMethod]
    public void Answers_that_are_kept_change_nothing_but_the_number_of_votes()
    {
        IDataView data = ToyModels.Images(Ml, 1, 60, 0);
        using var model = (IDisposable)ToyModels.SmoothedBlack(Ml, data, 6, SmoothedCertifierOptions.Paper with { Seed = 5, Plan = SamplingPlan.Fixed(200, 2_000), ExactBudget = 0 });
        AttackResult[] kept = [.. Ml.MulticlassClassification.Attack((ITransformer)model, data, new PointwiseAttack { Restarts = 1 })];
        AttackResult[] anew = [.. Ml.MulticlassClassification.Attack((ITransformer)model, data, new PointwiseAttack { Restarts = 1 }, new AttackOptions { KeepsAnswers = false })];
        Assert.AreEqual(kept[0].Distance, anew[0].Distance);
        // A candidate whose changes no ablation shows is answered without asking.
        Assert.IsLessThanOrEqualTo(anew[0].Cost.Queries, kept[0].Cost.Queries);
        CollectionAssert.AreEqual(kept[0].Adversarial!.ToArray(), anew[0].Adversarial!.ToArray());
        Assert.IsGreaterThan(kept[0].Cost.Votes, anew[0].Cost.Votes);
    }

    [TestMethod]
    [DataRow(60, 6)]
    [DataRow(100, 3)]
    public void Against_a_smoothed_classifier_whose_certificate_is_tight_the_attack_reaches_it(int d, int k)
    {
        IDataView data = ToyModels.Images(Ml, 1, d, 0, 0);
        var options = SmoothedCertifierOptions.Paper with { Seed = 5, Plan = SamplingPlan.Fixed(200, 4_000), ExactBudget = 0 };
        using var model = (IDisposable)ToyModels.SmoothedBlack(Ml, data, k, options);
        AttackResult[] results = [.. Ml.MulticlassClassification.Attack((ITransformer)model, data, new PointwiseAttack { Restarts = 4 })];
        // The least number of white pixels that the base classifier sees half of the times.
        int least = Enumerable.Range(0, d).First(rho => AblationProbability.Delta(d, k, rho) >= 0.5);
        foreach (AttackResult result in results)
        {
            Assert.IsTrue(result.IsVerified);
            Assert.IsFalse(result.RefutesCertificate);
            Assert.IsGreaterThan(result.CertifiedRadius!.Value, result.Distance!.Value);
            // Abstentions begin a little before one half.
            Assert.IsTrue(Math.Abs(result.Distance!.Value - least) <= 1, $"{result.Distance} for {least}");
            Assert.AreEqual(result.Distance, Differing(result, 1));
            // A certificate with radius + 6 is refuted by another answer, but not by an abstention.
            AttackResult broken = result with { CertifiedRadius = result.CertifiedRadius + 6 };
            Assert.IsTrue((broken with { AdversarialAnswer = "another" }).RefutesCertificate);
            Assert.IsFalse((broken with { AdversarialAnswer = null }).RefutesCertificate);
        }
        // The same row has the same result: it depends on seed and content.
        Assert.AreEqual(results[0].Distance, results[1].Distance);
        CollectionAssert.AreEqual(results[0].Adversarial!.ToArray(), results[1].Adversarial!.ToArray());
    }

    /// <summary>
    /// A class that is certified to stay among two may be answered no longer: that refutes nothing, until two others are ahead of it. Exactly, of 66 ablations of 12 pixels 28
    /// show none of four white ones, and the certificate among two reaches to four.
    /// </summary>
    [TestMethod]
    [DataRow(null, DisplayName = "exact")]
    [DataRow(0, DisplayName = "sampled")]
    public void Another_answer_within_a_radius_among_several_places_refutes_nothing(int? exactBudget)
    {
        IDataView data = ToyModels.Images(Ml, 1, 12, 0);
        var options = new SmoothedCertifierOptions
        {
            Seed = 5,
            Plan = SamplingPlan.Fixed(200, 4_000),
            ExactBudget = exactBudget,
            Rule = CertificationRule.Top,
            TopCount = 2,
        };
        using var model = (IDisposable)ToyModels.SmoothedBlack(Ml, data, 2, options, classes: 3);
        AttackResult result = Ml.MulticlassClassification.Attack((ITransformer)model, data, new PointwiseAttack { Restarts = 2 }).Single();
        Assert.AreEqual(4, result.CertifiedRadius);
        Assert.AreEqual(4, result.Distance);
        Assert.AreEqual("no", result.AdversarialAnswer);
        Assert.IsTrue(result.IsVerified);
        Assert.AreEqual(2, result.CertifiedTopCount);
        Assert.AreEqual(1, result.ClassesAhead);
        Assert.IsFalse(result.RefutesCertificate);
        Assert.AreEqual(0, Ml.MulticlassClassification.EvaluateAttacks([result]).RefutedCount);
        Assert.IsTrue((result with { ClassesAhead = 2 }).RefutesCertificate);
        Assert.IsTrue((result with { CertifiedTopCount = 1 }).RefutesCertificate, "of the first place");
        Assert.IsFalse((result with { ClassesAhead = 2, CertifiedRadius = 3 }).RefutesCertificate);
        Assert.IsFalse((result with { ClassesAhead = 2, IsVerified = false }).RefutesCertificate);
    }

    [TestMethod]
    public void What_does_not_fit_is_told()
    {
        IDataView data = ToyModels.Images(Ml, 1, 20, 3);
        ITransformer model = ToyModels.WhitePixels(Ml, data, 1, first: 4, least: 2);
        Told("There is no feature column 'Pixels'", new AttackOptions { FeatureColumnName = "Pixels" });
        Told("There is no label column 'Truth'", new AttackOptions { LabelColumnName = "Truth" });
        Told("has type String, but a key or a Boolean is needed", new AttackOptions { LabelColumnName = "Name" });
        Told("There is no predicted label column 'Best'", new AttackOptions { PredictedLabelColumnName = "Best" });
        Told("but the declared shape", new AttackOptions { Shape = new ImageShape(1, 5, 5) });
        Told("Minimum is 1 and Maximum is 1", new AttackOptions { Minimum = 1 });
        Told("FirstLookVotes", new AttackOptions { FirstLookVotes = 3 });
        ITransformer unlabelled = WithoutLabel();
        StringAssert.Contains(Assert.Throws<ArgumentException>(() => Ml.MulticlassClassification.Attack(unlabelled, data, new PointwiseAttack()).ToArray()).Message,
            "There is no label column 'Label'");
        Assert.Throws<ArgumentOutOfRangeException>(() => Ml.MulticlassClassification.Attack(model, data, new PointwiseAttack { Restarts = 0 }).ToArray());
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(() => Ml.MulticlassClassification.Attack(model, data, new PointwiseAttack(), cancellation: cancelled.Token).ToArray());

        void Told(string text, AttackOptions options) => StringAssert.Contains(
            Assert.Throws<ArgumentException>(() => Ml.MulticlassClassification.Attack(model, data, new PointwiseAttack(), options).ToArray()).Message, text);

        ITransformer WithoutLabel() => Ml.Transforms.CopyColumns("Copy", "Features").Fit(data);
    }

    private static int Differing(AttackResult result, int channels)
    {
        int positions = result.Original.Count / channels;
        return Enumerable.Range(0, positions).Count(position => Enumerable.Range(0, channels)
            .Any(channel => result.Original[channel * positions + position] != result.Adversarial![channel * positions + position]));
    }
}
