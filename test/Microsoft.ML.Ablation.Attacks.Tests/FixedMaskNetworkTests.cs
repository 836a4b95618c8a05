using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.TorchSharp;

namespace Microsoft.ML.Ablation.Attacks.Tests;

/// <summary>All attacks against a network with fixed masks: what they find lies beyond its certificates.</summary>
[TestClass]
public sealed class FixedMaskNetworkTests
{
    private static readonly MLContext Ml = new(seed: 1);

    private static IDataView Test => Ml.Data.LoadGeneratedDigits(6, seed: 2);

    [TestMethod]
    public void Pixels_that_are_found_lie_beyond_the_certificates_of_a_partition()
    {
        using var model = (IDisposable)Train(Ml.Transforms.PartitionAblation(masks: 15, labelColumnName: null));
        foreach (Attack attack in new Attack[]
        {
            new PointwiseAttack { Restarts = 1, RefineValues = false },
            new SparseRandomSearch { Steps = 100, LargestBudget = 100 },
            new ProjectedGradientAttack { Steps = 8, Ablations = 4 },
        })
        {
            AttackResult[] results = [.. Ml.MulticlassClassification.Attack((ITransformer)model, Test, attack)];
            Check(results, null);
            if (attack is ProjectedGradientAttack)
                Assert.IsTrue(results.All(result => result.Distance is not null));
        }
    }

    [TestMethod]
    public void Patches_that_are_found_lie_beyond_the_certificates_of_bands_and_gradients_help()
    {
        using var model = (IDisposable)Train(Ml.Transforms.BandAblation(width: 8));
        AttackResult[] results = [.. Ml.MulticlassClassification.Attack((ITransformer)model, Test, new AdversarialPatch { Steps = 40, GradientSteps = 10 })];
        Check(results, new PatchUnit(1, 1));
        AttackResult[] without = [.. Ml.MulticlassClassification.Attack((ITransformer)model, Test, new AdversarialPatch { Steps = 40, GradientSteps = 0 })];
        Check(without, new PatchUnit(1, 1));
        Assert.IsLessThanOrEqualTo(without.Sum(result => result.Distance ?? 28) + 1, results.Sum(result => result.Distance ?? 28));
    }

    private static void Check(AttackResult[] results, PatchUnit? unit)
    {
        Assert.AreEqual(0, Ml.MulticlassClassification.EvaluateAttacks(results).RefutedCount);
        Assert.IsGreaterThanOrEqualTo(1, results.Count(result => result is { IsVerified: true, Distance: > 0, CertifiedRadius: > 0 }));
        foreach (AttackResult result in results.Where(result => result.Adversarial is not null))
        {
            Assert.IsGreaterThan(result.CertifiedRadius!.Value, result.Distance!.Value);
            Assert.AreEqual(unit, result.Patch);
            int differing = result.Original.Zip(result.Adversarial!).Count(pair => pair.First != pair.Second);
            Assert.IsLessThanOrEqualTo(unit is null ? result.Distance.Value : result.Distance.Value * result.Distance.Value, differing);
            Assert.IsTrue(result.Adversarial!.All(value => value is >= 0 and <= 1));
        }
    }

    private static ITransformer Train(IEstimator<ITransformer> masks) => Ml.Transforms.Conversion.MapValueToKey("Label")
        .Append(Ml.Transforms.SmoothedCertifier(masks.Append(Ml.MulticlassClassification.Trainers.AblatedImageClassification(new AblatedImageClassificationTrainer.Options
        {
            Network = ImageNetwork.PerMask,
            Epochs = 4,
            BatchSize = 32,
            MasksPerImage = 0,
            LearningRate = 2e-3,
            ValidationFraction = 0,
            Seed = 4,
        })), SmoothedCertifierOptions.Paper with { Rule = CertificationRule.Condorcet })).Fit(Ml.Data.LoadGeneratedDigits(400, seed: 1));
}
