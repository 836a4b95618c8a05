using Microsoft.ML.Ablation.Certification;

namespace Microsoft.ML.Ablation.Attacks.Tests;

[TestClass]
public sealed class SparseRandomSearchTests
{
    private static readonly MLContext Ml = new(seed: 1);

    [TestMethod]
    [DataRow(1, 30, 12, 10)]
    [DataRow(3, 40, 10, 8)]
    [DataRow(4, 20, 1, 1)]
    public void The_smallest_number_of_pixels_is_found_where_scores_do_not_help(int channels, int positions, int first, int least)
    {
        int[] white = [least - 1, least, first];
        IDataView data = ToyModels.Images(Ml, channels, positions, white);
        ITransformer model = ToyModels.WhitePixels(Ml, data, channels, first, least);
        AttackResult[] results = [.. Ml.MulticlassClassification.Attack(model, data, new SparseRandomSearch { Steps = 2_000 })];
        CollectionAssert.AreEqual(white.Select(count => count - least + 1).ToArray(), results.Select(result => result.Distance!.Value).ToArray());
        Assert.IsTrue(results.All(result => result.IsVerified && result.CertifiedRadius is null));
    }

    [TestMethod]
    public void Margins_of_a_smoothed_classifier_lead_it_to_the_certificate()
    {
        const int D = 100, K = 5;
        IDataView data = ToyModels.Images(Ml, 1, D, 0);
        var options = SmoothedCertifierOptions.Paper with { Seed = 5, Plan = SamplingPlan.Fixed(200, 4_000), ExactBudget = 0 };
        using var model = (IDisposable)ToyModels.SmoothedBlack(Ml, data, K, options);
        AttackResult result = Ml.MulticlassClassification.Attack((ITransformer)model, data, new SparseRandomSearch()).Single();
        int least = Enumerable.Range(0, D).First(rho => AblationProbability.Delta(D, K, rho) >= 0.5);
        Assert.IsTrue(result.IsVerified);
        Assert.IsFalse(result.RefutesCertificate);
        Assert.IsGreaterThan(result.CertifiedRadius!.Value, result.Distance!.Value);
        Assert.IsTrue(Math.Abs(result.Distance!.Value - least) <= 1, $"{result.Distance} for {least}");
    }

    [TestMethod]
    public void A_budget_that_is_too_small_finds_nothing_and_impossible_numbers_are_told()
    {
        IDataView data = ToyModels.Images(Ml, 1, 30, 12);
        ITransformer model = ToyModels.WhitePixels(Ml, data, 1, first: 12, least: 10);
        Assert.IsNull(Ml.MulticlassClassification.Attack(model, data, new SparseRandomSearch { LargestBudget = 2 }).Single().Distance);
        foreach (SparseRandomSearch impossible in new[] { new SparseRandomSearch { Steps = 0 }, new SparseRandomSearch { LargestBudget = 0 } })
            Assert.Throws<ArgumentOutOfRangeException>(() => Ml.MulticlassClassification.Attack(model, data, impossible).ToArray());
    }
}
