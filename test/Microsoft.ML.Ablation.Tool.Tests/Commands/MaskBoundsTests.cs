using System.Text.Json;
using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Tool.Commands;

namespace Microsoft.ML.Ablation.Tool.Tests.Commands;

/// <summary>What <c>bounds</c> says of masks, against certificates of answers that are just enough and just too few.</summary>
[TestClass]
public sealed class MaskBoundsTests
{
    [TestMethod]
    [DataRow(9, 36)]
    [DataRow(10, 36)]
    [DataRow(7, 35)]
    [DataRow(1, 5)]
    public void Votes_that_suffice_against_pixels_are_the_fewest_that_do(int masks, int d)
    {
        var family = MaskFamily.Partition(d, masks, seed: 0);
        var choice = new MaskAblationChoice(AblationMasks.Partition(masks), "--masks", masks, $"{masks} masks");
        var bounds = MaskBounds.Compute(choice, d);
        Assert.AreEqual((d, masks, "Positions"), (bounds.Positions, bounds.Masks, bounds.Against));
        foreach (CertificationRule rule in new[] { CertificationRule.Majority, CertificationRule.Gap, CertificationRule.Condorcet })
        {
            Assert.AreEqual((masks - 1) / 2, bounds.LargestRadius[$"{rule}"]);
            for (int rho = 0; rho <= bounds.LargestRadius[$"{rule}"]; rho++)
            {
                Assert.AreEqual(rho, bounds.Touched[rho]);
                int enough = bounds.SufficientVotes[rho];
                Assert.IsGreaterThanOrEqualTo(rho, Radius(family, enough, rule));
                Assert.IsLessThan(rho, Radius(family, enough - 1, rule));
            }
        }
    }

    /// <summary>The masks that a patch meets are all of the class; the rest of its votes lie elsewhere.</summary>
    [TestMethod]
    [DataRow("--bands", 2, 8)]
    [DataRow("--bands", 3, 9)]
    [DataRow("--blocks", 2, 7)]
    public void Votes_and_leads_that_suffice_against_patches_do_wherever_they_are(string option, int size, int side)
    {
        bool isBand = option == "--bands";
        MaskFamily family = isBand ? MaskFamily.Bands(side, side, size) : MaskFamily.Blocks(side, side, size);
        var bounds = MaskBounds.Compute(new MaskAblationChoice(isBand ? AblationMasks.Bands(size) : AblationMasks.Blocks(size), option, size, ""), side * side);
        Assert.AreEqual("Patch", bounds.Against);
        int largest = bounds.LargestRadius["Gap"];
        Assert.IsGreaterThan(0, largest);
        var random = new Random(5);
        for (int m = 1; m <= largest; m++)
        {
            Assert.AreEqual(isBand ? 2 * (m + size - 1) : (m + size - 1) * (m + size - 1), bounds.Touched[m]);
            for (int i = 0; i < 5; i++)
            {
                int[] order = [.. Enumerable.Range(0, family.Count)];
                random.Shuffle(order);
                Assert.IsTrue(Withstands(bounds.SufficientVotes[m], CertificationRule.Majority));
                Assert.IsTrue(Withstands(bounds.SufficientVotes[m], CertificationRule.Condorcet));
                // So many more than another class has; a mask that is left has no answer.
                int lead = bounds.SufficientLead[m], second = (family.Count - lead) / 2;
                var answers = new int[family.Count];
                for (int n = 0; n < answers.Length; n++)
                    answers[order[n]] = n < lead + second ? 0 : n < lead + 2 * second ? 1 : MaskAnswers.None;
                Assert.IsTrue(MaskFamilyCertificate.WithstandsPatch(family, MaskAnswers.OfClasses(answers, 3), 0, side, side, m, m, CertificationRule.Gap), $"lead {lead} at {m}");

                bool Withstands(int votes, CertificationRule rule)
                {
                    var classes = new int[family.Count];
                    for (int n = 0; n < classes.Length; n++)
                        classes[order[n]] = n < votes ? 0 : 1;
                    return MaskFamilyCertificate.WithstandsPatch(family, MaskAnswers.OfClasses(classes, 3), 0, side, side, m, m, rule);
                }
            }
        }
        // One vote fewer, with those that a patch in the corner meets among them, is too few.
        int few = bounds.SufficientVotes[largest] - 1;
        int[] met = [.. Enumerable.Range(0, family.Count).OrderByDescending(n => family.Retained(n).ToArray().Any(position => position / side < largest && position % side < largest))];
        var tight = new int[family.Count];
        for (int n = few; n < met.Length; n++)
            tight[met[n]] = 1;
        Assert.IsFalse(MaskFamilyCertificate.WithstandsPatch(family, MaskAnswers.OfClasses(tight, 3), 0, side, side, largest, largest, CertificationRule.Majority));
    }

    [TestMethod]
    public void The_command_prints_them()
    {
        ToolProcess json = ToolProcess.Ablation(Path.GetTempPath(), "bounds", "--masks", "65", "--json");
        Assert.AreEqual(0, json.ExitCode, json.Error);
        JsonElement result = JsonDocument.Parse(json.Output).RootElement;
        Assert.AreEqual(32, result.GetProperty("largestRadius").GetProperty("Condorcet").GetInt32());
        Assert.AreEqual(45, result.GetProperty("sufficientVotes")[12].GetInt32());
        ToolProcess text = ToolProcess.Ablation(Path.GetTempPath(), "bounds", "--bands", "4");
        Assert.AreEqual(0, text.ExitCode, text.Error);
        foreach (string said in new[] { "56 masks of 112 of 784 positions", "Largest patch side that Condorcet can certify", "Patch side m" })
            StringAssert.Contains(text.Output, said);
    }

    private static int Radius(MaskFamily family, int votes, CertificationRule rule)
        => MaskFamilyCertificate.Radius(family, MaskAnswers.OfClasses([.. Enumerable.Range(0, family.Count).Select(n => n < votes ? 0 : 1)], classes: 2), fixedClass: 0, rule);
}
