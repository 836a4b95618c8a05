using Microsoft.ML.Ablation.Certification;

namespace Microsoft.ML.Ablation.Tests.Certifier;

/// <summary>
/// How often the statement that a row makes is wrong, exactly: CERTIFY's where there is a certificate, else PREDICT's, else none. Every outcome of the second stage is
/// listed with its probability.
/// </summary>
[TestClass]
public sealed class ReportedStatementTests
{
    // One position of so many touches so few ablations that the threshold of radius 1 is next to that of radius 0.
    private const int D = 1_000_000, K = 1;

    [TestMethod]
    public void The_statement_of_a_row_with_two_classes_is_wrong_with_up_to_one_and_a_half_alpha()
    {
        double worst = 0;
        foreach (int n in (int[])[10, 30, 100, 300])
        {
            foreach (double alpha in (double[])[0.01, 0.05, 0.2])
            {
                var certifier = new VoteCertifier(D, K, SamplingPlan.Fixed(1, n), new CertificationOptions { Alpha = alpha });
                foreach (double p in (double[])[0.500001, 0.5000005, 0.52, 0.55, 0.6, 0.75, 0.4999999, 0.48, 0.4, 0.25])
                {
                    (double certify, double predict) = Wrong(certifier, [p, 1 - p], n);
                    Assert.IsTrue(certify <= alpha * (1 + 1e-9) && predict <= alpha / 2 * (1 + 1e-9) || p < 0.5 && certify + predict <= alpha * (1 + 1e-9),
                        $"n = {n}, alpha = {alpha}, p = {p}: {certify} + {predict}");
                    worst = Math.Max(worst, (certify + predict) / alpha);
                }
            }
        }
        Console.WriteLine($"at worst {worst:F3} alpha");
        Assert.IsGreaterThan(1.3, worst);
    }

    [TestMethod]
    public void The_statement_of_a_row_with_three_classes_is_wrong_with_less_than_two_alpha()
    {
        const int N = 40;
        double worst = 0;
        foreach (CertificationRule rule in (CertificationRule[])[CertificationRule.Majority, CertificationRule.Bonferroni, CertificationRule.Gap])
        {
            foreach (double alpha in (double[])[0.05, 0.2])
            {
                var certifier = new VoteCertifier(D, K, SamplingPlan.Fixed(1, N), new CertificationOptions { Rule = rule, Alpha = alpha });
                for (double p = 0.1; p < 0.9; p += 0.1)
                {
                    foreach (double q in (double[])[p - 1e-6, p + 1e-6, (1 - p) / 2 + 1e-6, 1 - p - 1e-3])
                    {
                        if (q <= 0 || p + q >= 1)
                            continue;
                        (double certify, double predict) = Wrong(certifier, [p, q, 1 - p - q], N);
                        Assert.IsTrue(certify <= alpha * (1 + 1e-9) && predict <= alpha * (1 + 1e-9), $"{rule}, alpha = {alpha}, ({p}, {q}): {certify}, {predict}");
                        worst = Math.Max(worst, (certify + predict) / alpha);
                    }
                }
            }
        }
        Console.WriteLine($"at worst {worst:F3} alpha");
        Assert.IsLessThan(2, worst);
    }

    /// <summary>The probabilities of a false certificate and of a wrong answer without one, where the first stage has selected the first class.</summary>
    private static (double Certify, double Predict) Wrong(VoteCertifier certifier, double[] probabilities, int n)
    {
        double own = probabilities[0], best = probabilities.Max();
        int truth = GapCertificate.Radius(D, K, own, probabilities[1..].Max());
        var selection = new int[probabilities.Length];
        selection[0] = 1;
        double certify = 0, predict = 0;
        foreach ((int[] votes, double probability) in Outcomes(probabilities, n))
        {
            RowResult row = certifier.Conclude(certifier.Certify(selection, votes), selection, votes);
            if (row.Certified.Radius >= 0)
                certify += row.Certified.Radius > truth ? probability : 0;
            else if (!row.Abstained && probabilities[row.PredictedClass] < best)
                predict += probability;
        }
        return (certify, predict);
    }

    private static IEnumerable<(int[] Votes, double Probability)> Outcomes(double[] probabilities, int n)
    {
        double[] logFactorial = new double[n + 1];
        for (int i = 1; i <= n; i++)
            logFactorial[i] = logFactorial[i - 1] + Math.Log(i);
        for (int first = 0; first <= n; first++)
        {
            for (int second = probabilities.Length == 2 ? n - first : 0; second <= n - first; second++)
            {
                int[] votes = probabilities.Length == 2 ? [first, second] : [first, second, n - first - second];
                double log = logFactorial[n];
                for (int i = 0; i < votes.Length; i++)
                    log += votes[i] * Math.Log(probabilities[i]) - logFactorial[votes[i]];
                yield return (votes, Math.Exp(log));
            }
        }
    }
}
