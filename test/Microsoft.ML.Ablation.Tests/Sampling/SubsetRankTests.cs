using Microsoft.ML.Ablation.Sampling;

namespace Microsoft.ML.Ablation.Tests.Sampling;

[TestClass]
public class SubsetRankTests
{
    [TestMethod]
    public void Ranks_are_the_order_of_the_enumerator()
    {
        for (int d = 1; d <= 9; d++)
        {
            for (int k = 1; k <= d; k++)
            {
                uint rank = 0;
                int[] subset = new int[k];
                for (var enumerator = new SubsetEnumerator(d, k); enumerator.MoveNext(); rank++)
                {
                    SubsetRank.Unrank(d, k, rank, subset);
                    CollectionAssert.AreEqual(enumerator.Current.ToArray(), subset, $"rank {rank} of {k} out of {d}");
                }
                uint beyond = rank;
                StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => SubsetRank.Unrank(d, k, beyond, subset)).Message, $"rank is {beyond}, but there are {beyond} subsets");
            }
        }
    }

    [TestMethod]
    public void The_first_ranks_are_found_where_there_are_more_subsets_than_ranks()
    {
        // The first subsets of 4 out of 784 keep 0, 1 and 2; after 781 of them comes 0, 1, 3, 4.
        int[] subset = new int[4];
        SubsetRank.Unrank(784, 4, 0, subset);
        CollectionAssert.AreEqual(new[] { 0, 1, 2, 3 }, subset);
        SubsetRank.Unrank(784, 4, 780, subset);
        CollectionAssert.AreEqual(new[] { 0, 1, 2, 783 }, subset);
        SubsetRank.Unrank(784, 4, 781, subset);
        CollectionAssert.AreEqual(new[] { 0, 1, 3, 4 }, subset);
        // C(783, 3) = 79,701,831 subsets contain position 0.
        SubsetRank.Unrank(784, 4, 79_701_831 - 1, subset);
        CollectionAssert.AreEqual(new[] { 0, 781, 782, 783 }, subset);
        SubsetRank.Unrank(784, 4, 79_701_831, subset);
        CollectionAssert.AreEqual(new[] { 1, 2, 3, 4 }, subset);
    }
}
