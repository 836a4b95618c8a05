using Microsoft.ML.Ablation.Tool.Datasets;

namespace Microsoft.ML.Ablation.Tool.Tests.Datasets;

/// <summary>MNIST as the environment variable ABLATION_DATA names it.</summary>
internal static class RealMnist
{
    /// <summary>The folder; the test that asks is inconclusive if there is none.</summary>
    public static MnistFolder Find()
    {
        string? data = Environment.GetEnvironmentVariable(DatasetRequest.EnvironmentVariable);
        if (string.IsNullOrEmpty(data))
            Assert.Inconclusive($"The environment variable {DatasetRequest.EnvironmentVariable} is not set.");
        MnistFolder? folder = MnistFolder.Find(data, out string missing);
        if (folder is null)
            Assert.Inconclusive($"{DatasetRequest.EnvironmentVariable} does not lead to MNIST: {missing}.");
        return folder;
    }
}
