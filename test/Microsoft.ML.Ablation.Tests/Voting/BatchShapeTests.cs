using Microsoft.ML.Ablation.Voting;

namespace Microsoft.ML.Ablation.Tests.Voting;

[TestClass]
public sealed class BatchShapeTests
{
    [TestMethod]
    [DataRow(20_384, true, 125)]
    [DataRow(20_384, false, 1_000)]
    [DataRow(2_800_000, true, 20)]
    [DataRow(2_800_000, false, 125)]
    [DataRow(1L << 40, true, 1)]
    public void The_largest_size_bounds_the_values_at_work(long workingValues, bool onCpu, int largest)
    {
        int[] sizes = [.. BatchShape.Sizes(workingValues, onCpu)];
        Assert.AreEqual(largest, sizes[0]);
        Assert.AreEqual(1, sizes[^1]);
        Assert.IsTrue(sizes.All(size => 1_000 % size == 0), "the usual plans fill every batch");
    }

    [TestMethod]
    public void A_limit_makes_batches_smaller_until_nothing_fits()
    {
        int[] sizes = [125, 50, 1];
        Assert.AreEqual(125, BatchShape.Largest(sizes, 1 << 20, 125L << 20));
        Assert.AreEqual(50, BatchShape.Largest(sizes, 1 << 20, 124L << 20));
        Assert.AreEqual(1, BatchShape.Largest(sizes, 1 << 20, 1L << 20));
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => BatchShape.Largest(sizes, 3 << 20, 2L << 20));
        StringAssert.Contains(error.Message, "MemoryLimitInMegabytes is 2, but one sample of this network takes 4 megabytes");
    }
}
