using Microsoft.ML.Ablation.Certification;

namespace Microsoft.ML.Ablation.Tests.Certification;

/// <summary>
/// Simulated rows whose truth lies just below a threshold, where false certificates are most frequent. A share of them above α is
/// an error when chance explains it less often than once in a million settings.
/// </summary>
[TestClass]
public class CoverageTests
{
    private const int D = 784;
    private const int K = 45;
    private const int Rows = 20_000;
    private const double Alpha = 0.05;
    private const double FalseAlarm = 1e-6;

    private static readonly int s_count = LongTests.AreWanted ? 10_000 : 400;

    [TestMethod]
    public void The_share_of_false_certificates_stays_within_alpha_for_every_rule_and_plan()
    {
        SamplingPlan[] plans =
        [
            SamplingPlan.Fixed(50, s_count),
            SamplingPlan.Adaptive(50, 100, s_count),
            SamplingPlan.Adaptive(50, 100, s_count, radiusTolerance: 1),
            SamplingPlan.Adaptive(50, 100, s_count, targetRadius: 3),
        ];
        ulong seed = 1;
        foreach (double[] probabilities in HardRows())
        {
            CertificationRule[] rules = Rules.OfVotes;
            CertificationOptions[] options = [.. rules.Select(rule => new CertificationOptions
            {
                Rule = rule,
                Alpha = Alpha,
                TopCount = rule == CertificationRule.Top && probabilities.Length > 2 ? 2 : 1,
            })];
            foreach (SamplingPlan plan in plans)
            {
                int[] wrong = CountFalse(new Simulation(probabilities, seed++), plan, options);
                for (int i = 0; i < rules.Length; i++)
                    AssertCovered(wrong[i], $"{rules[i]} with {plan.Looks.Count} looks, p = ({string.Join(", ", probabilities.Select(p => p.ToString("0.####")))})");
            }
        }
    }

    [TestMethod]
    public void Predict_gives_a_wrong_class_no_more_often_than_alpha()
    {
        foreach (double[] probabilities in (double[][])[[0.499999, 0.500001], [0.3, 0.35, 0.35], [0.1, 0.2, 0.2, 0.2, 0.2, 0.1], [0.4, 0.41, 0.19]])
        {
            var simulation = new Simulation(probabilities, 77);
            int best = Array.IndexOf(probabilities, probabilities.Max());
            int wrong = 0;
            for (int row = 0; row < Rows; row++)
            {
                int predicted = SmoothedPrediction.Predict(simulation.Draw(s_count / 2), Alpha);
                if (predicted != CertifiedPrediction.Abstain && predicted != best)
                    wrong++;
            }

            // A tie for the first place has no right answer; either of the tied classes would be g's.
            if (probabilities.Count(p => p == probabilities.Max()) == 1)
                AssertCovered(wrong, $"PREDICT, p = ({string.Join(", ", probabilities)})");
        }
    }

    /// <summary>
    /// The bound of the class that came second in the same votes is the largest of all, so taking only that one loses nothing. The
    /// mistake is to take the class that came second in the first stage, which need not be the truly second-best.
    /// </summary>
    [TestMethod]
    public void A_variant_that_bounds_only_the_runner_up_of_the_first_stage_is_caught()
    {
        var simulation = new Simulation([0.55, 0.15, .. Enumerable.Repeat(0.3 / 15, 15)], 11);
        int truth = GapCertificate.Radius(D, K, 0.55, 0.15);
        int wrong = 0;
        for (int row = 0; row < Rows; row++)
        {
            int[] selection = simulation.Draw(10), votes = simulation.Draw(s_count);
            if (MajorityCertificate.MostVoted(selection) != 0)
                continue;
            selection[0] = -1;
            int runnerUp = MajorityCertificate.MostVoted(selection);
            double lower = ClopperPearson.LowerBound(votes[0], s_count, 0.7 * Alpha);
            double upper = ClopperPearson.UpperBound(votes[runnerUp], s_count, 0.3 * Alpha);
            if (GapCertificate.Radius(D, K, lower, upper) > truth)
                wrong++;
        }

        AssertCaught(wrong, "the runner-up of the first stage");
    }

    [TestMethod]
    public void A_variant_that_selects_the_class_with_the_votes_it_certifies_is_caught()
    {
        foreach (CertificationRule rule in (CertificationRule[])[CertificationRule.Majority, CertificationRule.Gap])
        {
            var simulation = new Simulation([0.5, 0.5, 0], 12);
            var options = new CertificationOptions { Rule = rule, Alpha = Alpha };
            var certifier = new VoteCertifier(D, K, SamplingPlan.Fixed(1, s_count), options);
            int reused = 0, fresh = 0;
            for (int row = 0; row < Rows; row++)
            {
                int[] votes = simulation.Draw(s_count);
                if (IsFalse(simulation, options, certifier.Certify(MajorityCertificate.MostVoted(votes), votes)))
                    reused++;
                if (IsFalse(simulation, options, certifier.Certify(simulation.Draw(1), votes)))
                    fresh++;
            }

            AssertCaught(reused, $"{rule} with the class selected by the same votes");
            AssertCovered(fresh, $"{rule} with the class selected by one other vote");
        }
    }

    [TestMethod]
    public void A_variant_that_spends_all_of_alpha_at_every_look_is_caught()
    {
        double[] probabilities = HardRows().First();
        var simulation = new Simulation(probabilities, 13);
        var options = new CertificationOptions { Alpha = Alpha };
        SamplingPlan plan = SamplingPlan.Adaptive(100, 150, s_count);
        VoteCertifier[] looks = [.. plan.Looks.Select(look => new VoteCertifier(D, K, SamplingPlan.Fixed(100, look), options))];
        int wrong = 0;
        for (int row = 0; row < Rows; row++)
        {
            var votes = new int[probabilities.Length];
            bool isFalse = false;
            for (int look = 0; look < looks.Length; look++)
            {
                simulation.Draw(votes, plan.Looks[look] - (look == 0 ? 0 : plan.Looks[look - 1]));
                isFalse |= IsFalse(simulation, options, looks[look].Certify(0, votes));
            }

            if (isFalse)
                wrong++;
        }

        AssertCaught(wrong, "all of alpha at every look");
    }

    /// <summary>Probabilities at which a radius is just not certifiable, for one rule or another.</summary>
    private static IEnumerable<double[]> HardRows()
    {
        double step3 = AblationProbability.Delta(D, K, 3) - 1e-9;
        double step6 = AblationProbability.Delta(D, K, 6) - 1e-9;

        // Majority, and Gap with two classes.
        yield return [0.5 + step3, 0.5 - step3];
        yield return [0.5, 0.5];
        // Gap with one competitor, with two equal ones, with many.
        yield return [0.45 + step3, 0.45 - step3, 0.1];
        yield return [1.0 / 3 + 4 * step3 / 3, 1.0 / 3 - 2 * step3 / 3, 1.0 / 3 - 2 * step3 / 3];
        yield return [0.1 + 2 * step6 * 0.9, .. Enumerable.Repeat(0.1 - step6 * 0.2, 9)];
        // Nothing to certify: the first two are equal.
        yield return [0.45, 0.45, 0.1];
        yield return [0.2, 0.2, 0.2, 0.2, 0.2];
        // Top with m = 2: p > 1/3 + Δ, and two equal classes above.
        yield return [1.0 / 3 + step3, 1.0 / 3 - step3 / 2, 1.0 / 3 - step3 / 2];
        yield return [0.25, 0.4, 0.25, 0.1];
    }

    private static int[] CountFalse(Simulation simulation, SamplingPlan plan, CertificationOptions[] options)
    {
        VoteCertifier[] certifiers = [.. options.Select(option => new VoteCertifier(D, K, plan, option))];
        var wrong = new int[options.Length];
        var isFinal = new bool[options.Length];
        for (int row = 0; row < Rows; row++)
        {
            int[] selection = simulation.Draw(plan.SelectionCount), votes = new int[simulation.Probabilities.Length];
            Array.Clear(isFinal);
            for (int look = 0, drawn = 0; look < plan.Looks.Count && isFinal.Contains(false); drawn = plan.Looks[look++])
            {
                simulation.Draw(votes, plan.Looks[look] - drawn);
                for (int i = 0; i < options.Length; i++)
                {
                    if (isFinal[i])
                        continue;
                    SamplingDecision decision = certifiers[i].Decide(selection, votes);
                    isFinal[i] = decision.IsFinal;
                    if (decision.IsFinal && IsFalse(simulation, options[i], decision.Prediction))
                        wrong[i]++;
                }
            }
        }

        return wrong;
    }

    private static bool IsFalse(Simulation simulation, CertificationOptions options, CertifiedPrediction prediction) =>
        prediction.IsCertified && prediction.Radius > simulation.TrueRadius(D, K, prediction.SelectedClass, options);

    private static void AssertCovered(int wrong, string name)
    {
        Console.WriteLine($"{wrong / (double)Rows:P2} false: {name}");
        Assert.IsTrue(ClopperPearson.LowerBound(wrong, Rows, FalseAlarm) <= Alpha, $"{wrong} of {Rows} certificates are false: {name}");
    }

    private static void AssertCaught(int wrong, string name)
    {
        Console.WriteLine($"{wrong / (double)Rows:P2} false, as it must be: {name}");
        Assert.IsTrue(ClopperPearson.LowerBound(wrong, Rows, FalseAlarm) > Alpha, $"Only {wrong} of {Rows} certificates are false: {name}");
    }
}
