using System.Text.Json;

namespace Microsoft.ML.Ablation.Tool.Tests.Tuning;

/// <summary>The command line of <c>tune</c>, on generated digits.</summary>
[TestClass]
public sealed class TuneCommandTests
{
    private static string s_folder = "";
    private static JsonElement s_result;

    [ClassInitialize]
    public static void Tune(TestContext _)
    {
        s_folder = Directory.CreateTempSubdirectory("ablation-tune-").FullName;
        ToolProcess tune = ToolProcess.Ablation(s_folder, ["tune", "--generated", "--train-rows", "1200", "--budget", "10s", "--out", "tuned", "--json"]);
        Assert.AreEqual(0, tune.ExitCode, tune.Error);
        s_result = JsonDocument.Parse(tune.Output).RootElement;
    }

    [ClassCleanup]
    public static void Clean() => Directory.Delete(s_folder, recursive: true);

    [TestMethod]
    public void Every_k_is_tried_under_three_rules_and_both_families_under_two()
    {
        JsonElement[] candidates = [.. s_result.GetProperty("candidates").EnumerateArray()];
        Assert.HasCount(6 * 3 + 2 * 2, candidates);
        Assert.HasCount(22, candidates.Select(candidate => (candidate.GetProperty("ablations").GetString(), candidate.GetProperty("rule").GetString())).Distinct());
        Assert.IsTrue(candidates.Any(candidate => candidate.GetProperty("isOnFrontier").GetBoolean()));
        foreach (JsonElement candidate in candidates)
            Assert.IsTrue(File.Exists(Path.Combine(s_folder, candidate.GetProperty("run").GetString()!, "rows.jsonl")));
    }

    [TestMethod]
    public void The_chosen_model_certifies_as_chosen_and_its_commands_are_understood()
    {
        JsonElement chosen = s_result.GetProperty("chosen");
        var ml = new MLContext();
        ITransformer model = ModelFile.Load(ml, Path.Combine(s_folder, "tuned", "model.zip"));
        using var owned = (IDisposable)model;
        SmoothedCertifierTransformer certifier = CertificationRun.FindCertifier(model);
        Assert.AreEqual(chosen.GetProperty("rule").GetString(), $"{certifier.Options.Rule}");
        int? k = chosen.GetProperty("retainedPixels").ValueKind == JsonValueKind.Null ? null : chosen.GetProperty("retainedPixels").GetInt32();
        Assert.AreEqual(k, (certifier.Classifier.Ablation as RandomAblationTransformer)?.RetainedCount);
        ToolProcess certify = ToolProcess.Ablation(s_folder, ["certify", "--model", Path.Combine("tuned", "model.zip"), "--generated", "--rows", "2"]);
        Assert.AreEqual(0, certify.ExitCode, certify.Error);
        string[] commands = [.. s_result.GetProperty("commands").EnumerateArray().Select(command => command.GetString()!)];
        Assert.HasCount(2, commands);
        foreach (string command in commands)
        {
            StringAssert.Contains(command, "--generated");
            Assert.IsEmpty(Program.CreateRoot().Parse(command.Split(' ')[1..]).Errors, command);
        }
    }

    [TestMethod]
    public void The_runs_make_a_report()
    {
        string[] runs = [.. Directory.GetDirectories(Path.Combine(s_folder, "tuned", "runs"))];
        ToolProcess report = ToolProcess.Ablation(s_folder, ["report", "--run", .. runs, "--out", "report.html"]);
        Assert.AreEqual(0, report.ExitCode, report.Error);
    }

    [TestMethod]
    public void A_folder_with_something_in_it_is_refused()
    {
        ToolProcess tune = ToolProcess.Ablation(s_folder, ["tune", "--generated", "--out", "tuned"]);
        Assert.AreEqual(2, tune.ExitCode);
        StringAssert.Contains(tune.Error, "The folder 'tuned' is not empty; give --out another one.");
    }

    [TestMethod]
    [DataRow("5")]
    [DataRow("0m")]
    [DataRow("m")]
    [DataRow("1.5h")]
    [DataRow("10001h")]
    public void A_budget_has_a_unit(string budget)
    {
        ToolProcess tune = ToolProcess.Ablation(s_folder, ["tune", "--generated", "--budget", budget]);
        Assert.AreEqual(2, tune.ExitCode);
        StringAssert.Contains(tune.Error, $"--budget is '{budget}'; it must be a whole number of seconds, minutes or hours up to 10000, such as 90s, 30m or 2h");
    }

    [TestMethod]
    public void Too_few_images_are_refused()
    {
        ToolProcess tune = ToolProcess.Ablation(s_folder, ["tune", "--generated", "--train-rows", "100", "--out", "few"]);
        Assert.AreEqual(2, tune.ExitCode);
        StringAssert.Contains(tune.Error, "candidates are compared on at least 20; give more images");
    }
}
