using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Ablation.TorchSharp.Tests;

[TestClass]
[DoNotParallelize]
public sealed class MixedPrecisionTests
{
    private static (float[] Weights, string[] Warnings) Train(bool mixed, bool bfloat16)
    {
        using var machine = new PlayedMachine(bfloat16);
        var warnings = new List<string>();
        var ml = new MLContext(seed: 1);
        ml.Log += (_, message) =>
        {
            if (message.Kind == ChannelMessageKind.Warning && message.RawMessage.Contains(nameof(mixed), StringComparison.OrdinalIgnoreCase))
                warnings.Add(message.RawMessage);
        };
        AblatedImageClassificationTrainer.Options options = ToyImages.FewEpochs(1);
        options.MixedPrecision = mixed;
        using var model = ml.MulticlassClassification.Trainers.AblatedImageClassification(options).Fit(ToyImages.ToView(ml, ToyImages.Make(40)));
        Assert.AreEqual(ScoringPrecision.Int8, model.Model.Precision, "what it is trained in says nothing of what it votes in");
        return (model.Model.Network.ReadWeights()[0], [.. warnings]);
    }

    [TestMethod]
    public void Without_bfloat16_training_stays_in_float32_and_says_so_in_one_line()
    {
        (float[] single, string[] nothing) = Train(mixed: false, bfloat16: false);
        (float[] mixed, string[] warnings) = Train(mixed: true, bfloat16: false);
        CollectionAssert.AreEqual(single, mixed);
        Assert.IsEmpty(nothing);
        Assert.HasCount(1, warnings);
        StringAssert.Contains(warnings[0], "no instructions for bfloat16");
        Assert.DoesNotContain("\n", warnings[0]);
    }

    [TestMethod]
    public void With_bfloat16_it_is_used_without_a_word()
    {
        (float[] single, _) = Train(mixed: false, bfloat16: true);
        (float[] mixed, string[] warnings) = Train(mixed: true, bfloat16: true);
        CollectionAssert.AreNotEqual(single, mixed);
        Assert.IsEmpty(warnings);
    }
}
