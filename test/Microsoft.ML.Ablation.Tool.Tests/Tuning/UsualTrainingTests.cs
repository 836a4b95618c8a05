using Microsoft.ML.Ablation.Tool.Commands;
using Microsoft.ML.Ablation.Tool.Datasets;
using Microsoft.ML.Ablation.Tool.Tuning;
using Microsoft.ML.Ablation.TorchSharp;

namespace Microsoft.ML.Ablation.Tool.Tests.Tuning;

[TestClass]
public sealed class UsualTrainingTests
{
    [TestMethod]
    [DataRow(1, 28, 65)]
    [DataRow(3, 32, 65)]
    [DataRow(3, 224, 65)]
    [DataRow(3, 16, 21)]
    [DataRow(3, 12, 11)]
    [DataRow(3, 4, 3)]
    public void Images_of_any_size_have_an_odd_number_of_masks(int channels, int side, int masks)
    {
        var chosen = (MaskAblationChoice)UsualTraining.Of(new ImageShape(channels, side, side), network: null, seed: 1).Ablations;
        Assert.AreEqual(("--masks", masks, true), (chosen.Option, chosen.Size, chosen.IsPartition));
    }

    [TestMethod]
    public void Other_networks_have_random_ablations_and_few_files_small_steps()
    {
        var few = new ImageFileSurvey([("cat", 150), ("dog", 150)], [32]);
        UsualTraining usual = UsualTraining.OfFiles(few, 32, ImageNetwork.ResNet18, seed: 1);
        Assert.AreEqual((45, 32), (usual.Ablations.RetainedPixels, usual.BatchSize));
        Assert.IsNull(UsualTraining.OfFiles(few with { Counts = [("cat", 1_000), ("dog", 1_000)] }, 32, null, seed: 1).BatchSize);
    }
}
