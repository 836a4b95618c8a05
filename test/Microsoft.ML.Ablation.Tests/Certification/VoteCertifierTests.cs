using System.Diagnostics;
using Microsoft.ML.Ablation.Certification;

namespace Microsoft.ML.Ablation.Tests.Certification;

[TestClass]
public class VoteCertifierTests
{
    private static readonly CertificationOptions s_gap = new() { Rule = CertificationRule.Gap };

    [TestMethod]
    public void The_defaults_are_the_procedure_of_the_paper()
    {
        var certifier = new VoteCertifier(784, 45, SamplingPlan.Fixed());

        Assert.AreEqual(1_000, certifier.Plan.SelectionCount);
        Assert.AreEqual(10_000, certifier.Plan.EstimationCount);
        Assert.AreEqual(0.05, certifier.Options.Alpha);
        Assert.AreEqual(11, certifier.LargestCertifiableRadius);
        for (int own = 0; own <= 10_000; own += 37)
        {
            int[] selection = [1, 999, 0], estimation = [10_000 - own, own, 0];
            Assert.AreEqual(MajorityCertificate.Certify(selection, estimation, 784, 45, 0.05), certifier.Certify(selection, estimation));
        }
    }

    [TestMethod]
    public void Every_rule_agrees_with_its_own_function_of_the_bounds()
    {
        var random = new Random(3);
        foreach (CertificationRule rule in Rules.OfVotes)
        {
            var options = new CertificationOptions { Rule = rule, Alpha = 0.01, LowerBoundShare = 0.6, TopCount = rule == CertificationRule.Top ? 2 : 1 };
            var certifier = new VoteCertifier(784, 45, SamplingPlan.Fixed(10, 1000), options);
            for (int repetition = 0; repetition < 200; repetition++)
            {
                int[] votes = RandomVotes(random, 5, 1000);
                double Lower(double level) => ClopperPearson.LowerBound(votes[2], 1000, level);
                double[] Upper(double level) => [.. new[] { 0, 1, 3, 4 }.Select(i => ClopperPearson.UpperBound(votes[i], 1000, level))];
                int expected = rule switch
                {
                    CertificationRule.Majority => MajorityCertificate.Radius(784, 45, Lower(0.01)),
                    CertificationRule.Bonferroni => GapCertificate.Radius(784, 45, Lower(0.002), Upper(0.002).Max()),
                    CertificationRule.Gap => GapCertificate.Radius(784, 45, Lower(0.006), Upper(0.004).Max()),
                    _ => TopCertificate.Radius(784, 45, 2, Lower(0.006), Upper(0.002)),
                };
                Assert.AreEqual(expected, certifier.Certify([0, 0, 10, 0, 0], votes).Radius);
                Assert.AreEqual(expected, certifier.Certify(2, votes).Radius);
            }
        }
    }

    [TestMethod]
    public void Certificates_never_fall_when_the_class_gains_votes_or_alpha_grows()
    {
        foreach (CertificationRule rule in Rules.OfVotes)
        {
            var strict = new VoteCertifier(784, 45, SamplingPlan.Fixed(10, 1000), new CertificationOptions { Rule = rule, Alpha = 0.001 });
            var loose = new VoteCertifier(784, 45, SamplingPlan.Fixed(10, 1000), new CertificationOptions { Rule = rule, Alpha = 0.1 });
            int before = -1;
            for (int own = 0; own <= 1000; own += 5)
            {
                int[] votes = [own, (1000 - own) / 5 * 2, (1000 - own) / 5 * 2, (1000 - own) / 5];
                int radius = strict.Certify(0, votes).Radius;
                Assert.IsTrue(radius >= before);
                Assert.IsTrue(radius <= loose.Certify(0, votes).Radius);
                before = radius;
            }

            Assert.AreEqual(strict.LargestCertifiableRadius, before, 1);
        }
    }

    [TestMethod]
    public void Gap_is_majority_for_two_classes_and_never_less_than_majority_at_its_own_level()
    {
        var majority = new VoteCertifier(784, 45, SamplingPlan.Fixed(10, 1000));
        var gap = new VoteCertifier(784, 45, SamplingPlan.Fixed(10, 1000), s_gap);
        var majorityAtShare = new VoteCertifier(784, 45, SamplingPlan.Fixed(10, 1000), new CertificationOptions { Alpha = 0.05 * 0.7 });
        var random = new Random(5);
        for (int own = 0; own <= 1000; own++)
        {
            int[] two = [own, 1000 - own];
            Assert.AreEqual(majority.Certify(0, two), gap.Certify(0, two));
            int[] votes = RandomVotes(random, 4, 1000);
            Assert.IsTrue(gap.Certify(1, votes).Radius >= majorityAtShare.Certify(1, votes).Radius);
        }
    }

    [TestMethod]
    public void No_bound_is_solved_twice()
    {
        int solved = 0;
        var cache = new BoundCache((successes, trials, level) =>
        {
            solved++;
            return ClopperPearson.LowerBound(successes, trials, level);
        });
        var random = new Random(2);
        for (int i = 0; i < 1_000_000; i++)
            cache.Of(random.Next(501), 500, i % 2 == 0 ? 0.05 : 0.01);
        // A bound for no success is zero and costs nothing, so it is not kept.
        Assert.IsLessThanOrEqualTo(2 * 500 + 2 * 2_500, solved);
        int before = solved;
        for (int successes = 1; successes <= 500; successes++)
            Assert.AreEqual(ClopperPearson.LowerBound(successes, 500, 0.05), cache.Of(successes, 500, 0.05));
        Assert.AreEqual(before, solved);
    }

    /// <summary>Prints how long a million rows take; the answers are checked, the time is for docs/results.md.</summary>
    [TestMethod]
    public void A_million_vote_vectors_are_certified_from_memory()
    {
        int rows = LongTests.AreWanted ? 1_000_000 : 50_000;
        const int Classes = 10;
        var random = new Random(1);
        var votes = new int[rows * Classes];
        for (int row = 0; row < rows; row++)
        {
            // Shares spread over everything that can happen; the counts add up to 10,000.
            Span<int> own = votes.AsSpan(row * Classes, Classes);
            int left = 10_000;
            for (int i = 0; i < Classes - 1; i++)
                left -= own[i] = (int)(left * random.NextDouble());
            own[^1] = left;
        }

        int[] selection = [1000, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        foreach (CertificationRule rule in Rules.OfVotes)
        {
            var certifier = new VoteCertifier(784, 45, SamplingPlan.Fixed(), new CertificationOptions { Rule = rule });
            var radii = new int[rows];
            var watch = Stopwatch.StartNew();
            for (int row = 0; row < rows; row++)
                radii[row] = certifier.Certify(selection, votes.AsSpan(row * Classes, Classes)).Radius;
            Console.WriteLine($"{rule}: {rows} rows in {watch.Elapsed.TotalSeconds:F2} s, mean radius {radii.Average():F3}");
            for (int row = 0; row < rows; row += rows / 50)
            {
                // A certifier of its own for the row: nothing is remembered from other rows.
                var alone = new VoteCertifier(784, 45, SamplingPlan.Fixed(), new CertificationOptions { Rule = rule });
                Assert.AreEqual(alone.Certify(selection, votes.AsSpan(row * Classes, Classes)).Radius, radii[row]);
            }
        }
    }

    [TestMethod]
    public void Threads_share_a_certifier()
    {
        var certifier = new VoteCertifier(784, 45, SamplingPlan.Fixed(10, 2000), s_gap);
        var alone = new VoteCertifier(784, 45, SamplingPlan.Fixed(10, 2000), s_gap);
        Parallel.For(0, 8, worker =>
        {
            var random = new Random(worker);
            for (int i = 0; i < 500; i++)
            {
                int[] votes = RandomVotes(random, 3, 2000);
                CertifiedPrediction shared = certifier.Certify(0, votes);
                lock (alone)
                    Assert.AreEqual(alone.Certify(0, votes), shared);
            }
        });
    }

    [TestMethod]
    public void Nonsense_is_refused_by_name()
    {
        var certifier = new VoteCertifier(8, 3, SamplingPlan.Fixed(10, 100), s_gap);
        Refused("estimationVotes has 99 votes, but the plan decides at 100", () => certifier.Certify([10, 0], [99, 0]));
        Refused("selectionVotes has 9 votes, but the plan draws 10", () => certifier.Certify([9, 0], [100, 0]));
        Refused("selectionVotes has 2 classes, but estimationVotes has 3", () => certifier.Certify([10, 0], [100, 0, 0]));
        Refused("estimationVotes has -1 votes for class 1", () => certifier.Certify([10, 0], [101, -1]));
        Refused("selectionVotes has -5 votes for class 0", () => certifier.Decide([-5, 15], [100, 0]));
        Refused("estimationVotes has 1 classes", () => certifier.Certify(0, [100]));
        Refused("fixedClass is 2, but there are 2 classes", () => certifier.Certify(2, [100, 0]));
        Refused("k is 9, but d is 8", () => _ = new VoteCertifier(8, 9, SamplingPlan.Fixed()));
        Refused("alpha is 1", () => _ = new VoteCertifier(8, 3, SamplingPlan.Fixed(), s_gap with { Alpha = 1 }));
        Refused("LowerBoundShare is 1", () => _ = new VoteCertifier(8, 3, SamplingPlan.Fixed(), s_gap with { LowerBoundShare = 1 }));
        Refused("TopCount is 0", () => _ = new VoteCertifier(8, 3, SamplingPlan.Fixed(), s_gap with { TopCount = 0 }));
        Refused("Rule is 9", () => _ = new VoteCertifier(8, 3, SamplingPlan.Fixed(), s_gap with { Rule = (CertificationRule)9 }));
        Refused("topCount is 2, but there are 2 classes", () => new VoteCertifier(8, 3, SamplingPlan.Fixed(10, 100), new CertificationOptions { Rule = CertificationRule.Top, TopCount = 2 }).Certify(0, [100, 0]));
        Assert.ThrowsExactly<ArgumentNullException>(() => _ = new VoteCertifier(8, 3, null!));

        static void Refused(string message, Action action) => MajorityCertificateTests.Refused(message, action);
    }

    internal static int[] RandomVotes(Random random, int classes, int total)
    {
        var votes = new int[classes];
        double strength = random.NextDouble();
        int favourite = random.Next(classes);
        for (int i = 0; i < total; i++)
            votes[random.NextDouble() < strength ? favourite : random.Next(classes)]++;
        return votes;
    }
}
