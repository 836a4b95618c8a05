using System.Numerics;
using Microsoft.ML.Ablation.Certification;

namespace Microsoft.ML.Ablation.Tests.Certification;

[TestClass]
public class SamplingPlanTests
{
    /// <summary>As the guarantees state it: 0.8 α for the last of K looks, 0.2 α/K for each other.</summary>
    [TestMethod]
    public void Each_look_spends_its_documented_share_of_alpha()
    {
        foreach (SamplingPlan plan in (SamplingPlan[])[SamplingPlan.Adaptive(), SamplingPlan.Adaptive(10, 100, 200), SamplingPlan.Adaptive(1, 7, 5_000)])
        {
            int looks = plan.Looks.Count;
            double[] shares = [.. Enumerable.Range(0, looks).Select(look => plan.AlphaAt(look, 0.05) / 0.05)];
            Assert.AreEqual(0.8, shares[^1], 1e-12);
            foreach (double share in shares[..^1])
                Assert.AreEqual(0.2 / looks, share, 1e-12);
            Assert.IsLessThan(1, shares.Sum());
        }
        Assert.AreEqual(0.05, SamplingPlan.Fixed().AlphaAt(0, 0.05));
        Assert.AreEqual(0.05, SamplingPlan.Adaptive(1, 50, 50).AlphaAt(0, 0.05));
    }

    [TestMethod]
    public void The_looks_of_an_adaptive_plan_grow_to_the_last_and_spend_no_more_than_alpha()
    {
        foreach (int count in (int[])[125, 126, 1_000, 10_000, 1_000_000])
        {
            SamplingPlan plan = SamplingPlan.Adaptive(estimationCount: count);
            Assert.AreEqual(count, plan.Looks[^1]);
            Assert.AreEqual(count, plan.EstimationCount);
            Assert.IsTrue(plan.Looks.SkipLast(1).All(look => look % 125 == 0));
            CollectionAssert.AreEqual(plan.Looks.Distinct().Order().ToArray(), plan.Looks.ToArray());

            foreach (double alpha in (double[])[0.05, 0.001, 1e-300, 0.999])
            {
                BigInteger spent = BigInteger.Zero;
                for (int look = 0; look < plan.Looks.Count; look++)
                    spent += UntouchedProbability.InUnits(plan.AlphaAt(look, alpha));
                Assert.IsTrue(spent <= UntouchedProbability.InUnits(alpha));
            }
        }
    }

    [TestMethod]
    public void The_levels_of_a_rule_spend_no_more_than_alpha()
    {
        foreach (CertificationRule rule in Enum.GetValues<CertificationRule>())
        {
            foreach (double alpha in (double[])[0.05, 0.001, 1e-200, 0.9])
            {
                for (int classes = 2; classes < 40; classes++)
                {
                    foreach (double share in (double[])[0.7, 0.1, 0.99])
                    {
                        int m = rule == CertificationRule.Top ? Math.Max(1, classes / 2) : 1;
                        var options = new CertificationOptions { Rule = rule, LowerBoundShare = share, TopCount = m };
                        ConfidenceLevels levels = VoteRule.Of(options.Rule).Levels(alpha, options, classes);
                        int covered = rule switch { CertificationRule.Bonferroni => classes - 1, CertificationRule.Top => m, _ => 1 };
                        Assert.IsTrue(UntouchedProbability.InUnits(levels.Lower) + covered * UntouchedProbability.InUnits(levels.Upper) <= UntouchedProbability.InUnits(alpha));
                        Assert.IsTrue(levels.Lower > 0);
                    }
                }
            }
        }
    }

    [TestMethod]
    public void A_fixed_plan_asks_for_all_its_votes_and_stops()
    {
        var certifier = new VoteCertifier(784, 45, SamplingPlan.Fixed());

        SamplingDecision start = certifier.Decide([1000, 0], [0, 0]);
        Assert.AreEqual(10_000, start.NextCount);
        Assert.IsFalse(start.IsFinal);
        Assert.IsFalse(start.Prediction.IsCertified);

        SamplingDecision end = certifier.Decide([1000, 0], [9000, 1000]);
        Assert.IsTrue(end.IsFinal);
        Assert.AreEqual(certifier.Certify([1000, 0], [9000, 1000]), end.Prediction);
    }

    [TestMethod]
    public void A_clear_row_stops_early_and_an_open_one_goes_on()
    {
        var certifier = new VoteCertifier(784, 45, SamplingPlan.Adaptive(selectionCount: 10));
        int first = certifier.Plan.Looks[0], second = certifier.Plan.Looks[1];

        Assert.AreEqual(first, certifier.Decide([10, 0], [0, 0]).NextCount);
        Assert.AreEqual(second, certifier.Decide([10, 0], [first * 8 / 10, first * 2 / 10]).NextCount);

        // Nothing can bring a class with a tenth of the votes above one half.
        SamplingDecision hopeless = certifier.Decide([10, 0], [15, first - 15]);
        Assert.IsTrue(hopeless.IsFinal);
        Assert.IsFalse(hopeless.Prediction.IsCertified);
    }

    [TestMethod]
    public void A_row_that_cannot_be_certified_goes_on_until_its_class_is_settled()
    {
        var certifier = new VoteCertifier(784, 45, SamplingPlan.Adaptive(selectionCount: 10));

        // The first class cannot reach one half. It leads clearly, or five classes are level.
        int[] selection = [10, 0, 0, 0, 0, 0], clear = [45, 16, 16, 16, 16, 16], level = [25, 25, 25, 25, 25, 0];
        Assert.IsTrue(certifier.Decide(selection, clear).IsFinal);
        Assert.AreEqual(certifier.Plan.Looks[1], certifier.Decide(selection, level).NextCount);
        // Asked for one radius only, the plan does not care.
        var target = new VoteCertifier(784, 45, SamplingPlan.Adaptive(selectionCount: 10, targetRadius: 0));
        Assert.IsTrue(target.Decide(selection, level).IsFinal);
    }

    [TestMethod]
    public void Whatever_a_plan_stops_at_is_what_its_last_votes_certify()
    {
        var simulation = new Simulation([0.8, 0.1, 0.1], 5);
        foreach (CertificationRule rule in Rules.OfVotes)
        {
            var certifier = new VoteCertifier(784, 45, SamplingPlan.Adaptive(), new CertificationOptions { Rule = rule });
            for (int row = 0; row < 50; row++)
            {
                (SamplingDecision decision, int[] votes) = Run(certifier, simulation);
                Assert.AreEqual(certifier.Certify(0, votes), decision.Prediction);
            }
        }
    }

    /// <summary>Every count of votes at the first look: a row goes on exactly as long as its forecast wins more than the plan gives up.</summary>
    [TestMethod]
    [DataRow(0, null)]
    [DataRow(2, null)]
    [DataRow(0, 0)]
    [DataRow(0, 3)]
    public void A_row_goes_on_while_the_forecast_changes_what_is_certified(int tolerance, int? target)
    {
        SamplingPlan plan = SamplingPlan.Adaptive(selectionCount: 10, radiusTolerance: tolerance, targetRadius: target);
        var certifier = new VoteCertifier(784, 45, plan);
        int last = plan.Looks.Count - 1, count = plan.Looks[0];
        var atLastLook = new VoteCertifier(784, 45, SamplingPlan.Fixed(10, plan.EstimationCount), new CertificationOptions { Alpha = plan.AlphaAt(last, 0.05) });
        bool[] seen = new bool[2];
        for (int own = 1; own <= count; own++)
        {
            int[] votes = [own, count - own];
            SamplingDecision decision = certifier.Decide([10, 0], votes);
            int certified = decision.Prediction.Radius, forecast = SamplingForecast.Own(own, count, plan.EstimationCount);
            int inReach = atLastLook.Certify(0, [forecast, plan.EstimationCount - forecast]).Radius;
            bool answered = certified >= 0 || SmoothedPrediction.Predict(votes, plan.AlphaAt(0, 0.05)) != CertifiedPrediction.Abstain;
            bool final = target is { } radius
                ? certified >= radius || inReach < radius
                : answered && (certified < 0 ? inReach < 0 : inReach <= certified + tolerance);
            Assert.AreEqual(final, decision.IsFinal, $"{own} of {count} votes: radius {certified}, {inReach} in reach");
            seen[final ? 1 : 0] = true;
        }
        Assert.IsTrue(seen[0] && seen[1]);
    }

    [TestMethod]
    public void A_forecast_is_the_mean_and_the_normal_quantile_of_the_votes_to_come()
    {
        // 600, 300 and 100 votes expected; deviations √(0.598 · 0.402 · 1000 · 900 / 100) = 46.5, 43.7 and 29.4, times 1.645.
        var forecast = new int[3];
        SamplingForecast.Favourable([60, 30, 10], 100, 0, 1_000, forecast);
        CollectionAssert.AreEqual(new[] { 677, 228, 51 }, forecast);
        // Nobody has more votes than are left, or fewer than there are.
        SamplingForecast.Favourable([98, 2, 0], 100, 0, 1_000, forecast);
        CollectionAssert.AreEqual(new[] { 998, 2, 0 }, forecast);
        SamplingForecast.Favourable([60, 30, 10], 100, 0, 100, forecast);
        CollectionAssert.AreEqual(new[] { 60, 30, 10 }, forecast);
    }

    [TestMethod]
    public void A_target_radius_is_decided_sooner_than_the_largest()
    {
        var simulation = new Simulation([0.9, 0.1], 6);
        var largest = new VoteCertifier(784, 45, SamplingPlan.Adaptive());
        var target = new VoteCertifier(784, 45, SamplingPlan.Adaptive(targetRadius: 3));
        int forLargest = 0, forTarget = 0;
        for (int row = 0; row < 100; row++)
        {
            forLargest += Run(largest, simulation).Votes.Sum();
            (SamplingDecision decision, int[] votes) = Run(target, simulation);
            Assert.IsTrue(decision.Prediction.Radius >= 3);
            forTarget += votes.Sum();
        }

        Assert.IsTrue(forTarget < forLargest / 3, $"{forTarget} against {forLargest}");
    }

    /// <summary>
    /// Rows as they are met on MNIST at k = 45, most of them clear, some of them not: what the plan saves, and what it costs in radius.
    /// </summary>
    [TestMethod]
    [DataRow(CertificationRule.Majority)]
    [DataRow(CertificationRule.Gap)]
    public void The_adaptive_plan_saves_votes_and_hardly_any_radius(CertificationRule rule)
    {
        int rows = LongTests.AreWanted ? 20_000 : 1_500;
        var options = new CertificationOptions { Rule = rule };
        var plain = new VoteCertifier(784, 45, SamplingPlan.Fixed(), options);
        VoteCertifier[] adaptive = [.. Enumerable.Range(0, 2).Select(tolerance => new VoteCertifier(784, 45, SamplingPlan.Adaptive(radiusTolerance: tolerance), options))];
        var random = new Random(9);
        var cost = new double[2];
        var loss = new double[2];
        for (int row = 0; row < rows; row++)
        {
            double first = Math.Pow(random.NextDouble(), 1 / 3.5), second = (1 - first) * (0.4 + 0.6 * random.NextDouble());
            double[] probabilities = [first, second, .. Enumerable.Repeat((1 - first - second) / 8, 8)];
            int fixedRadius = Run(plain, new Simulation(probabilities, (ulong)row)).Decision.Prediction.Radius;
            for (int tolerance = 0; tolerance < 2; tolerance++)
            {
                // The same seed: the votes begin like those of the fixed plan, except for the number of the first stage.
                (SamplingDecision decision, int[] votes) = Run(adaptive[tolerance], new Simulation(probabilities, (ulong)row));
                cost[tolerance] += (100 + votes.Sum()) / 11_000.0 / rows;
                loss[tolerance] += (double)(fixedRadius - decision.Prediction.Radius) / rows;
            }
        }

        for (int tolerance = 0; tolerance < 2; tolerance++)
            Console.WriteLine($"{rule}, tolerance {tolerance}: {cost[tolerance]:F3} of the votes, mean radius loss {loss[tolerance]:F3}");
        Assert.IsTrue(cost[0] <= 0.6 && loss[0] <= 0.05);
        Assert.IsTrue(cost[1] <= 0.15 && loss[1] <= 1);
    }

    [TestMethod]
    public void The_smallest_useful_number_of_votes_is_where_unanimous_votes_begin_to_certify()
    {
        // 0.05^(1/n) > 1/2 from n = 5 on.
        Assert.AreEqual(5, SampleSize.SmallestUseful(784, 45, 10, new CertificationOptions()));
        Assert.AreEqual(-1, SampleSize.UnanimousRadius(784, 45, 10, new CertificationOptions(), 4));

        foreach (CertificationRule rule in Rules.OfVotes)
        {
            var options = new CertificationOptions { Rule = rule, Alpha = 0.01, TopCount = rule == CertificationRule.Top ? 3 : 1 };
            for (int radius = 0; radius <= 11; radius++)
            {
                int n = SampleSize.SmallestUseful(784, 45, 10, options, radius);
                int[] votes = [n, 0, 0, 0, 0, 0, 0, 0, 0, 0];
                Assert.IsTrue(new VoteCertifier(784, 45, SamplingPlan.Fixed(10, n), options).Certify(0, votes).Radius >= radius);
                votes[0]--;
                if (n > 1)
                    Assert.IsTrue(new VoteCertifier(784, 45, SamplingPlan.Fixed(10, n - 1), options).Certify(0, votes).Radius < radius);
            }
        }

        var certifier = new VoteCertifier(784, 45, SamplingPlan.Adaptive(estimationCount: 150));
        Assert.IsTrue(certifier.LargestReachableRadius(10) is >= 5 and <= 11);
        Assert.IsTrue(certifier.SmallestUsefulCount(10) is >= 5 and < 10);
        MajorityCertificateTests.Refused("radius is 12, but with d = 784 and k = 45 no certificate reaches further than 11", () => certifier.SmallestUsefulCount(10, 12));
        MajorityCertificateTests.Refused("k is 785, but d is 784", () => SampleSize.UnanimousRadius(784, 785, 10, new CertificationOptions(), 100));
        MajorityCertificateTests.Refused("LowerBoundShare is 2", () => SampleSize.UnanimousRadius(784, 45, 10, new CertificationOptions { LowerBoundShare = 2 }, 100));
        Assert.ThrowsExactly<ArgumentNullException>(() => SampleSize.SmallestUseful(784, 45, 10, null!));
        MajorityCertificateTests.Refused("classes is 1", () => certifier.SmallestUsefulCount(1));
        MajorityCertificateTests.Refused("radius is -1", () => certifier.SmallestUsefulCount(2, -1));
    }

    [TestMethod]
    public void Nonsense_is_refused_by_name()
    {
        MajorityCertificateTests.Refused("selectionCount is 0", () => SamplingPlan.Fixed(0));
        MajorityCertificateTests.Refused("estimationCount is -1", () => SamplingPlan.Fixed(1, -1));
        MajorityCertificateTests.Refused("estimationCount is 2000000000; it must be from 1 to 1,000,000,000 votes", () => SamplingPlan.Fixed(1, 2_000_000_000));
        MajorityCertificateTests.Refused("estimationCount is 1000000001; it must be", () => SamplingPlan.Adaptive(estimationCount: 1_000_000_001));
        MajorityCertificateTests.Refused("selectionCount is 0", () => SamplingPlan.Adaptive(selectionCount: 0));
        Assert.AreEqual(1_000_000_000, SamplingPlan.Fixed(1, 1_000_000_000).EstimationCount);
        MajorityCertificateTests.Refused("estimationCount is 100, but firstLook is 125", () => SamplingPlan.Adaptive(estimationCount: 100));
        MajorityCertificateTests.Refused("firstLook is 0", () => SamplingPlan.Adaptive(firstLook: 0));
        MajorityCertificateTests.Refused("radiusTolerance is -1", () => SamplingPlan.Adaptive(radiusTolerance: -1));
        MajorityCertificateTests.Refused("targetRadius is -1", () => SamplingPlan.Adaptive(targetRadius: -1));
        var certifier = new VoteCertifier(784, 45, SamplingPlan.Adaptive(selectionCount: 10));
        MajorityCertificateTests.Refused("estimationVotes has 124 votes, but the plan decides at 125, 250, 375", () => certifier.Decide([10, 0], [124, 0]));
    }

    private static (SamplingDecision Decision, int[] Votes) Run(VoteCertifier certifier, Simulation simulation)
    {
        int[] selection = simulation.Draw(certifier.Plan.SelectionCount), votes = new int[selection.Length];
        for (int drawn = 0; ;)
        {
            SamplingDecision decision = certifier.Decide(selection, votes);
            if (decision.IsFinal)
                return (decision, votes);
            simulation.Draw(votes, decision.NextCount - drawn);
            drawn = decision.NextCount;
        }
    }
}
