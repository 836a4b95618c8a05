using System.Text.Json;

namespace Microsoft.ML.Ablation.Tool.Tests;

[TestClass]
public sealed class AttackCommandTests
{
    private static string s_folder = "";

    private static string[] Attack => ["attack", "--model", "model.zip", "--generated", "--rows", "5", "--restarts", "1", "--first-look", "50", "--closer-look", "100",
        "--verification-votes", "200", "-q"];

    [ClassInitialize]
    public static void Train(TestContext _)
    {
        s_folder = Directory.CreateTempSubdirectory("ablation-attacks-").FullName;
        ToolProcess train = ToolProcess.Ablation(s_folder, "train", "--generated", "--train-rows", "1000", "--epochs", "1", "--k", "150",
            "--paper", "--votes", "200", "--selection-votes", "50", "--out", "model.zip", "-q");
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
            Assert.AreEqual(RunText.WithoutSeconds(s_folder, "whole", file), RunText.WithoutSeconds(s_folder, "killed", file));

        foreach ((string[] more, string told) in new (string[], string)[]
        {
            (["--attack-seed", "2"], "seed of options is 2, but was 1"),
            (["--skip", "1"], "firstRow is 1, but was 0"),
            (["--k", "100"], "retainedPixels of certifier is 100, but was 150"),
        })
        {
            ToolProcess other = ToolProcess.Ablation(s_folder, [.. Attack, "--run", "whole", .. more]);
            Assert.AreEqual(2, other.ExitCode, other.Error);
            StringAssert.Contains(other.Error, told);
        }
    }

    [TestMethod]
    [DataRow("SparseRandomSearch", "")]
    [DataRow("ProjectedGradient", "--ablations 20")]
    public void Other_attacks_are_made_too(string attack, string more)
    {
        ToolProcess search = ToolProcess.Ablation(s_folder, ["attack", "--model", "model.zip", "--generated", "--rows", "2", "--attack", attack, "--steps", "5",
            "--largest-budget", "40", "--first-look", "50", "--closer-look", "50", "--verification-votes", "100", "-q", .. more.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        Assert.AreEqual(0, search.ExitCode, search.Error);
        StringAssert.Contains(search.Output, $"{attack} attack");
        StringAssert.Contains(search.Output, "Certificates refuted");
    }

    [TestMethod]
    public void A_patch_has_another_unit_than_certificates_of_pixels()
    {
        ToolProcess patch = ToolProcess.Ablation(s_folder, ["attack", "--model", "model.zip", "--generated", "--rows", "2", "--attack", "AdversarialPatch", "--steps", "5",
            "--ablations", "20", "--largest-side", "12", "--first-look", "50", "--closer-look", "50", "--verification-votes", "100", "-q", "--run", "patch", "--json"]);
        Assert.AreEqual(0, patch.ExitCode, patch.Error);
        JsonElement result = JsonDocument.Parse(patch.Output).RootElement;
        Assert.AreEqual(1, result.GetProperty("patch").GetProperty("height").GetInt32());
        Assert.AreEqual(JsonValueKind.Null, result.GetProperty("certifiedAccuracy").ValueKind);
        Assert.Contains("\"largestSide\": 12", File.ReadAllText(Path.Combine(s_folder, "patch", "manifest.json")));
        ToolProcess table = ToolProcess.Ablation(s_folder, ["attack", "--model", "model.zip", "--generated", "--rows", "2", "--attack", "AdversarialPatch", "--steps", "5",
            "--ablations", "20", "--largest-side", "12", "--first-look", "50", "--closer-look", "50", "--verification-votes", "100", "-q", "--run", "patch"]);
        Assert.AreEqual(0, table.ExitCode, table.Error);
        StringAssert.Contains(table.Output, "Accuracy at 2 × 2 pixels");
        Assert.DoesNotContain("Certificates refuted", table.Output);
    }

    [TestMethod]
    public void What_cannot_be_is_told_in_one_line()
    {
        foreach ((string[] command, string told) in new (string[], string)[]
        {
            ([.. Attack, "--steps", "5"], "--steps belongs to --attack SparseRandomSearch, ProjectedGradient and AdversarialPatch"),
            ([.. Attack, "--largest-side", "5"], "--largest-side belongs to --attack AdversarialPatch"),
            (["attack", "--model", "model.zip", "--attack", "SparseRandomSearch", "--restarts", "2"], "--restarts belongs to --attack Pointwise"),
            (["attack", "--model", "none.zip"], "There is no model file"),
            (["attack"], "--model"),
            ([.. Attack, "--k", "785"], "k is 785"),
            (["attack", "--model", "model.zip", "--generated", "--closer-look", "10"], "CloserLookVotes"),
        })
        {
            ToolProcess process = ToolProcess.Ablation(s_folder, command);
            Assert.AreEqual(2, process.ExitCode, $"{string.Join(' ', command)}: {process.Error}");
            StringAssert.Contains(process.Error, told, StringComparison.OrdinalIgnoreCase);
        }
    }
}
