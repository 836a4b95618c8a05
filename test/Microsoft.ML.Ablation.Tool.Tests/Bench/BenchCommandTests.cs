using System.Text.Json;
using Microsoft.ML.Ablation.TorchSharp;

namespace Microsoft.ML.Ablation.Tool.Tests.Bench;

[TestClass]
public sealed class BenchCommandTests
{
    [TestMethod]
    [LongTest("measures ResNet-50 at the size of ImageNet")]
    public void Bench_measures_everything_and_finds_no_wrong_vote()
    {
        string folder = Directory.CreateTempSubdirectory("ablation-tests-").FullName;
        ToolProcess bench = ToolProcess.OwnProcess(folder, "bench", "--turns", "1", "--json");
        Assert.AreEqual(0, bench.ExitCode, bench.Error);
        JsonElement result = JsonDocument.Parse(bench.Output).RootElement;
        bool bfloat16 = CpuFeatures.SupportsBFloat16;
        Assert.AreEqual(bfloat16 ? "BFloat16" : "Float32", result.GetProperty("precision").GetString());
        Assert.AreEqual(result.GetProperty("precision").GetString(), result.GetProperty("computedIn").GetString());
        Assert.AreEqual(bfloat16, result.GetProperty("supportsBFloat16").GetBoolean());
        Assert.AreEqual(CpuFeatures.Description, result.GetProperty("processor").GetString());
        foreach (string part in new[] { "mnist", "imageNet" })
        {
            JsonElement comparison = result.GetProperty(part).GetProperty("comparison");
            Assert.AreEqual(0, comparison.GetProperty("differing").GetInt32());
            Assert.IsGreaterThan(0, comparison.GetProperty("votes").GetInt32());
            Assert.IsGreaterThan(0.0, result.GetProperty(part).GetProperty("engineVotesPerSecond").GetDouble());
        }
        Assert.IsGreaterThan(0.0, result.GetProperty("mnist").GetProperty("engineToPaper").GetDouble());
        Assert.IsLessThan(1_500.0, result.GetProperty("mnist").GetProperty("peakMegabytes").GetDouble());
        Assert.IsLessThan(50.0, result.GetProperty("mnist").GetProperty("peakGrowthMegabytes").GetDouble());
        Assert.IsLessThan(4_096.0, result.GetProperty("peakMegabytes").GetDouble());
        Directory.Delete(folder, recursive: true);
    }

    [TestMethod]
    [LongTest("trains ResNet-18")]
    public void Bench_measures_trainings_against_the_processor()
    {
        ToolProcess bench = ToolProcess.OwnProcess(Path.GetTempPath(), "bench", "--training", "--turns", "1", "--json");
        Assert.AreEqual(0, bench.ExitCode, bench.Error);
        JsonElement result = JsonDocument.Parse(bench.Output).RootElement;
        double peak = result.GetProperty("peakTeraflops").GetDouble();
        Assert.IsGreaterThan(0.0, peak);
        Assert.AreEqual(4, result.GetProperty("networks").GetArrayLength());
        foreach (JsonElement network in result.GetProperty("networks").EnumerateArray())
        {
            Assert.IsGreaterThan(0.0, network.GetProperty("trainerImagesPerSecond").GetDouble());
            Assert.IsGreaterThan(0.0, network.GetProperty("preparedImagesPerSecond").GetDouble());
            // What is more than the largest product of matrices would be counted wrongly, were the machine as fast all the time.
            Assert.IsLessThan(10 * peak, network.GetProperty("gigaflopPerImage").GetDouble() * network.GetProperty("bareImagesPerSecond").GetDouble() / 1e3);
        }
    }

    [TestMethod]
    public void Trainings_are_measured_in_one_number_format()
    {
        ToolProcess bench = ToolProcess.Ablation(Path.GetTempPath(), "bench", "--training", "--precision", "Float32");
        Assert.AreEqual(ExitCode.BadInput, bench.ExitCode);
        StringAssert.Contains(bench.Error, "leave out --precisions, --precision and --gpu");
    }

    [TestMethod]
    public void A_GPU_that_is_not_there_is_named()
    {
        ToolProcess bench = ToolProcess.Ablation(Path.GetTempPath(), "bench", "--gpu", "99");
        Assert.AreEqual(ExitCode.BadInput, bench.ExitCode);
        StringAssert.Contains(bench.Error, "GpuDeviceId is 99");
    }
}
