using System.Numerics;
using Microsoft.ML.Ablation.Sampling;

namespace Microsoft.ML.Ablation.Tests.Sampling;

[TestClass]
public class SubsetEnumeratorTests
{
    [TestMethod]
    public void Every_subset_comes_once_in_lexicographic_order()
    {
        for (int d = 1; d <= 12; d++)
        {
            for (int k = 1; k <= d; k++)
            {
                int[][] expected = [.. Enumerable.Range(0, 1 << d)
                    .Where(mask => BitOperations.PopCount((uint)mask) == k)
                    .Select(mask => Enumerable.Range(0, d).Where(i => (mask >> i & 1) != 0).ToArray())
                    .OrderBy(subset => string.Concat(subset.Select(i => (char)('A' + i))), StringComparer.Ordinal)];

                var subsets = new SubsetEnumerator(d, k);
                foreach (int[] subset in expected)
                {
                    Assert.IsTrue(subsets.MoveNext());
                    CollectionAssert.AreEqual(subset, subsets.Current.ToArray());
                }

                Assert.IsFalse(subsets.MoveNext());
                Assert.IsFalse(subsets.MoveNext());
                Assert.IsTrue(SubsetEnumerator.TryCount(d, k, expected.Length, out long count));
                Assert.AreEqual(expected.Length, count);
                Assert.IsFalse(expected.Length > 1 && SubsetEnumerator.TryCount(d, k, expected.Length - 1, out _));
            }
        }
    }

    [TestMethod]
    public void Counting_stops_at_the_budget()
    {
        Assert.IsFalse(SubsetEnumerator.TryCount(50_176, 2000, long.MaxValue, out long count));
        Assert.AreEqual(0, count);
        Assert.IsTrue(SubsetEnumerator.TryCount(62, 31, long.MaxValue, out count));
        Assert.AreEqual(465_428_353_255_261_088, count);
        Assert.IsTrue(SubsetEnumerator.TryCount(int.MaxValue, int.MaxValue - 1, int.MaxValue, out count));
        Assert.AreEqual(int.MaxValue, count);
    }

    [TestMethod]
    public void Nonsense_is_refused_by_name()
    {
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new SubsetEnumerator(3, 4)).Message, "k is 4, but d is 3");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => SubsetEnumerator.TryCount(3, 2, 0, out _)).Message, "budget is 0");
    }
}
