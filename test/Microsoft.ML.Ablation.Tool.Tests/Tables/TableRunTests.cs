using System.Text.Json;

namespace Microsoft.ML.Ablation.Tool.Tests.Tables;

/// <summary>Runs of tables: rows that are kept with their outputs or votes, resumed, and certified again without model or data.</summary>
[TestClass]
public sealed class TableRunTests
{
    private static string s_folder = "";

    [ClassInitialize]
    public static void Train(TestContext _)
    {
        s_folder = Directory.CreateTempSubdirectory("ablation-table-runs-").FullName;
        SmallTables.Write(s_folder, "houses.csv", SmallTables.HouseNames, SmallTables.Houses(120, seed: 1));
        SmallTables.Write(s_folder, "loans.csv", SmallTables.LoanNames, SmallTables.Loans(160, seed: 2));
        SmallTables.Write(s_folder, "messages.tsv", ["Kind", "Text"], SmallTables.Messages(80, seed: 3).Select((row, i) => i == 1 ? [row[0], "winner is"] : row), '\t');
        Succeed("train", "--data", "houses.csv", "--label", "Price", "--ignore", "Id", "--masks", "5", "--out", "houses.zip");
        Succeed("train", "--data", "houses.csv", "--label", "Price", "--ignore", "Id", "--k", "3", "--exact-budget", "0", "--votes", "200", "--largest-radius", "1", "--out", "random.zip");
        Succeed("train", "--data", "loans.csv", "--label", "Accepted", "--masks", "5", "--out", "loans.zip");
        Succeed("train", "--data", "messages.tsv", "--label", "Kind", "--task", "text", "--out", "messages.zip");
        Succeed("certify", "--model", "houses.zip", "--data", "houses.csv", "--rows", "40", "--run", "houses", "--out", "houses-out.csv");
        Succeed("certify", "--model", "random.zip", "--data", "houses.csv", "--rows", "20", "--run", "random");
        Succeed("certify", "--model", "loans.zip", "--data", "loans.csv", "--rows", "40", "--run", "loans");
        Succeed("train", "--data", "messages.tsv", "--label", "Kind", "--text", "Text", "--share", "0.4", "--votes", "150", "--selection-votes", "50", "--exact-budget", "60", "--out", "words.zip",
            "--validation-share", "0.05");
        Succeed("certify", "--model", "messages.zip", "--data", "messages.tsv", "--rows", "20", "--run", "messages");
        Succeed("certify", "--model", "words.zip", "--data", "messages.tsv", "--rows", "12", "--run", "words");
    }

    [ClassCleanup]
    public static void Clean() => Directory.Delete(s_folder, recursive: true);

    [TestMethod]
    [DataRow("houses", "houses.csv", 40)]
    [DataRow("random", "houses.csv", 20)]
    [DataRow("loans", "loans.csv", 40)]
    [DataRow("messages", "messages.tsv", 20)]
    [DataRow("words", "messages.tsv", 12)]
    public void Stored_rows_are_certified_as_they_were_without_model_or_data(string name, string data, int rows)
    {
        string folder = Path.Combine(s_folder, $"alone-{name}");
        CopyRun(name, folder);
        JsonElement certified = Json("certify", "--model", $"{name}.zip", "--data", data, "--rows", $"{rows}").GetProperty("figures");
        JsonElement evaluated = Json("evaluate", "--run", folder);
        if (data != "houses.csv")
        {
            Assert.AreEqual(certified.GetProperty("accuracy").GetDouble(), evaluated.GetProperty("accuracy").GetDouble());
            CollectionAssert.AreEqual(Shares(certified), Shares(evaluated));
        }
        else
        {
            Assert.AreEqual(certified.GetRawText(), evaluated.GetProperty("figures").GetRawText());
        }
    }

    [TestMethod]
    public void Other_claims_are_made_of_the_same_outputs()
    {
        JsonElement wide = Json("evaluate", "--run", "houses", "--largest-radius", "1", "--within", "0.3").GetProperty("figures");
        Assert.AreEqual(0.3, wide.GetProperty("within").GetDouble());
        Assert.AreEqual(2, wide.GetProperty("certifiedWithin").GetArrayLength());
        JsonElement certified = Json("certify", "--model", "houses.zip", "--data", "houses.csv", "--rows", "40", "--largest-radius", "1").GetProperty("figures");
        Assert.AreEqual(certified.GetProperty("medianWidth").GetRawText(), wide.GetProperty("medianWidth").GetRawText());
        double usual = Json("evaluate", "--run", "random").GetProperty("figures").GetProperty("medianWidth")[0].GetDouble();
        double surer = Json("evaluate", "--run", "random", "--alpha", "0.0001").GetProperty("figures").GetProperty("medianWidth")[0].GetDouble();
        Assert.IsGreaterThan(usual, surer);
        JsonElement[] both = [.. Json("evaluate", "--run", "houses", "random").EnumerateArray()];
        Assert.HasCount(2, both);
        Assert.IsFalse(both[0].TryGetProperty("alpha", out _));
        Assert.AreEqual(0.05, both[1].GetProperty("alpha").GetDouble());
        Succeed("evaluate", "--run", "loans", "--rule", "Majority");
        Succeed("evaluate", "--run", "messages", "words", "--rule", "Majority");
        Succeed("evaluate", "--run", "words", "--alpha", "0.2");
    }

    [TestMethod]
    [DataRow("houses", "houses.csv", 40)]
    [DataRow("random", "houses.csv", 20)]
    [DataRow("loans", "loans.csv", 40)]
    [DataRow("messages", "messages.tsv", 20)]
    [DataRow("words", "messages.tsv", 12)]
    public void A_run_that_was_stopped_is_resumed_to_the_same_rows(string name, string data, int rows)
    {
        string folder = Path.Combine(s_folder, $"stopped-{name}"), log = Path.Combine(folder, "rows.jsonl");
        CopyRun(name, folder);
        string[] whole = File.ReadAllLines(log);
        File.WriteAllText(log, string.Join('\n', whole[..7]) + "\n" + whole[7][..30]);
        ToolProcess resumed = ToolProcess.Ablation(s_folder, "certify", "--model", $"{name}.zip", "--data", data, "--rows", $"{rows}", "--run", folder);
        Assert.AreEqual(0, resumed.ExitCode, resumed.Error);
        StringAssert.Contains(resumed.Error, "after 7 rows");
        CollectionAssert.AreEqual(whole.Select(WithoutTime).ToArray(), File.ReadAllLines(log).Select(WithoutTime).ToArray());
    }

    [TestMethod]
    public void A_table_of_the_rows_is_written_from_the_run()
    {
        Succeed("evaluate", "--run", "houses", "--out", "again.csv");
        string[] again = File.ReadAllLines(Path.Combine(s_folder, "again.csv")), first = File.ReadAllLines(Path.Combine(s_folder, "houses-out.csv"));
        StringAssert.StartsWith(again[0], "Row,Area,Rooms,Baths,Garage,Age,Region,Price,Score,CertifiedLower_0");
        for (int i = 1; i <= 40; i++)
            CollectionAssert.AreEqual(first[i].Split(',')[^9..], again[i].Split(',')[^9..]);
    }

    [TestMethod]
    public void What_does_not_fit_is_told()
    {
        SmallTables.Write(s_folder, "other.csv", SmallTables.HouseNames, SmallTables.Houses(120, seed: 8));
        SmallTables.Write(s_folder, "unknown.csv", SmallTables.HouseNames[..^1], SmallTables.Houses(10, seed: 8).Select(row => row[..^1]));
        Directory.CreateDirectory(Path.Combine(s_folder, "renamed"));
        SmallTables.Write(s_folder, "renamed/houses.csv", SmallTables.HouseNames, SmallTables.Houses(120, seed: 8));
        Fail("holds another run", "certify", "--model", "houses.zip", "--data", "other.csv", "--run", "houses");
        Fail("largestRadius is 2, but was 3", "certify", "--model", "houses.zip", "--data", "houses.csv", "--largest-radius", "2", "--run", "houses");
        Fail("Row 0 is not the one that the run certified", "certify", "--model", "houses.zip", "--data", "renamed/houses.csv", "--run", "houses");
        Fail("has no column 'Price', but --run keeps rows", "certify", "--model", "houses.zip", "--data", "unknown.csv", "--run", "new");
        Fail("--alpha is 0.01, but all ablations", "evaluate", "--run", "houses", "--alpha", "0.01");
        Fail("--rule is given, but it is for classes", "evaluate", "--run", "houses", "--rule", "Gap");
        Fail("--within is given, but it is for numbers", "evaluate", "--run", "loans", "--within", "0.1");
        Fail("give runs of one kind", "evaluate", "--run", "houses", "loans");
        Fail("'messages' certified rows of a table", "recount", "--run", "messages", "--model", "messages.zip", "--generated");
        Fail("--against is for runs of images", "evaluate", "--run", "messages", "--against", "Positions");
        string damaged = Path.Combine(s_folder, "damaged");
        CopyRun("houses", damaged);
        string manifest = Path.Combine(damaged, "manifest.json");
        File.WriteAllText(manifest, File.ReadAllText(manifest).Replace("\"positions\": 6", "\"positions\": 7", StringComparison.Ordinal));
        Fail("is damaged", "evaluate", "--run", damaged);
        Assert.IsFalse(Directory.Exists(Path.Combine(s_folder, "new")));
    }

    private static double[] Shares(JsonElement figures) => [.. figures.GetProperty("certifiedAccuracy").EnumerateArray().Select(share => share.GetDouble())];

    private static string WithoutTime(string line) => line[..line.IndexOf("\"seconds\"", StringComparison.Ordinal)];

    private static void CopyRun(string name, string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (string file in (string[])["manifest.json", "rows.jsonl"])
            File.Copy(Path.Combine(s_folder, name, file), Path.Combine(folder, file));
    }

    private static JsonElement Json(params string[] command)
    {
        ToolProcess process = ToolProcess.Ablation(s_folder, [.. command, "--json", "-q"]);
        Assert.AreEqual(0, process.ExitCode, $"{string.Join(' ', command)}: {process.Error}");
        return JsonDocument.Parse(process.Output).RootElement;
    }

    private static void Succeed(params string[] command)
    {
        ToolProcess process = ToolProcess.Ablation(s_folder, [.. command, "-q"]);
        Assert.AreEqual(0, process.ExitCode, $"{string.Join(' ', command)}: {process.Error}");
    }

    private static void Fail(string told, params string[] command)
    {
        ToolProcess process = ToolProcess.Ablation(s_folder, [.. command, "-q"]);
        Assert.AreEqual(2, process.ExitCode, $"{string.Join(' ', command)}: {process.Error}");
        StringAssert.Contains(process.Error, told);
    }
}
