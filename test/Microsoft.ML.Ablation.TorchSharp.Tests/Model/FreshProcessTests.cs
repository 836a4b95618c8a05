using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.TorchSharp.Tests;

/// <summary>The test starts itself a second time; the second process only loads the model with plain ML.NET and scores.</summary>
[TestClass]
public class FreshProcessTests
{
    private const string Variable = "ABLATION_TEST_FRESH_PROCESS";

    [TestMethod]
    public void A_saved_model_gives_the_same_bits_in_a_fresh_process()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given)
        {
            ScoreOnly(given);
            return;
        }
        string folder = Directory.CreateTempSubdirectory("ablation-tests-").FullName;
        try
        {
            var ml = new MLContext(seed: 1);
            IDataView data = ToyImages.ToView(ml, ToyImages.Make(40));
            using var model = ml.MulticlassClassification.Trainers.AblatedImageClassification(ToyImages.FewEpochs(2)).Fit(data);
            ml.Model.Save(model, data.Schema, Path.Combine(folder, "model.zip"));
            StartSelf(folder);
            byte[] here = Bytes(model.Transform(data));
            CollectionAssert.AreEqual(here, File.ReadAllBytes(Path.Combine(folder, "scores")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void ScoreOnly(string folder)
    {
        var ml = new MLContext();
        ITransformer model = ml.Model.Load(Path.Combine(folder, "model.zip"), out _);
        File.WriteAllBytes(Path.Combine(folder, "scores"), Bytes(model.Transform(ToyImages.ToView(ml, ToyImages.Make(40)))));
    }

    private static byte[] Bytes(IDataView scored) =>
        MemoryMarshal.AsBytes(scored.GetColumn<float[]>("Score").SelectMany(score => score).ToArray().AsSpan()).ToArray();

    private static void StartSelf(string folder)
    {
        string program = Environment.ProcessPath!;
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (Path.GetFileNameWithoutExtension(program) == "dotnet")
            start.ArgumentList.Add(typeof(FreshProcessTests).Assembly.Location);
        foreach (string argument in new[] { "--filter", $"FullyQualifiedName~{nameof(A_saved_model_gives_the_same_bits_in_a_fresh_process)}" })
            start.ArgumentList.Add(argument);
        start.ArgumentList.Add("--results-directory");
        start.ArgumentList.Add(folder);
        start.Environment[Variable] = folder;
        // Variables by which a test runner talks to the first process do not concern the second.
        foreach (string name in start.Environment.Keys.Where(name => name.StartsWith("TESTINGPLATFORM", StringComparison.OrdinalIgnoreCase)).ToArray())
            start.Environment.Remove(name);
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode, output.Result + errors.Result);
    }
}
