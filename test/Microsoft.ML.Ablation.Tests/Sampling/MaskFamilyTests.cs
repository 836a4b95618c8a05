using Microsoft.ML.Ablation.Sampling;

namespace Microsoft.ML.Ablation.Tests.Sampling;

[TestClass]
public sealed class MaskFamilyTests
{
    [TestMethod]
    [DataRow(28, 28, 49)]
    [DataRow(28, 28, 65)]
    [DataRow(32, 32, 115)]
    [DataRow(5, 7, 3)]
    [DataRow(4, 4, 16)]
    [DataRow(3, 3, 1)]
    public void A_partition_covers_each_position_once_and_every_mask_shows_the_whole_image(int height, int width, int count)
    {
        var family = MaskFamily.Partition(height, width, count, seed: 7);
        Assert.AreEqual(count, family.Count);
        int[] all = [.. Enumerable.Range(0, count).SelectMany(mask => family.Retained(mask).ToArray())];
        CollectionAssert.AreEquivalent(Enumerable.Range(0, height * width).ToArray(), all);
        int[] sizes = [.. Enumerable.Range(0, count).Select(mask => family.Retained(mask).Length)];
        Assert.IsLessThanOrEqualTo(1, sizes.Max() - sizes.Min());
        if (count is not (49 or 65))
            return;
        // Each quadrant has a quarter of the image, and of each mask about a quarter of its positions.
        for (int mask = 0; mask < count; mask++)
        {
            for (int quadrant = 0; quadrant < 4; quadrant++)
            {
                int inside = family.Retained(mask).ToArray().Count(position => (position / 28 < 14) == (quadrant < 2) && (position % 28 < 14) == (quadrant % 2 == 0));
                Assert.IsTrue(inside is >= 1 and <= 7, $"mask {mask} has {inside} of {family.Retained(mask).Length} positions in quadrant {quadrant}");
            }
        }
    }

    [TestMethod]
    public void The_seed_decides_a_partition()
    {
        Assert.AreEqual(Text(MaskFamily.Partition(9, 9, 4, 1)), Text(MaskFamily.Partition(9, 9, 4, 1)));
        Assert.AreNotEqual(Text(MaskFamily.Partition(9, 9, 4, 1)), Text(MaskFamily.Partition(9, 9, 4, 2)));
        Assert.AreNotEqual(Text(MaskFamily.Partition(81, 4, 1)), Text(MaskFamily.Partition(81, 4, 2)));
        // Stored models depend on it.
        Assert.AreEqual("2,4,5,9 3,6,7 0,1,8", Text(MaskFamily.Partition(10, 3, 1)));
    }

    /// <summary>Pearson's statistic of where position 0 goes; 40 at 9 degrees of freedom has a chance of 8e-6.</summary>
    [TestMethod]
    public void Every_mask_is_as_likely_for_a_position()
    {
        const int Seeds = 5_000, Count = 10;
        var masks = new int[Count];
        for (ulong seed = 0; seed < Seeds; seed++)
        {
            var family = MaskFamily.Partition(6, 5, Count, seed);
            masks[Enumerable.Range(0, Count).Single(mask => family.Retained(mask).Contains(0))]++;
        }
        double expected = (double)Seeds / Count;
        Assert.IsLessThan(40, masks.Sum(seen => (seen - expected) * (seen - expected) / expected));
    }

    [TestMethod]
    public void Bands_and_blocks_wrap_around()
    {
        Assert.AreEqual("0,1,4,5 1,2,5,6 2,3,6,7 0,3,4,7", Text(MaskFamily.Bands(2, 4, 2, BandDirection.Columns)));
        Assert.AreEqual("0,1,2,3 4,5,6,7", Text(MaskFamily.Bands(2, 4, 1, BandDirection.Rows)));
        Assert.AreEqual("0,4 1,5 2,6 3,7 0,1,2,3 4,5,6,7", Text(MaskFamily.Bands(2, 4, 1)));
        Assert.AreEqual("0,1,3,4 1,2,4,5 0,2,3,5 0,1,3,4 1,2,4,5 0,2,3,5", Text(MaskFamily.Blocks(2, 3, 2)));
        var blocks = MaskFamily.Blocks(28, 28, 12);
        Assert.AreEqual(784, blocks.Count);
        Assert.IsTrue(Enumerable.Range(0, 784).All(mask => blocks.Retained(mask).Length == 144));
    }

    [TestMethod]
    public void The_number_of_touched_masks_is_the_sum_of_the_largest_cells()
    {
        var partition = MaskFamily.Partition(28, 28, 65, 3);
        CollectionAssert.AreEqual(new[] { 0, 1, 2, 64, 65, 65 }, new[] { 0, 1, 2, 64, 65, 700 }.Select(partition.Touched).ToArray());
        // A column is one cell of bands: who changes one of its pixels may change all of them.
        CollectionAssert.AreEqual(new[] { 0, 4, 8, 28 }, new[] { 0, 1, 2, 20 }.Select(MaskFamily.Bands(28, 28, 4, BandDirection.Columns).Touched).ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => partition.Touched(-1));
    }

    [TestMethod]
    public void Masks_that_cannot_be_are_refused()
    {
        Refused("Mask 1 retains no position", () => MaskFamily.Of(3, [[0], []]));
        Refused("Mask 0 has position 3, but there are 3", () => MaskFamily.Of(3, [[3]]));
        Refused("Mask 0 has position 2 twice", () => MaskFamily.Of(3, [[2, 1, 2]]));
        Refused("There are no masks", () => MaskFamily.Of(3, []));
        Refused("count is 10, but there are 9 positions", () => MaskFamily.Partition(3, 3, 10, 1));
        Refused("count is 0", () => MaskFamily.Partition(9, 0, 1));
        Refused("bandWidth is 5; it must be from 1 to 4", () => MaskFamily.Bands(9, 4, 5, BandDirection.Columns));
        Refused("side is 0", () => MaskFamily.Blocks(9, 4, 0));
        Refused("0 rows", () => MaskFamily.Blocks(0, 4, 1));

        static void Refused(string message, Func<MaskFamily> make) => StringAssert.Contains(Assert.Throws<ArgumentException>(() => { make(); }).Message, message);
    }

    private static string Text(MaskFamily family) => string.Join(' ', Enumerable.Range(0, family.Count).Select(mask => string.Join(',', family.Retained(mask).ToArray())));
}
