using System.Numerics;
using Microsoft.ML.Ablation.Certification;

namespace Microsoft.ML.Ablation.Tests.Certification;

[TestClass]
public class MajorityCertificateTests
{
    [TestMethod]
    public void The_radius_agrees_with_exact_arithmetic_on_both_sides_of_every_threshold()
    {
        int thresholds = 0;
        foreach ((int d, int k) in AblationProbabilityTests.PaperShapes())
        {
            int cap = AblationProbability.LargestCertifiableRadius(d, k);
            for (int rho = 0; rho <= cap; rho++)
            {
                // The doubles around 1/2 + Δ(ρ), found without the code under test.
                (BigInteger numerator, BigInteger denominator) = AblationProbabilityTests.ExactDelta(d, k, rho);
                (numerator, denominator) = (2 * numerator + denominator, 2 * denominator);
                double p = (double)((numerator << 60) / denominator) / Math.Pow(2, 60);
                while (AblationProbabilityTests.Exceeds(p, numerator, denominator) <= 0)
                    p = Math.BitIncrement(p);
                while (AblationProbabilityTests.Exceeds(Math.BitDecrement(p), numerator, denominator) > 0)
                    p = Math.BitDecrement(p);

                Assert.AreEqual(rho, MajorityCertificate.Radius(d, k, p), $"d = {d}, k = {k}, just above the threshold of {rho}");
                Assert.AreEqual(rho - 1, MajorityCertificate.Radius(d, k, Math.BitDecrement(p)), $"d = {d}, k = {k}, just below the threshold of {rho}");
                thresholds++;
            }

            Assert.AreEqual(cap, MajorityCertificate.Radius(d, k, 1));
        }

        Console.WriteLine($"{thresholds} thresholds");
    }

    [TestMethod]
    public void Equality_with_a_threshold_does_not_certify()
    {
        // Δ(1) = 1/4 for d = 8, k = 2 and Δ(1) = 3/8 for d = 8, k = 3.
        Assert.AreEqual(0, MajorityCertificate.Radius(8, 2, 0.75));
        Assert.AreEqual(1, MajorityCertificate.Radius(8, 2, Math.BitIncrement(0.75)));
        Assert.AreEqual(0, MajorityCertificate.Radius(8, 3, 0.875));
        Assert.AreEqual(1, MajorityCertificate.Radius(8, 3, Math.BitIncrement(0.875)));
        Assert.AreEqual(-1, MajorityCertificate.Radius(784, 45, 0.5));
        Assert.AreEqual(0, MajorityCertificate.Radius(784, 45, Math.BitIncrement(0.5)));
        Assert.AreEqual(-1, MajorityCertificate.Radius(784, 45, 0));
        Assert.AreEqual(-1, MajorityCertificate.Radius(784, 45, double.Epsilon));
    }

    [TestMethod]
    public void Certify_takes_the_class_from_the_first_stage_and_the_bound_from_the_second()
    {
        int[] selection = [100, 800, 100];
        int[] estimation = [100, 9800, 100];

        CertifiedPrediction prediction = MajorityCertificate.Certify(selection, estimation, 784, 45, 0.05);

        Assert.AreEqual(1, prediction.PredictedClass);
        Assert.AreEqual(ClopperPearson.LowerBound(9800, 10_000, 0.05), prediction.LowerBound);
        Assert.AreEqual(MajorityCertificate.Radius(784, 45, prediction.LowerBound), prediction.Radius);
        Assert.AreEqual(10, prediction.Radius);
        Assert.IsTrue(prediction.IsCertified);
    }

    [TestMethod]
    public void Certify_abstains_when_the_second_stage_does_not_confirm_the_class()
    {
        CertifiedPrediction prediction = MajorityCertificate.Certify([600, 400], [10, 9990], 784, 45, 0.05);

        Assert.IsFalse(prediction.IsCertified);
        Assert.AreEqual(0, prediction.SelectedClass);
        Assert.AreEqual(CertifiedPrediction.Abstain, prediction.PredictedClass);
        Assert.AreEqual(-1, prediction.Radius);
    }

    [TestMethod]
    public void Ties_of_the_first_stage_go_to_the_lowest_class()
    {
        Assert.AreEqual(1, MajorityCertificate.Certify([2, 4, 4], [0, 10, 0], 8, 3, 0.05).SelectedClass);
    }

    [TestMethod]
    public void Nonsense_is_refused_by_name()
    {
        Refused("selectionVotes has -1 votes for class 1", () => MajorityCertificate.Certify([5, -1], [5, 5], 8, 3, 0.05));
        Refused("estimationVotes has -1 votes for class 0", () => MajorityCertificate.Certify([5, 1], [-1, 5], 8, 3, 0.05));
        Refused("selectionVotes has 1 classes", () => MajorityCertificate.Certify([5], [5], 8, 3, 0.05));
        Refused("estimationVotes has no votes", () => MajorityCertificate.Certify([5, 1], [0, 0], 8, 3, 0.05));
        Refused("selectionVotes has 2 classes, but estimationVotes has 3", () => MajorityCertificate.Certify([5, 1], [5, 1, 0], 8, 3, 0.05));
        Refused("alpha is 0", () => MajorityCertificate.Certify([5, 1], [5, 1], 8, 3, 0));
        Refused("alpha is 1", () => MajorityCertificate.Certify([5, 1], [5, 1], 8, 3, 1));
        Refused("alpha is NaN", () => MajorityCertificate.Certify([5, 1], [5, 1], 8, 3, double.NaN));
        Refused("k is 9, but d is 8", () => MajorityCertificate.Certify([5, 1], [5, 1], 8, 9, 0.05));
        Refused("lowerBound is 1.5", () => MajorityCertificate.Radius(8, 3, 1.5));
        Refused("lowerBound is NaN", () => MajorityCertificate.Radius(8, 3, double.NaN));
        Refused("estimationVotes has 4294967294 votes", () => MajorityCertificate.Certify([5, 1], [int.MaxValue, int.MaxValue], 8, 3, 0.05));
    }

    internal static void Refused(string message, Action action)
    {
        try
        {
            action();
        }
        catch (ArgumentException error)
        {
            StringAssert.Contains(error.Message, message);
            return;
        }

        Assert.Fail($"Not refused: {message}");
    }
}
