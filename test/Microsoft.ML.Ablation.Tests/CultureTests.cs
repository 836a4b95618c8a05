using System.Globalization;
using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Tests.Support;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Tests;

/// <summary>What is written about numbers is the same on every machine, in whatever program the library is used.</summary>
[TestClass]
public sealed class CultureTests
{
    private static readonly SmoothedCertifierOptions s_options = SmoothedCertifierOptions.Paper;

    [TestMethod]
    [DataRow("de-DE")]
    [DataRow("fr-FR")]
    [DataRow("tr-TR")]
    [DataRow("ar-SA")]
    public void Texts_are_those_of_the_invariant_culture(string culture)
    {
        CultureInfo own = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
            string[] expected = [.. Texts()];
            string[] numbers = ["1.25", "66.7 %", "19,995", "3,073", "2,050 random"];
            Assert.IsTrue(expected.All(text => numbers.Any(number => text.Contains(number, StringComparison.Ordinal))));
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);
            CollectionAssert.AreEqual(expected, Texts().ToArray());
        }
        finally
        {
            CultureInfo.CurrentCulture = own;
        }
    }

    private static IEnumerable<string> Texts()
    {
        yield return new RetainedComparison([KeyValuePair.Create(1234, CertifiedMetrics.From([new(true, false, 2), new(false, true, -1), new(true, false, 0)]))]).ToString();
        yield return CertifiedMetrics.From([CertifiedOutcome.Of(0, 0, 2), CertifiedOutcome.Of(0, 1, 1), CertifiedOutcome.Of(1, 1, 0)]).ToString();
        yield return CertifiedRegressionMetrics.From([new(1.5f, 2.75f, [1], [2.25f]), new(3, 4.25f, [3], [4.25f])]).ToString();
        yield return Refusal(() => (s_options with { Alpha = 1.25 }).Validate());
        yield return Refusal(() => (s_options with { Rule = CertificationRule.Gap, LowerBoundShare = 1.25 }).Validate());
        yield return Refusal(() => MajorityCertificate.Radius(10, 2, 1.25));
        yield return Refusal(() => ReplacementCertificate.RequiredProbability(1, 256, 1.25));
        yield return Refusal(() => new MLContext(1).Transforms.RandomResizedCropFlip(new RandomResizedCropFlipOptions { MinimumAreaShare = 1.25 }));
        yield return Microsoft.ML.Ablation.Datasets.ImageFolder.Listed([.. Enumerable.Range(0, 20_000).Select(i => FormattableString.Invariant($"{i}"))]);
        yield return Explained();
        string cut = Path.Combine(Path.GetTempPath(), $"ablation-{Guid.NewGuid():N}.bin");
        try
        {
            File.WriteAllBytes(cut, new byte[10]);
            yield return Assert.Throws<InvalidDataException>(() => new MLContext(1).Data.LoadCifar10Files([cut])).Message.Replace(cut, "cut.bin", StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(cut);
        }
    }

    private static string Refusal(Action action) => Assert.Throws<ArgumentException>(action).Message;

    private static string Explained()
    {
        var ml = new MLContext(1);
        var model = new CountedModel(ml);
        using TransformerChain<SmoothedCertifierTransformer> certifier = model.Fit(ml.Transforms.RandomAblation(k: 3, encoding: AblationEncoding.Missing),
            shown => CountedModel.Names[float.IsNaN(shown[0]) ? 0 : 1], SmoothedCertifierOptions.Paper with { Plan = SamplingPlan.Fixed(50, 2_000), ExactBudget = 0, Seed = 1 });
        return ml.Data.Explain(certifier, model.Rows(1), ablations: 40).ToString();
    }
}
