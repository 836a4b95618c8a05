using Microsoft.ML.Ablation.Certification;

namespace Microsoft.ML.Ablation.Tests.Certification;

/// <summary>The paper's discussion of replacement against ablation, recomputed: ImageNet, d = 150,528 values of 256 levels, κ = 0.1.</summary>
[TestClass]
public class ComparatorTests
{
    private const int D = 150_528;
    private const int Values = 256;
    private const double Kappa = 0.1;

    [TestMethod]
    public void One_changed_value_needs_the_probability_of_the_paper()
    {
        double required = ReplacementCertificate.RequiredProbability(1, Values, Kappa);

        Assert.AreEqual(0.59647, required, 5e-6);
        Assert.AreEqual(0.5 + Kappa - (1 - Kappa) / (Values - 1), required, 1e-15);
        Assert.AreEqual(1, ReplacementCertificate.Radius(required + 1e-9, D, Values, Kappa));
        Assert.AreEqual(0, ReplacementCertificate.Radius(required - 1e-9, D, Values, Kappa));
    }

    [TestMethod]
    public void At_that_probability_ablation_may_retain_the_paper_s_number_of_values()
    {
        int k = MajorityCertificate.LargestRetainedCount(D, 1, 0.59647);

        Assert.AreEqual(14_521, k);
        Assert.AreEqual(1, MajorityCertificate.Radius(D, k, 0.59647));
        Assert.AreEqual(0, MajorityCertificate.Radius(D, k + 1, 0.59647));
    }

    [TestMethod]
    public void The_information_of_one_sample_is_that_of_equations_20_and_21()
    {
        Assert.AreEqual(116_168, SampleInformation.OfAblation(14_521, Values), 1e-9);
        Assert.AreEqual(50_590.4, SampleInformation.OfReplacement(D, Values, Kappa), 0.05);
    }

    /// <summary>All base classifiers of tiny inputs, by the regions of equal pairs of probabilities, written out one draw at a time.</summary>
    [TestMethod]
    [DataRow(1, 2, 0.6)]
    [DataRow(2, 3, 0.4)]
    [DataRow(3, 3, 0.2)]
    [DataRow(4, 4, 0.7)]
    public void The_worst_probability_agrees_with_sorting_every_possible_draw(int rho, int values, double kappa)
    {
        double replaced = (1 - kappa) / (values - 1);
        var draws = new List<(double Own, double Changed)>();
        for (int code = 0; code < Math.Pow(values, rho); code++)
        {
            // The input is 0 everywhere, the changed input 1.
            double own = 1, changed = 1;
            for (int rest = code, i = 0; i < rho; i++, rest /= values)
            {
                own *= rest % values == 0 ? kappa : replaced;
                changed *= rest % values == 1 ? kappa : replaced;
            }

            draws.Add((own, changed));
        }

        for (double p = 0; p <= 1; p += 1 / 64.0)
        {
            double left = p, worst = 0;
            foreach ((double own, double changed) in draws.OrderByDescending(draw => draw.Own / draw.Changed))
            {
                double share = Math.Clamp(left / own, 0, 1);
                worst += share * changed;
                left -= share * own;
            }

            Assert.AreEqual(worst, ReplacementCertificate.WorstProbability(p, rho, values, kappa), 1e-12);
        }

        double required = ReplacementCertificate.RequiredProbability(rho, values, kappa);
        Assert.AreEqual(0.5, ReplacementCertificate.WorstProbability(required, rho, values, kappa), 1e-12);
    }

    [TestMethod]
    public void Nonsense_is_refused_by_name()
    {
        MajorityCertificateTests.Refused("kappa is 0", () => ReplacementCertificate.RequiredProbability(1, 256, 0));
        MajorityCertificateTests.Refused("kappa is 1", () => SampleInformation.OfReplacement(10, 256, 1));
        MajorityCertificateTests.Refused("values is 1", () => ReplacementCertificate.RequiredProbability(1, 1, 0.5));
        MajorityCertificateTests.Refused("values is 0", () => SampleInformation.OfAblation(10, 0));
        MajorityCertificateTests.Refused("rho is -1", () => ReplacementCertificate.RequiredProbability(-1, 256, 0.5));
        MajorityCertificateTests.Refused("probability is 2", () => ReplacementCertificate.WorstProbability(2, 1, 256, 0.5));
        MajorityCertificateTests.Refused("d is 0", () => ReplacementCertificate.Radius(0.9, 0, 256, 0.5));
        MajorityCertificateTests.Refused("d is 0", () => SampleInformation.OfReplacement(0, 256, 0.5));
        MajorityCertificateTests.Refused("k is 0", () => SampleInformation.OfAblation(0, 256));
        MajorityCertificateTests.Refused("rho is 11, but d is 10", () => MajorityCertificate.LargestRetainedCount(10, 11, 0.9));
    }
}
