using System.Diagnostics;

namespace Microsoft.ML.Ablation.Tool.Tests;

/// <summary>What ends a program from outside ends it after the row at hand, with nothing half-written and a run that goes on.</summary>
[TestClass]
[OSCondition(OperatingSystems.Linux | OperatingSystems.OSX)]
public sealed class StopSignalTests
{
    private static string s_folder = "";

    [ClassInitialize]
    public static void Train(TestContext _)
    {
        s_folder = Directory.CreateTempSubdirectory("ablation-signals-").FullName;
        ToolProcess train = ToolProcess.Ablation(s_folder, "train", "--generated", "--train-rows", "100", "--epochs", "1", "--k", "100", "--paper", "--votes", "400", "--selection-votes", "50",
            "--out", "model.zip", "-q");
        Assert.AreEqual(0, train.ExitCode, train.Error);
    }

    [ClassCleanup]
    public static void Clean() => Directory.Delete(s_folder, recursive: true);

    [TestMethod]
    [DataRow("HUP", "certify")]
    [DataRow("QUIT", "certify")]
    [DataRow("HUP", "attack")]
    public void A_signal_leaves_a_run_that_goes_on_and_nothing_else(string signal, string verb)
    {
        if (verb == "attack")
            LongTests.Require("an attack of a row takes half a minute");
        string name = $"{verb}-{signal}", rows = Path.Combine(s_folder, name, "rows.jsonl");
        string[] line = [verb, "--model", Path.Combine(s_folder, "model.zip"), "--generated", "--run", name, "-q"];
        (int code, string error) = Signal(signal, () => File.Exists(rows) && new FileInfo(rows).Length > 0, [.. line, "--out", $"{name}.csv"]);
        Assert.AreEqual(130, code, error);
        Assert.AreEqual("ablation: stopped; no file was left incomplete", error.Trim());
        CollectionAssert.AreEquivalent(new[] { "model.zip", name }, Directory.GetFileSystemEntries(s_folder).Select(Path.GetFileName).ToArray());
        int finished = File.ReadAllLines(rows).Length;
        StringAssert.EndsWith(File.ReadAllText(rows), "}\n");
        ToolProcess rest = ToolProcess.Ablation(s_folder, [.. line, "--rows", $"{finished + 1}"]);
        Assert.AreEqual(0, rest.ExitCode, rest.Error);
        Assert.HasCount(finished + 1, File.ReadAllLines(rows));
        Directory.Delete(Path.Combine(s_folder, name), recursive: true);
    }

    /// <summary>Runs the tool and sends it a signal as soon as something holds.</summary>
    private static (int Code, string Error) Signal(string signal, Func<bool> holds, string[] arguments)
    {
        // Whoever runs the tests may have them started with signals ignored (nohup, a job in the background), which programs inherit.
        string[] command = ["dotnet", Path.Combine(AppContext.BaseDirectory, "ablation.dll"), .. arguments];
        if (OperatingSystem.IsLinux())
            command = ["env", $"--default-signal={signal}", .. command];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            WorkingDirectory = s_folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["OMP_WAIT_POLICY"] = "PASSIVE";
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        while (!holds() && !process.WaitForExit(1))
        {
        }
        using Process kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"])!;
        kill.WaitForExit();
        process.WaitForExit();
        Task.WaitAll(output, error);
        return (process.ExitCode, error.Result);
    }
}
