using System.Globalization;
using System.Text.Json;
using Microsoft.ML.Ablation.Tool.Output;
using Microsoft.ML.Ablation.Tool.Runs;
using Parquet.Serialization;

namespace Microsoft.ML.Ablation.Tool.Tests;

[TestClass]
public sealed class RunCommandTests
{
    private const int Rows = 60;

    private static readonly JsonSerializerOptions s_naming = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private static string s_folder = "";

    private static string[] Certify => ["certify", "--model", "model.zip", "--generated", "--rows", $"{Rows}", "-q"];

    [ClassInitialize]
    public static void TrainAndCertify(TestContext _)
    {
        s_folder = Directory.CreateTempSubdirectory("ablation-runs-").FullName;
        ToolProcess train = ToolProcess.Ablation(s_folder, "train", "--generated", "--train-rows", "1000", "--epochs", "1", "--k", "150",
            "--paper", "--votes", "500", "--selection-votes", "100", "--out", "model.zip", "-q");
        Assert.AreEqual(0, train.ExitCode, train.Error);
        ToolProcess whole = ToolProcess.Ablation(s_folder, [.. Certify, "--run", "whole", "--out", "whole.csv"]);
        Assert.AreEqual(0, whole.ExitCode, whole.Error);
    }

    [ClassCleanup]
    public static void Clean() => Directory.Delete(s_folder, recursive: true);

    [TestMethod]
    public void A_run_killed_again_and_again_has_the_rows_of_one_never_killed()
    {
        var random = new Random(1);
        int killed = 0;
        string rows = Path.Combine(s_folder, "killed", "rows.jsonl");
        for (int finished = 0; finished < Rows - 5; finished = File.ReadAllLines(rows).Length)
        {
            int wait = finished + (LongTests.AreWanted ? random.Next(5, 20) : 40);
            if (ToolProcess.KillWhen(() => File.Exists(rows) && File.ReadAllBytes(rows).Count(b => b == '\n') >= wait, s_folder, [.. Certify, "--run", "killed"]))
                killed++;
        }
        Assert.IsGreaterThanOrEqualTo(LongTests.AreWanted ? 3 : 1, killed);
        ToolProcess last = ToolProcess.Ablation(s_folder, [.. Certify, "--run", "killed", "--out", "killed.csv"]);
        Assert.AreEqual(0, last.ExitCode, last.Error);
        Assert.AreEqual(File.ReadAllText(Path.Combine(s_folder, "whole.csv")), File.ReadAllText(Path.Combine(s_folder, "killed.csv")));
        foreach (string file in new[] { "manifest.json", "rows.jsonl" })
            Assert.AreEqual(RunText.WithoutSeconds(s_folder, "whole", file), RunText.WithoutSeconds(s_folder, "killed", file));
    }

    [TestMethod]
    public void A_run_that_is_stopped_ends_with_a_whole_row_and_goes_on()
    {
        string[] certify = ["certify", "--model", "model.zip", "--generated", "--rows", $"{Rows}", "--run", "stopped"];
        ToolProcess stopped = ToolProcess.Interrupt(s_folder, certify);
        Assert.AreEqual(130, stopped.ExitCode, stopped.Error);
        string rows = Path.Combine(s_folder, "stopped", "rows.jsonl");
        if (File.Exists(rows))
            StringAssert.EndsWith(File.ReadAllText(rows), "}\n");
        ToolProcess rest = ToolProcess.Ablation(s_folder, certify);
        Assert.AreEqual(0, rest.ExitCode, rest.Error);
        Assert.AreEqual(RunText.WithoutSeconds(s_folder, "whole", "rows.jsonl"), RunText.WithoutSeconds(s_folder, "stopped", "rows.jsonl"));
    }

    [TestMethod]
    public void Evaluate_gives_what_certify_gave_and_other_levels_from_the_same_votes()
    {
        ToolProcess same = ToolProcess.Ablation(s_folder, "evaluate", "--run", "whole", "--out", "again.csv", "--json");
        Assert.AreEqual(0, same.ExitCode, same.Error);
        Assert.AreEqual(File.ReadAllText(Path.Combine(s_folder, "whole.csv")), File.ReadAllText(Path.Combine(s_folder, "again.csv")));
        Assert.AreEqual(Rows, JsonDocument.Parse(same.Output).RootElement.GetProperty("rows").GetInt32());

        ToolProcess direct = ToolProcess.Ablation(s_folder, [.. Certify, "--rule", "Gap", "--alpha", "0.001", "--out", "gap.csv"]);
        Assert.AreEqual(0, direct.ExitCode, direct.Error);
        ToolProcess gap = ToolProcess.Ablation(s_folder, "evaluate", "--run", "whole", "--rule", "Gap", "--alpha", "0.001", "--out", "gap-again.csv");
        Assert.AreEqual(0, gap.ExitCode, gap.Error);
        StringAssert.Contains(gap.Output, "Gap, 0.001");
        Assert.AreEqual(File.ReadAllText(Path.Combine(s_folder, "gap.csv")), File.ReadAllText(Path.Combine(s_folder, "gap-again.csv")));

        ToolProcess two = ToolProcess.Ablation(s_folder, "evaluate", "--run", "whole", "whole", "--rule", "Bonferroni", "--json");
        Assert.AreEqual(0, two.ExitCode, two.Error);
        Assert.AreEqual(2, JsonDocument.Parse(two.Output).RootElement.GetArrayLength());
    }

    [TestMethod]
    public async Task Tables_say_the_same_as_csv_json_and_parquet()
    {
        foreach (string file in new[] { "rows.json", "rows.parquet", "rows.csv" })
            Assert.AreEqual(0, ToolProcess.Ablation(s_folder, "evaluate", "--run", "whole", "--out", file).ExitCode);
        string json = File.ReadAllText(Path.Combine(s_folder, "rows.json"));
        using FileStream parquet = File.OpenRead(Path.Combine(s_folder, "rows.parquet"));
        var read = (await ParquetSerializer.DeserializeAsync<CertifiedRecord>(parquet)).Data.ToList();
        Assert.AreEqual(json, JsonSerializer.Serialize(read, s_naming));
        string[] lines = File.ReadAllLines(Path.Combine(s_folder, "rows.csv"));
        Assert.HasCount(Rows, read);
        for (int i = 0; i < Rows; i++)
        {
            CertifiedRecord row = read[i];
            Assert.AreEqual(string.Create(CultureInfo.InvariantCulture, $"{row.Row},{row.Label},{row.Predicted},{(row.Abstained ? 1 : 0)},{row.CertifiedRadius},")
                + string.Create(CultureInfo.InvariantCulture, $"{row.LowerBound:R},{string.Join(' ', row.SelectionVotes)},{string.Join(' ', row.Votes)}"), lines[i + 1]);
        }
    }

    [TestMethod]
    public void Runs_that_do_not_fit_and_options_that_cannot_be_are_told_in_one_line()
    {
        foreach ((string[] command, string told) in new (string[], string)[]
        {
            ([.. Certify, "--run", "whole", "--k", "60"], "retainedPixels is 60, but was 150"),
            ([.. Certify, "--run", "whole", "--held-out"], "data is \"generated digits, held out\", but was \"generated digits\""),
            ([.. Certify, "--run", "."], "holds no run, but '"),
            (["evaluate", "--run", "nowhere"], "holds no run; 'ablation certify --run "),
            (["evaluate", "--run", "whole", "whole", "--out", "x.csv"], "give one --run with it"),
            (["evaluate", "--run", "whole", "--rule", "Condorcet"], "needs the contests between classes"),
            (["evaluate", "--run", "whole", "--alpha", "2"], "alpha"),
            (["evaluate"], "--run"),
        })
        {
            ToolProcess process = ToolProcess.Ablation(s_folder, command);
            Assert.AreEqual(2, process.ExitCode, $"{string.Join(' ', command)}: {process.Error}");
            StringAssert.Contains(process.Error, told, StringComparison.OrdinalIgnoreCase);
            Assert.HasCount(1, process.Error.TrimEnd().Split('\n'));
        }
    }

    [TestMethod]
    public void Rows_that_are_not_those_of_the_run_are_refused()
    {
        string copy = Directory.CreateDirectory(Path.Combine(s_folder, "copy")).FullName;
        File.Copy(Path.Combine(s_folder, "whole", "manifest.json"), Path.Combine(copy, "manifest.json"));
        string first = File.ReadAllLines(Path.Combine(s_folder, "whole", "rows.jsonl"))[1];
        // An intact record, of another row.
        using (RecordLog log = RecordLog.Open(Path.Combine(copy, "rows.jsonl"), out _))
            log.Append(RunText.WithoutSum(first).Replace("\"row\":1", "\"row\":0", StringComparison.Ordinal));
        ToolProcess process = ToolProcess.Ablation(s_folder, [.. Certify, "--run", "copy"]);
        Assert.AreEqual(2, process.ExitCode, process.Error);
        StringAssert.Contains(process.Error, "Row 0 is not the one that the run certified");
    }
}
