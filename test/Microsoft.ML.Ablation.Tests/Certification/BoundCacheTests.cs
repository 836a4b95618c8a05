using Microsoft.ML.Ablation.Certification;

namespace Microsoft.ML.Ablation.Tests.Certification;

[TestClass]
public class BoundCacheTests
{
    private int _solved;

    [TestMethod]
    public void A_bound_is_solved_once_for_up_to_1_048_576_trials()
    {
        BoundCache cache = Counting();
        Assert.AreEqual(1, SolvedFor(cache, 1 << 20, 0.05));
        Assert.AreEqual(2, SolvedFor(cache, (1 << 20) + 1, 0.05));
    }

    [TestMethod]
    public void Sixty_four_pairs_of_trials_and_level_are_remembered()
    {
        BoundCache cache = Counting();
        for (int pair = 0; pair < 64; pair++)
            Assert.AreEqual(1, SolvedFor(cache, 10 + pair / 2, pair % 2 == 0 ? 0.05 : 0.01));
        Assert.AreEqual(2, SolvedFor(cache, 9, 0.05));
        Assert.AreEqual(0, SolvedFor(cache, 10, 0.05));
    }

    private BoundCache Counting() => new((successes, trials, level) =>
    {
        _solved++;
        return successes / (trials + level);
    });

    /// <summary>How many bounds are solved when the same one is asked for twice.</summary>
    private int SolvedFor(BoundCache cache, int trials, double level)
    {
        _solved = 0;
        double first = cache.Of(3, trials, level);
        Assert.AreEqual(3 / (trials + level), first);
        Assert.AreEqual(first, cache.Of(3, trials, level));
        return _solved;
    }
}
