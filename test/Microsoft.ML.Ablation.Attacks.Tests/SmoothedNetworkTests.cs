using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.TorchSharp;

namespace Microsoft.ML.Ablation.Attacks.Tests;

/// <summary>All attacks against a network, smoothed: what they find lies beyond its certificates.</summary>
[TestClass]
public sealed class SmoothedNetworkTests
{
    private static readonly MLContext Ml = new(seed: 1);
    private static readonly AttackOptions s_fewVotes = new() { FirstLookVotes = 100, CloserLookVotes = 200, VerificationVotes = 1_000 };
    private static readonly Attack[] s_attacks =
    [
        new PointwiseAttack { Restarts = 1, RefineValues = false },
        new SparseRandomSearch { Steps = 400, LargestBudget = 120 },
        new ProjectedGradientAttack { Steps = 8, Ablations = 40 },
    ];

    private static ITransformer s_model = null!;
    private static Dictionary<string, AttackResult[]> s_results = [];

    private static IDataView Test => Ml.Data.LoadGeneratedDigits(2, seed: 2);

    [ClassInitialize]
    public static void Train(TestContext _)
    {
        var baseClassifier = Ml.Transforms.RandomAblation(k: 150)
            .Append(Ml.MulticlassClassification.Trainers.AblatedImageClassification(new AblatedImageClassificationTrainer.Options
            {
                Network = ImageNetwork.FullyConnected,
                Epochs = 2,
            }));
        var options = SmoothedCertifierOptions.Paper with { Seed = 3, Plan = SamplingPlan.Fixed(200, 1_000) };
        s_model = Ml.Transforms.Conversion.MapValueToKey("Label").Append(Ml.Transforms.SmoothedCertifier(baseClassifier, options))
            .Fit(Ml.Data.LoadGeneratedDigits(1_500, seed: 1));
        s_results = s_attacks.ToDictionary(attack => attack.Name, attack => Ml.MulticlassClassification.Attack(s_model, Test, attack, s_fewVotes).ToArray());
    }

    [ClassCleanup]
    public static void Clean() => ((IDisposable)s_model).Dispose();

    [TestMethod]
    [DataRow("Pointwise")]
    [DataRow("SparseRandomSearch")]
    [DataRow("ProjectedGradient")]
    public void No_certificate_is_refuted_and_every_success_is_what_it_says(string attack)
    {
        AttackResult[] results = s_results[attack];
        AttackMetrics metrics = Ml.MulticlassClassification.EvaluateAttacks(results);
        Assert.AreEqual(2, metrics.RowCount);
        Assert.AreEqual(0, metrics.RefutedCount);
        Assert.IsGreaterThanOrEqualTo(1, results.Count(result => result is { IsVerified: true, Distance: > 0 }), attack);
        foreach (AttackResult result in results.Where(result => result.Adversarial is not null))
        {
            int differing = result.Original.Zip(result.Adversarial!).Count(pair => pair.First != pair.Second);
            Assert.AreEqual(result.Distance, differing);
            Assert.IsTrue(result.Adversarial!.All(value => value is >= 0 and <= 1));
            Assert.AreNotEqual(result.Label, result.AdversarialAnswer);
        }
    }

    [TestMethod]
    public void Gradients_find_nearer_inputs_than_noise()
    {
        Assert.IsLessThan(Sum("Pointwise"), Sum("ProjectedGradient"));

        static int Sum(string attack) => s_results[attack].Sum(result => result.Distance ?? 784);
    }

    [TestMethod]
    public void Gradients_need_a_network_that_reads_the_column()
    {
        IDataView data = ToyModels.Images(Ml, 1, 20, 3);
        ITransformer plain = ToyModels.WhitePixels(Ml, data, 1, first: 4, least: 2);
        StringAssert.Contains(Assert.Throws<ArgumentException>(() => Ml.MulticlassClassification.Attack(plain, data, new ProjectedGradientAttack()).ToArray()).Message,
            "no smoothed classifier of a network");
        foreach (ProjectedGradientAttack impossible in new[] { new ProjectedGradientAttack { Steps = 0 }, new ProjectedGradientAttack { Ablations = 0 } })
            Assert.Throws<ArgumentOutOfRangeException>(() => Ml.MulticlassClassification.Attack(s_model, Test, impossible, s_fewVotes).ToArray());
    }
}
