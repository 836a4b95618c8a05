using System.Text.Json;
using System.Text.RegularExpressions;

namespace Microsoft.ML.Ablation.Tool.Tests;

[TestClass]
public sealed partial class AttackCommandTests
{
    private static string s_folder = "";

    private static string[] Attack => ["attack", "--model", "model.zip", "--generated", "--rows", "5", "--restarts", "1", "--first-look", "50", "--closer-look", "100",
        "--verification-votes", "200", "-q"];

    [ClassInitialize]
    public static void Train(TestContext _)
    {
        s_folder = Directory.CreateTempSubdirectory("ablation-attacks-").FullName;
        ToolProcess train = ToolProcess.Ablation(s_folder, "train", "--generated", "--train-rows", "1000", "--epochs", "1", "--k", "150",
            "--votes", "200", "--selection-votes", "50", "--out", "model.zip", "-q");
        Assert.AreEqual(0, train.ExitCode, train.Error);
    }

    [ClassCleanup]
    public static void Clean() => Directory.Delete(s_folder, recursive: true);

    [TestMethod]
    public void An_attack_says_what_it_found_and_goes_on_after_a_kill()
    {
        ToolProcess whole = ToolProcess.Ablation(s_folder, [.. Attack, "--run", "whole", "--out", "whole.csv", "--json"]);
        Assert.AreEqual(0, whole.ExitCode, whole.Error);
        JsonElement result = JsonDocument.Parse(whole.Output).RootElement;
        Assert.AreEqual(5, result.GetProperty("rows").GetInt32());
        Assert.AreEqual("Pointwise", result.GetProperty("attack").GetString());
        Assert.AreEqual(0, result.GetProperty("refuted").GetInt32());
        Assert.IsGreaterThan(0, result.GetProperty("queries").GetInt64());
        Assert.HasCount(33, result.GetProperty("robustAccuracy").EnumerateArray());
        string[] lines = File.ReadAllLines(Path.Combine(s_folder, "whole.csv"));
        Assert.AreEqual("row,label,answer,certified_radius,distance,verified,adversarial_answer,queries,votes,seconds", lines[0]);
        Assert.HasCount(6, lines);

        string rows = Path.Combine(s_folder, "killed", "rows.jsonl");
        Assert.IsTrue(ToolProcess.KillWhen(() => File.Exists(rows) && File.ReadAllBytes(rows).Count(b => b == '\n') >= 2, s_folder, [.. Attack, "--run", "killed"]));
        ToolProcess rest = ToolProcess.Ablation(s_folder, [.. Attack, "--run", "killed"]);
        Assert.AreEqual(0, rest.ExitCode, rest.Error);
        foreach (string file in new[] { "manifest.json", "rows.jsonl" })
            Assert.AreEqual(WithoutSeconds("whole", file), WithoutSeconds("killed", file));

        foreach ((string[] more, string told) in new (string[], string)[]
        {
            (["--attack-seed", "2"], "options is {"),
            (["--skip", "1"], "firstRow is 1, but was 0"),
            (["--k", "100"], "certifier is {"),
        })
        {
            ToolProcess other = ToolProcess.Ablation(s_folder, [.. Attack, "--run", "whole", .. more]);
            Assert.AreEqual(2, other.ExitCode, other.Error);
            StringAssert.Contains(other.Error, told);
        }
    }

    [TestMethod]
    public void Random_search_attacks_too()
    {
        ToolProcess search = ToolProcess.Ablation(s_folder, "attack", "--model", "model.zip", "--generated", "--rows", "2", "--attack", "SparseRandomSearch", "--steps", "20",
            "--largest-budget", "40", "--first-look", "50", "--closer-look", "50", "--verification-votes", "100", "-q");
        Assert.AreEqual(0, search.ExitCode, search.Error);
        StringAssert.Contains(search.Output, "SparseRandomSearch attack");
        StringAssert.Contains(search.Output, "Certificates refuted");
    }

    [TestMethod]
    public void What_cannot_be_is_told_in_one_line()
    {
        foreach ((string[] command, string told) in new (string[], string)[]
        {
            ([.. Attack, "--steps", "5"], "belong to --attack SparseRandomSearch"),
            (["attack", "--model", "model.zip", "--attack", "SparseRandomSearch", "--restarts", "2"], "belong to --attack Pointwise"),
            (["attack", "--model", "none.zip"], "There is no model file"),
            (["attack"], "--model"),
            ([.. Attack, "--k", "785"], "k is 785"),
            ([.. Attack[..^1], "--closer-look", "10"], "closer-look"),
        })
        {
            ToolProcess process = ToolProcess.Ablation(s_folder, command);
            Assert.AreEqual(2, process.ExitCode, $"{string.Join(' ', command)}: {process.Error}");
            StringAssert.Contains(process.Error, told, StringComparison.OrdinalIgnoreCase);
        }
    }

    private static string WithoutSeconds(string run, string file) =>
        SumAtEnd().Replace(Seconds().Replace(File.ReadAllText(Path.Combine(s_folder, run, file)), ""), "}");

    [GeneratedRegex("\"seconds\":[0-9.E-]+")]
    private static partial Regex Seconds();

    [GeneratedRegex(",\"sum\":\"[0-9a-f]+\"}", RegexOptions.Multiline)]
    private static partial Regex SumAtEnd();
}
