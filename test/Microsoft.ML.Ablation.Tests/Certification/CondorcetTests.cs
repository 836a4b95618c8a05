using Microsoft.ML.Ablation.Certification;

namespace Microsoft.ML.Ablation.Tests.Certification;

[TestClass]
public class CondorcetTests
{
    private static readonly CertificationOptions s_condorcet = new() { Rule = CertificationRule.Condorcet };

    [TestMethod]
    public void Contests_are_counted_for_every_two_classes_and_equal_scores_win_nothing()
    {
        var random = new Random(1);
        foreach (int classes in (int[])[2, 3, 10, 16, 37])
        {
            var contests = new int[classes * classes];
            var expected = new int[classes * classes];
            for (int ablation = 0; ablation < 20; ablation++)
            {
                // Few different values, so that many are equal, and one that is no number.
                float[] scores = [.. Enumerable.Range(0, classes).Select(_ => random.Next(6) is 0 ? float.NaN : random.Next(5) - 2f)];
                Contests.Add(scores, contests);
                for (int i = 0; i < classes; i++)
                {
                    for (int j = 0; j < classes; j++)
                        expected[i * classes + j] += i == j || scores[i] > scores[j] ? 1 : 0;
                }
            }
            CollectionAssert.AreEqual(expected, contests);
            Assert.AreEqual(20, Contests.Check<int>(contests, "contests"));
        }
    }

    [TestMethod]
    public void The_class_with_the_most_of_fewest_wins_is_selected()
    {
        // The first has most votes (4 of 9), but loses to the second, which beats both.
        int[] contests = Count(([3, 2, 1], 4), ([1, 3, 2], 3), ([1, 2, 3], 2));
        Assert.AreEqual(1, Contests.Select<int>(contests));
        Assert.AreEqual(4, Contests.MinimumPairwiseWins<int>(contests, 0));
        Assert.AreEqual(5, Contests.MinimumPairwiseWins<int>(contests, 1));
        Assert.AreEqual(2, Contests.MinimumPairwiseWins<int>(contests, 2));
        // A cycle: every class loses a contest, none is ahead.
        Assert.AreEqual(0, Contests.Select<int>(Count(([3, 2, 1], 1), ([1, 3, 2], 1), ([2, 1, 3], 1))));
    }

    [TestMethod]
    public void It_is_Corollary_1_for_the_closest_contest()
    {
        var condorcet = new VoteCertifier(784, 15, SamplingPlan.Fixed(9, 1_000), s_condorcet);
        int[] selection = Count(([1, 3, 2], 9));
        for (int losses = 0; losses <= 1_000; losses += 7)
        {
            int[] contests = Count(([1, 3, 2], 1_000 - losses), ([3, 1, 2], losses / 2), ([1, 2, 3], losses - losses / 2));
            // It loses to the first on half of them, and to the third on all of them.
            double bound = ClopperPearson.LowerBound(1_000 - losses, 1_000, 0.05);
            var expected = new CertifiedPrediction(1, bound, MajorityCertificate.Radius(784, 15, bound));
            Assert.AreEqual(expected, condorcet.Certify(selection, contests));
            Assert.AreEqual(expected, condorcet.Certify(1, contests));
        }
        Assert.AreEqual(new VoteCertifier(784, 15, SamplingPlan.Fixed()).LargestReachableRadius(10),
            new VoteCertifier(784, 15, SamplingPlan.Fixed(), s_condorcet).LargestReachableRadius(10));
    }

    [TestMethod]
    public void No_input_within_the_certified_radius_changes_the_winner_of_all_contests()
    {
        (int D, int K, int Values, int Classes)[] shapes = [(5, 1, 2, 3), (5, 2, 2, 3), (6, 1, 3, 3), (6, 2, 2, 4), (7, 2, 2, 3), (8, 2, 2, 5)];
        int wanted = LongTests.AreWanted ? 2_000_000 : 40_000;
        long tried = 0, further = 0;
        foreach ((int d, int k, int values, int classes) in shapes)
        {
            var world = new TinyWorld(d, k, values, classes);
            var random = new Random(d * 10 + k);
            for (long before = tried; tried - before < wanted;)
            {
                float[][] classifier = RandomScores(world, random);
                byte[] answers = [.. classifier.Select(scores => (byte)Array.IndexOf(scores, scores.Max()))];
                long[][] contests = [.. Enumerable.Range(0, world.Inputs).Select(x => ContestsOf(world, classifier, x))];
                for (int x = 0; x < world.Inputs; x++)
                {
                    CertifiedPrediction certified = ExactCertificate.Certify(contests[x], d, k, CertificationRule.Condorcet);
                    CertifiedPrediction majority = ExactCertificate.Certify(world.Votes(answers, x), d, k, CertificationRule.Majority);
                    Assert.IsTrue(certified.Radius >= majority.Radius, "less than Majority");
                    Assert.IsTrue(!majority.IsCertified || majority.SelectedClass == certified.SelectedClass);
                    further += certified.Radius > majority.Radius ? 1 : 0;
                    for (int y = 0; y < world.Inputs; y++)
                    {
                        int distance = world.Distance(x, y);
                        if (distance == 0 || distance > certified.Radius)
                            continue;
                        tried++;
                        Assert.IsTrue(2 * Contests.MinimumPairwiseWins<long>(contests[y], certified.SelectedClass) > world.Subsets.Length,
                            $"d = {d}, k = {k}: radius {certified.Radius} is wrong at distance {distance}.");
                    }
                }
            }
        }
        Console.WriteLine($"{tried:N0} triples (classifier, x, x'), none of them a counterexample; further than Majority {further:N0} times");
        Assert.IsGreaterThan(0, further);
    }

    /// <summary>
    /// For the same class and the same ablations its fewest wins are no fewer than its votes where no scores are equal, and so are bound and radius. (In exact mode it
    /// is the same class wherever Majority certifies: see the test above.)
    /// </summary>
    [TestMethod]
    public void For_the_same_class_and_look_it_never_certifies_less_than_Majority()
    {
        var random = new Random(6);
        var plan = SamplingPlan.Adaptive(10, 50, 500);
        var condorcet = new VoteCertifier(784, 15, plan, s_condorcet);
        var majority = new VoteCertifier(784, 15, plan);
        int further = 0;
        for (int repetition = 0; repetition < 200; repetition++)
        {
            const int Classes = 4;
            int[] contests = new int[Classes * Classes], votes = new int[Classes];
            double strength = 3 * random.NextDouble();
            for (int drawn = 0, look = 0; look < plan.Looks.Count; look++)
            {
                for (; drawn < plan.Looks[look]; drawn++)
                {
                    float[] scores = [.. Enumerable.Range(0, Classes).Select(i => (float)(random.NextDouble() + (i == 2 ? strength * random.NextDouble() : 0)))];
                    Contests.Add(scores, contests);
                    votes[Array.IndexOf(scores, scores.Max())]++;
                }
                for (int i = 0; i < Classes; i++)
                {
                    CertifiedPrediction mine = condorcet.Certify(i, contests), its = majority.Certify(i, votes);
                    Assert.IsTrue(mine.LowerBound >= its.LowerBound && mine.Radius >= its.Radius, $"{mine}, {its}");
                    further += mine.Radius > its.Radius ? 1 : 0;
                }
            }
        }
        Assert.IsGreaterThan(0, further);
    }

    /// <summary>Whole procedures need not agree on the class, and then either can certify where the other does not.</summary>
    [TestMethod]
    public void Where_the_first_stage_selects_another_class_Majority_certifies_and_Condorcet_does_not()
    {
        float[] abc = [3, 2, 1], bca = [1, 3, 2], cba = [1, 2, 3];
        var plan = SamplingPlan.Fixed(125, 1_000);
        int[] first = Count((abc, 62), (bca, 32), (cba, 31)), second = Count((abc, 560), (bca, 230), (cba, 210));
        CertifiedPrediction majority = new VoteCertifier(784, 15, plan).Certify([62, 32, 31], [560, 230, 210]);
        CertifiedPrediction condorcet = new VoteCertifier(784, 15, plan, s_condorcet).Certify(first, second);
        Assert.AreEqual(0, majority.PredictedClass);
        Assert.AreEqual(1, condorcet.SelectedClass);
        Assert.IsFalse(condorcet.IsCertified);
        Assert.IsGreaterThanOrEqualTo(majority.Radius, new VoteCertifier(784, 15, plan, s_condorcet).Certify(0, second).Radius, "for the same class");
    }

    /// <summary>Rows whose closest contests are just too close for a radius, won and lost together or apart, and a cycle.</summary>
    [TestMethod]
    public void The_share_of_false_certificates_stays_within_alpha()
    {
        const int D = 784, K = 20, Rows = 20_000;
        int count = LongTests.AreWanted ? 10_000 : 400;
        double p = 0.5 + AblationProbability.Delta(D, K, 6) - 1e-9, loss = 1 - p;
        (float[][] Scores, double[] Probabilities)[] rows =
        [
            ([[3, 2, 1], [3, 1, 2], [1, 2, 3], [1, 3, 2]], [p / 2, p / 2, loss / 2, loss / 2]),
            ([[3, 2, 1], [2, 3, 1], [2, 1, 3]], [1 - 2 * loss, loss, loss]),
            ([[3, 2, 1], [1, 3, 2], [2, 1, 3]], [1.0 / 3, 1.0 / 3, 1.0 / 3]),
            ([[2, 1, 0], [1, 2, 0]], [0.5, 0.5]),
        ];
        SamplingPlan[] plans = [SamplingPlan.Fixed(50, count), SamplingPlan.Adaptive(50, 100, count), SamplingPlan.Adaptive(50, 100, count, targetRadius: 5)];
        ulong seed = 1;
        foreach ((float[][] scores, double[] probabilities) in rows)
        {
            int classes = scores[0].Length;
            int[] TrueRadii() => [.. Enumerable.Range(0, classes).Select(i => MajorityCertificate.Radius(D, K, Math.Max(0, Enumerable.Range(0, classes)
                .Where(j => j != i).Min(j => probabilities.Where((_, outcome) => scores[outcome][i] > scores[outcome][j]).Sum()) - 1e-12)))];
            int[] truth = TrueRadii();
            foreach (SamplingPlan plan in plans)
            {
                var certifier = new VoteCertifier(D, K, plan, s_condorcet);
                var simulation = new Simulation(probabilities, seed++);
                int wrong = 0;
                for (int row = 0; row < Rows; row++)
                {
                    int[] selection = Count([.. scores.Zip(simulation.Draw(plan.SelectionCount))]);
                    var outcomes = new int[scores.Length];
                    var contests = new int[classes * classes];
                    SamplingDecision decision = certifier.Decide(selection, contests);
                    for (int drawn = 0; !decision.IsFinal; decision = certifier.Decide(selection, contests))
                    {
                        simulation.Draw(outcomes, decision.NextCount - drawn);
                        drawn = decision.NextCount;
                        contests = Count([.. scores.Zip(outcomes)]);
                    }
                    wrong += decision.Prediction.Radius > truth[decision.Prediction.SelectedClass] ? 1 : 0;
                }
                Console.WriteLine($"{wrong / (double)Rows:P2} false: {plan.Looks.Count} looks, {probabilities.Length} rankings");
                Assert.IsTrue(ClopperPearson.LowerBound(wrong, Rows, 1e-6) <= 0.05, $"{wrong} of {Rows} certificates are false.");
            }
        }
    }

    [TestMethod]
    public void The_adaptive_plan_saves_votes_and_hardly_any_radius()
    {
        var plain = new VoteCertifier(784, 15, SamplingPlan.Fixed(), s_condorcet);
        var adaptive = new VoteCertifier(784, 15, SamplingPlan.Adaptive(), s_condorcet);
        const int Rows = 500;
        var random = new Random(4);
        double cost = 0, loss = 0;
        for (int row = 0; row < Rows; row++)
        {
            double win = random.NextDouble();
            var simulation = new Simulation([win, 1 - win], (ulong)row);
            int[] selection = Count(([2, 1], 125)), wins = [0, 0];
            SamplingDecision decision = adaptive.Decide(selection, new int[4]);
            for (int drawn = 0; !decision.IsFinal; decision = adaptive.Decide(selection, Count(([2, 1], wins[0]), ([1, 2], wins[1]))))
            {
                simulation.Draw(wins, decision.NextCount - drawn);
                drawn = decision.NextCount;
            }
            cost += wins.Sum() / (10_000.0 * Rows);
            simulation.Draw(wins, 10_000 - wins.Sum());
            loss += (double)(plain.Certify(0, Count(([2, 1], wins[0]), ([1, 2], wins[1]))).Radius - decision.Prediction.Radius) / Rows;
        }
        Console.WriteLine($"{cost:F3} of the votes, mean radius loss {loss:F3}");
        Assert.IsTrue(cost <= 0.6 && loss <= 0.05, $"{cost:F3} of the votes, mean radius loss {loss:F3}");
    }

    [TestMethod]
    public void Nonsense_is_refused_by_name()
    {
        var certifier = new VoteCertifier(8, 3, SamplingPlan.Fixed(10, 100), s_condorcet);
        int[] selection = [10, 10, 0, 10];
        Refused("There are 3 counts, but the contests of c classes are c²", () => certifier.Certify(0, [100, 0, 0]));
        Refused("There are 1 counts", () => certifier.Certify(0, [100]));
        Refused("estimationVotes has 99 ablations for class 1, but 100 for class 0", () => certifier.Certify(0, [100, 60, 40, 99]));
        Refused("estimationVotes has 41 wins of class 1 over class 0 and 60 of 0 over 1", () => certifier.Certify(0, [100, 60, 41, 100]));
        Refused("estimationVotes has -1 wins of class 1", () => certifier.Certify(0, [100, 60, -1, 100]));
        Refused("estimationVotes has no ablations at all", () => certifier.Certify(0, [0, 0, 0, 0]));
        Refused("estimationVotes has 50 votes, but the plan decides at 100", () => certifier.Certify(selection, [50, 30, 20, 50]));
        Refused("selectionVotes has 9 votes, but the plan draws 10", () => certifier.Certify([9, 9, 0, 9], [100, 60, 40, 100]));
        Refused("fixedClass is 2, but there are 2 classes", () => certifier.Certify(2, [100, 60, 40, 100]));
        Refused("contests has 3 counts, but 2 classes have 4", () => Contests.Add([1, 2], new int[3]));
        Refused("counts has 27 votes, but for d = 8 and k = 2 there are 28", () => ExactCertificate.Certify([27, 20, 7, 27], 8, 2, CertificationRule.Condorcet));

        static void Refused(string message, Action action) => MajorityCertificateTests.Refused(message, action);
    }

    /// <summary>The contests of ablations with given scores, so many of each.</summary>
    private static int[] Count(params (float[] Scores, int Count)[] ablations)
    {
        int classes = ablations[0].Scores.Length;
        var sum = new int[classes * classes];
        foreach ((float[] scores, int count) in ablations)
        {
            var one = new int[sum.Length];
            Contests.Add(scores, one);
            for (int i = 0; i < sum.Length; i++)
                sum[i] += count * one[i];
        }
        return sum;
    }

    private static long[] ContestsOf(TinyWorld world, float[][] classifier, int input)
    {
        var contests = new int[world.Classes * world.Classes];
        for (int s = 0; s < world.Subsets.Length; s++)
            Contests.Add(classifier[world.Ablation(input, s)], contests);
        return Array.ConvertAll(contests, wins => (long)wins);
    }

    /// <summary>Scores in random order, with a strong lean to one class.</summary>
    private static float[][] RandomScores(TinyWorld world, Random random)
    {
        double strength = random.NextDouble();
        int favourite = random.Next(world.Classes);
        return [.. Enumerable.Range(0, world.AblatedInputs).Select(_ =>
        {
            float[] scores = [.. Enumerable.Range(0, world.Classes).Select(_ => (float)random.NextDouble())];
            scores[favourite] += (float)(2 * strength * random.NextDouble());
            return scores;
        })];
    }
}
