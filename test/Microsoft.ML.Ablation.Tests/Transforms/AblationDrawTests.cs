using Microsoft.ML.Ablation.Tests.Sampling;

namespace Microsoft.ML.Ablation.Tests.Transforms;

[TestClass]
public class AblationDrawTests
{
    private static AblationDraw Draw(double scale, double spread) =>
        AblationDraw.From(new AblationRandom(7) { RetainedScale = scale, RetainedSpread = spread }, "k", valueChannels: 1, _ => { });

    [TestMethod]
    [DataRow(1)]
    [DataRow(2.5)]
    public void The_spread_numbers_of_positions_have_a_uniform_logarithm(double scale)
    {
        const int k = 10, samples = 200_000;
        const double spread = 3;
        AblationDraw draw = Draw(scale, spread);
        var counts = new Dictionary<int, int>();
        for (uint sample = 0; sample < samples; sample++)
        {
            int retained = draw.RetainedOf(d: 1000, k, sample);
            Assert.AreEqual(retained, draw.RetainedOf(d: 1000, k, sample));
            counts[retained] = counts.GetValueOrDefault(retained) + 1;
        }
        // Round gives n to all numbers from n − 1/2 to n + 1/2.
        double least = k * scale / spread, most = k * scale * spread, statistic = 0;
        int first = (int)Math.Round(least), last = (int)Math.Round(most);
        Assert.AreEqual(last - first + 1, counts.Count);
        for (int n = first; n <= last; n++)
        {
            double from = Math.Max(least, n - 0.5), to = Math.Min(most, n + 0.5), expected = samples * Math.Log(to / from) / Math.Log(most / least);
            statistic += Math.Pow(counts[n] - expected, 2) / expected;
        }
        ChiSquare.AssertPlausible(statistic, last - first);
    }

    [TestMethod]
    public void Numbers_of_positions_stay_within_all_of_them()
    {
        AblationDraw draw = Draw(scale: 1, spread: 1000);
        int[] retained = [.. Enumerable.Range(0, 1000).Select(sample => draw.RetainedOf(d: 12, k: 5, (uint)sample))];
        Assert.AreEqual(1, retained.Min());
        Assert.AreEqual(12, retained.Max());
    }

    [TestMethod]
    public void Without_a_spread_all_ablations_retain_as_many()
    {
        AblationDraw draw = Draw(scale: 1.5, spread: 1);
        for (uint sample = 0; sample < 100; sample++)
            Assert.AreEqual(15, draw.RetainedOf(d: 1000, k: 10, sample));
    }
}
