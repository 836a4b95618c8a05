using Microsoft.ML.Ablation.Tool.Tuning;
using Microsoft.ML.Ablation.TorchSharp;

namespace Microsoft.ML.Ablation.Tool.Tests.Tuning;

[TestClass]
public class TuningPlanTests
{
    [TestMethod]
    public void Digits_are_tried_from_a_64th_to_an_eighth_of_the_pixels_and_with_masks_of_16_and_8()
    {
        var plan = new TuningPlan(new ImageShape(1, 28, 28));
        CollectionAssert.AreEqual((int[])[12, 18, 28, 42, 64, 98], plan.Retained.ToArray());
        CollectionAssert.AreEqual((int[])[49, 98], plan.Masks.ToArray());
        Assert.AreEqual((34, 2.86), (plan.TrainedK, plan.Spread));
        Assert.AreEqual((ImageNetwork.FullyConnected, false, 0), (plan.Network, plan.Augments, plan.Crop));
    }

    [TestMethod]
    public void Photographs_are_mirrored_and_shifted()
    {
        var plan = new TuningPlan(new ImageShape(3, 32, 32));
        CollectionAssert.AreEqual((int[])[16, 24, 37, 56, 84, 128], plan.Retained.ToArray());
        Assert.AreEqual((ImageNetwork.SparseResidual, true, 4), (plan.Network, plan.Augments, plan.Crop));
    }

    [TestMethod]
    public void Large_images_have_no_network_for_each_mask()
    {
        var plan = new TuningPlan(new ImageShape(3, 224, 224));
        Assert.IsEmpty(plan.Masks);
        Assert.AreEqual(ImageNetwork.ResNet18, plan.Network);
    }

    [TestMethod]
    [DataRow(1, 1)]
    [DataRow(2, 3)]
    [DataRow(5, 5)]
    [DataRow(64, 64)]
    public void Every_number_that_is_tried_is_possible_and_was_trained_with(int height, int width)
    {
        var plan = new TuningPlan(new ImageShape(1, height, width));
        Assert.IsNotEmpty(plan.Retained);
        CollectionAssert.AllItemsAreUnique(plan.Retained.ToArray());
        foreach (int k in plan.Retained)
        {
            Assert.IsTrue(k >= 1 && k <= height * width);
            Assert.IsTrue(k >= Math.Floor(plan.TrainedK / plan.Spread) && k <= Math.Ceiling(plan.TrainedK * plan.Spread), $"k = {k}");
        }
        Assert.IsTrue(plan.Masks.All(count => count >= 3 && count <= height * width));
    }

    [TestMethod]
    [DataRow(1e9, 3000, 500, 2000, DisplayName = "enough time for all")]
    [DataRow(500_000, 3000, 500, 1000, DisplayName = "fewer votes")]
    [DataRow(100_000, 3000, 200, 500, DisplayName = "fewer rows")]
    [DataRow(1_000, 3000, 50, 500, DisplayName = "at least some")]
    [DataRow(1e9, 30, 30, 2000, DisplayName = "few rows")]
    [DataRow(10, 30, 30, 500, DisplayName = "few rows and no time")]
    public void Time_is_divided_among_rows_and_votes(double votes, int rows, int expectedRows, int expectedVotes)
        => Assert.AreEqual((expectedRows, expectedVotes), TuningPlan.Divide(votes, rows));
}
