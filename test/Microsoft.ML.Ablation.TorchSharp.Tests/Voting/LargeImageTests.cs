using System.Diagnostics;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.TorchSharp.Voting;
using Microsoft.ML.Ablation.Voting;
using Microsoft.ML.Data;
using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp.Tests.Voting;

/// <summary>Rows of ImageNet's size: d = 50,176, k = 1,000, ResNet-50.</summary>
[TestClass]
public sealed class LargeImageTests
{
    [TestMethod]
    [LongTest("images of 224×224 pixels")]
    public void They_are_voted_on_within_four_gigabytes()
    {
        var shape = new NetworkShape(6, 224, 224, 1_000);
        NetworkArchitecture architecture = NetworkArchitecture.Of(ImageNetwork.ResNet50);
        float[][] weights = architecture.FirstWeights(shape, 1);
        using AblationNetwork network = architecture.Create(shape, weights, CPU);
        var type = new VectorDataViewType(NumberDataViewType.Single, 3, 224, 224);
        var encoder = new AblationEncoder("Features", FeatureLayout.Resolve("Features", type, null, AblationLayout.Planar),
            AblationEncoding.Complement, null, normalizedInput: false);
        using IVoteSource source = new NetworkVoter(network.ToScoring(ScalarType.BFloat16), encoder, 1_000).CreateSource(memoryLimit: 200L << 20);
        float[] image = [.. Enumerable.Range(0, 3 * 224 * 224).Select(i => i % 251 / 250f)];
        int[] votes = source.CountVotes(image, AblationKey.Compute(1, image), [new(AblationStage.Estimation, 0, 40)])[0];
        Assert.AreEqual(40, votes.Sum());
        using var self = Process.GetCurrentProcess();
        Assert.IsLessThan(4L << 30, self.PeakWorkingSet64, "the most memory that this process ever had");
    }
}
