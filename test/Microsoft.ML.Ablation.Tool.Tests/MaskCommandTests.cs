using System.Text.Json;
using Microsoft.ML.Ablation.Certification;

namespace Microsoft.ML.Ablation.Tool.Tests;

/// <summary>The command line with fixed masks.</summary>
[TestClass]
public sealed class MaskCommandTests
{
    private const int Rows = 4;

    private static readonly string[] s_small = ["--generated", "--train-rows", "400", "--epochs", "6"];

    private static string s_folder = "";

    private static string[] Certify => ["certify", "--model", "model.zip", "--generated", "--rows", $"{Rows}"];

    [ClassInitialize]
    public static void TrainAndCertify(TestContext _)
    {
        s_folder = Directory.CreateTempSubdirectory("ablation-masks-").FullName;
        Succeed(["train", .. s_small, "--masks", "7", "--out", "model.zip"]);
        Succeed(["train", .. s_small, "--bands", "9", "--rule", "Gap", "--patch", "1x2", "--out", "bands.zip"]);
        Succeed([.. Certify, "--run", "whole", "--out", "whole.csv"]);
        Succeed("certify", "--model", "bands.zip", "--generated", "--rows", "2", "--run", "patched", "--out", "patched.csv");
    }

    [ClassCleanup]
    public static void Clean() => Directory.Delete(s_folder, recursive: true);

    [TestMethod]
    public void Train_makes_a_model_with_masks_and_condorcet()
    {
        using var partition = (IDisposable)Load("model.zip", out SmoothedCertifierTransformer certifier);
        Assert.AreEqual(7, certifier.Masks?.Count);
        Assert.IsTrue(certifier.Masks?.IsPartition);
        Assert.AreEqual((CertificationRule.Condorcet, CertifiedAttack.Auto), (certifier.Options.Rule, certifier.Options.Attack));
        using var bands = (IDisposable)Load("bands.zip", out certifier);
        Assert.AreEqual((56, 9 * 28), (certifier.Masks?.Count, certifier.Masks?.LargestRetainedCount));
        Assert.AreEqual((CertificationRule.Gap, 1, 2), (certifier.Options.Rule, certifier.Options.PatchHeight, certifier.Options.PatchWidth));
    }

    [TestMethod]
    public void A_run_is_resumed_after_a_cut_with_the_rows_of_one_that_was_not()
    {
        string cut = Directory.CreateDirectory(Path.Combine(s_folder, "cut")).FullName;
        File.Copy(PathOf("whole", "manifest.json"), Path.Combine(cut, "manifest.json"));
        // Two rows, and half of the third.
        string[] lines = File.ReadAllLines(PathOf("whole", "rows.jsonl"));
        File.WriteAllText(Path.Combine(cut, "rows.jsonl"), $"{lines[0]}\n{lines[1]}\n{lines[2][..(lines[2].Length / 2)]}");
        ToolProcess rest = ToolProcess.Ablation(s_folder, [.. Certify, "--run", "cut", "--out", "cut.csv"]);
        Assert.AreEqual(0, rest.ExitCode, rest.Error);
        StringAssert.Contains(rest.Error, "Resuming 'cut' after 2 rows.");
        Assert.AreEqual(Read("whole.csv"), Read("cut.csv"));
        Assert.AreEqual(RunText.WithoutSeconds(s_folder, "whole", "rows.jsonl"), RunText.WithoutSeconds(s_folder, "cut", "rows.jsonl"));
    }

    [TestMethod]
    public void Evaluate_gives_what_certify_gave_and_every_other_claim_from_the_same_answers()
    {
        Succeed("evaluate", "--run", "whole", "--out", "again.csv");
        Assert.AreEqual(Read("whole.csv"), Read("again.csv"));
        foreach (string[] claims in (string[][])[["--rule", "Gap"], ["--rule", "Majority"], ["--against", "Patch"], ["--rule", "Gap", "--against", "Patch", "--patch", "2x1"]])
        {
            Succeed([.. Certify, .. claims, "--out", "direct.csv"]);
            Succeed(["evaluate", "--run", "whole", .. claims, "--out", "evaluated.csv"]);
            Assert.AreEqual(Read("direct.csv"), Read("evaluated.csv"), string.Join(' ', claims));
        }
        Succeed("evaluate", "--run", "patched", "--out", "again.csv");
        Assert.AreEqual(Read("patched.csv"), Read("again.csv"));
    }

    [TestMethod]
    public void A_result_tells_its_masks_and_no_sampling()
    {
        JsonElement json = JsonDocument.Parse(Succeed("evaluate", "--run", "whole", "--json").Output).RootElement;
        Assert.AreEqual(7, json.GetProperty("masks").GetInt32());
        Assert.AreEqual("Positions", json.GetProperty("against").GetString());
        foreach (string sampled in new[] { "retainedPixels", "selectionVotes", "estimationVotes", "alpha", "patch" })
            Assert.IsFalse(json.TryGetProperty(sampled, out _), sampled);
        string table = Succeed("evaluate", "--run", "whole").Output;
        foreach (string line in new[] { "Certified against changed pixels", "7 of ", "Median certified radius", "Certified accuracy at ρ = 0" })
            StringAssert.Contains(table, line);
        Assert.DoesNotContain("alpha", table);
        table = Succeed("evaluate", "--run", "whole", "--against", "Patch").Output;
        foreach (string line in new[] { "Certified against one patch", "Median certified patch side", "Certified accuracy at m = 0" })
            StringAssert.Contains(table, line);

        json = JsonDocument.Parse(Succeed("evaluate", "--run", "patched", "--json").Output).RootElement;
        Assert.AreEqual("Patch", json.GetProperty("against").GetString());
        CollectionAssert.AreEqual(new[] { 1, 2 }, json.GetProperty("patch").EnumerateArray().Select(side => side.GetInt32()).ToArray());
        table = Succeed("evaluate", "--run", "whole", "patched").Output;
        foreach (string line in new[] { "7 of ", "56 of 252 positions", "Median certified radius", "Median certified multiple" })
            StringAssert.Contains(table, line);
    }

    [TestMethod]
    public void Recount_asks_the_masks_again()
    {
        StringAssert.Contains(Succeed("recount", "--run", "whole", "--model", "model.zip", "--generated", "--rows", "2").Output, "2 rows recounted, all as in the run");
        ToolProcess other = ToolProcess.Ablation(s_folder, "recount", "--run", "patched", "--model", "bands.zip", "--generated", "--held-out", "--rows", "1", "-q");
        Assert.AreEqual(1, other.ExitCode, other.Error);
        Assert.Contains("1 not as in the run: 0", other.Output);
    }

    /// <summary>Keys of rows are not secret with fixed masks.</summary>
    [TestMethod]
    public void A_published_model_certifies_into_a_run_without_a_seed()
    {
        Succeed("publish", "--model", "model.zip", "--out", "public.zip");
        Succeed("certify", "--model", "public.zip", "--generated", "--rows", "1", "--run", "published");
        Assert.AreEqual(RunText.WithoutSeconds(s_folder, "published", "rows.jsonl").TrimEnd(), RunText.WithoutSeconds(s_folder, "whole", "rows.jsonl").Split('\n')[0]);
    }

    [TestMethod]
    public void A_page_has_masks_and_the_answers_to_them()
    {
        Succeed("report", "--run", "whole", "patched", "--model", "model.zip", "--generated", "--out", "masks.html", "--plots", "plots");
        string page = Read("masks.html");
        StringAssert.Contains(page, "Certificates hold without chance: each of the 7 masks was asked once.");
        StringAssert.Contains(page, "7 of ");
        // Of each row the image and four of its masks, which are different ones; three images show encodings.
        Assert.AreEqual(Rows * 5 + 3, page.Split("<img ").Length - 1);
        Assert.AreEqual(Rows * 4, page.Split("alt=\"The same, ablated; the base classifier answers ").Length - 1);
        string row = page[page.IndexOf("<div class=\"row\">", StringComparison.Ordinal)..];
        string[] images = [.. row[..row.IndexOf("</div>", StringComparison.Ordinal)].Split("src=\"").Skip(1).Select(part => part[..part.IndexOf('"')])];
        Assert.HasCount(5, images.Distinct());
        // Radii of the two runs count different things.
        StringAssert.Contains(page, "size of a patch");
        CollectionAssert.AreEquivalent(new[] { "certified-accuracy.svg", "certified-accuracy-2.svg", "radii-1.svg", "radii-2.svg" },
            Directory.GetFiles(PathOf("plots")).Select(Path.GetFileName).ToArray());
        Assert.DoesNotContain("\"family\"", page);
        Succeed("report", "--run", "patched", "--out", "patches.html");
        foreach (string said in new[] { "Smallest multiples of a 1 × 2 patch", "m, size of a patch" })
            StringAssert.Contains(Read("patches.html"), said);
    }

    [TestMethod]
    public void Demo_certifies_with_masks()
    {
        string folder = Directory.CreateDirectory(PathOf("demo")).FullName;
        ToolProcess demo = ToolProcess.Ablation(folder, ["demo", .. s_small, "--rows", "2", "--masks", "5"]);
        Assert.AreEqual(0, demo.ExitCode, demo.Error);
        foreach (string line in new[] { "5 of ", "Condorcet", "Certified accuracy at ρ = 0" })
            StringAssert.Contains(demo.Output, line);
        Assert.HasCount(3, File.ReadAllLines(Path.Combine(folder, "ablation-demo", "certified.csv")));
    }

    [TestMethod]
    public void Options_that_contradict_fixed_masks_are_told_in_one_line()
    {
        File.WriteAllText(PathOf("seed.txt"), new string('a', 64));
        foreach ((string told, string[] command) in new (string, string[])[]
        {
            ("--k and --masks are given", ["train", .. s_small, "--k", "45", "--masks", "7"]),
            ("--masks and --bands are given", ["demo", .. s_small, "--masks", "7", "--bands", "4"]),
            ("--k and --bands and --blocks are given", ["bounds", "--blocks", "3", "--bands", "4", "-k", "3"]),
            ("--votes is given, but there is no sampling with fixed masks", ["train", .. s_small, "--masks", "7", "--votes", "100"]),
            ("--alpha is given, but there is no sampling with fixed masks", [.. Certify, "--alpha", "0.1"]),
            ("--adaptive is given, but there is no sampling with fixed masks", [.. Certify, "--adaptive"]),
            ("--secret-seed is given, but there is no sampling with fixed masks", [.. Certify, "--secret-seed", "seed.txt"]),
            ("--secret-seed is given, but 'whole' has fixed masks", ["report", "--run", "whole", "--model", "model.zip", "--generated", "--secret-seed", "seed.txt"]),
            ("has a fixed family of masks", [.. Certify, "--k", "30"]),
            ("--score-threshold is given, but ablations are random", ["train", .. s_small, "--score-threshold", "0.3"]),
            ("--against is given, but ablations are random", ["demo", .. s_small, "--k", "45", "--against", "Patch"]),
            ("rule Majority takes one", [.. Certify, "--score-threshold", "0.3", "--rule", "Majority"]),
            ("give --against Patch with it", [.. Certify, "--patch", "1x2"]),
            ("--patch is '0x2'; it must be rows and columns from 1", [.. Certify, "--patch", "0x2"]),
            ("--initial-retained-scale is 2, which is for random ablations", ["train", .. s_small, "--masks", "7", "--initial-retained-scale", "2"]),
            ("--retained-spread is 3, which is for random ablations", ["train", .. s_small, "--masks", "7", "--retained-spread", "3"]),
            ("--alpha is 0.1, but there is no sampling", ["evaluate", "--run", "whole", "--alpha", "0.1"]),
            ("rule is \"Gap\", but was \"Condorcet\"", [.. Certify, "--rule", "Gap", "--run", "whole"]),
            ("The number of masks is 785", ["train", .. s_small, "--masks", "785"]),
            ("--alpha is given with --masks", ["bounds", "--masks", "7", "--alpha", "0.1"]),
            ("--counts is given with --bands", ["bounds", "--bands", "7", "--counts", "3,4"]),
            ("--masks is 800, but the image has 784 pixels", ["bounds", "--masks", "800"]),
            ("785 pixels are no square", ["bounds", "--bands", "7", "--d", "785"]),
            ("at most 4096 pixels", ["bounds", "--blocks", "7", "--d", "10000"]),
        })
        {
            ToolProcess process = ToolProcess.Ablation(s_folder, [.. command, .. command[0] == "bounds" ? Array.Empty<string>() : ["-q"]]);
            Assert.AreEqual(2, process.ExitCode, $"{string.Join(' ', command)}: {process.Output}{process.Error}");
            StringAssert.Contains(process.Error, told);
            Assert.HasCount(1, process.Error.TrimEnd().Split('\n'), process.Error);
        }
    }

    [TestMethod]
    public void A_threshold_lets_masks_vote_for_several_classes_also_from_a_run()
    {
        string[] certify = [.. Certify, "--score-threshold", "0.05", "--rule", "Gap"];
        Succeed([.. certify, "--run", "several", "--out", "several.csv"]);
        Succeed("evaluate", "--run", "several", "--out", "several-again.csv");
        Assert.AreEqual(Read("several.csv"), Read("several-again.csv"));
        string[] votes = [.. File.ReadAllLines(PathOf("several.csv")).Skip(1).Select(line => line.Split(',')[7])];
        Assert.IsTrue(votes.Any(counts => counts.Split(' ').Sum(int.Parse) > 7), string.Join("; ", votes));
    }

    private static ITransformer Load(string model, out SmoothedCertifierTransformer certifier)
    {
        ITransformer loaded = new MLContext().Model.Load(PathOf(model), out _);
        certifier = CertificationRun.FindCertifier(loaded);
        return loaded;
    }

    private static string PathOf(params string[] parts) => Path.Combine([s_folder, .. parts]);

    private static string Read(string file) => File.ReadAllText(PathOf(file));

    private static ToolProcess Succeed(params string[] command)
    {
        ToolProcess process = ToolProcess.Ablation(s_folder, [.. command, "-q"]);
        Assert.AreEqual(0, process.ExitCode, $"{string.Join(' ', command)}: {process.Error}");
        return process;
    }
}
