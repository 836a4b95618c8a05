using System.Globalization;
using System.Text.Json;
using Microsoft.ML.Ablation.Tool.Tables;
using Microsoft.ML.Data;
using Parquet.Serialization;

namespace Microsoft.ML.Ablation.Tool.Tests.Tables;

/// <summary>From a table to a certified table in two commands.</summary>
[TestClass]
public sealed class TableCommandTests
{
    private static string s_folder = "";
    private static ToolProcess s_houses = null!, s_loans = null!, s_messages = null!;

    [ClassInitialize]
    public static void Train(TestContext _)
    {
        s_folder = Directory.CreateTempSubdirectory("ablation-tables-").FullName;
        SmallTables.Write(s_folder, "houses.csv", SmallTables.HouseNames, SmallTables.Houses(300, seed: 1));
        SmallTables.Write(s_folder, "loans.csv", SmallTables.LoanNames, SmallTables.Loans(300, seed: 2), ';');
        SmallTables.Write(s_folder, "messages.tsv", ["Kind", "Text"], SmallTables.Messages(240, seed: 3), '\t');
        s_houses = Ablation("train", "--data", "houses.csv", "--label", "Price", "--ignore", "Id", "--masks", "5", "--largest-radius", "2", "--out", "houses.zip");
        s_loans = Ablation("train", "--data", "loans.csv", "--label", "Accepted", "--k", "2", "--out", "loans.zip", "--json");
        s_messages = Ablation("train", "--data", "messages.tsv", "--label", "Kind", "--task", "text", "--out", "messages.zip", "--json");
    }

    [ClassCleanup]
    public static void Clean() => Directory.Delete(s_folder, recursive: true);

    [TestMethod]
    public void Train_says_what_it_understood()
    {
        Assert.AreEqual(0, s_houses.ExitCode, s_houses.Error);
        foreach (string line in new[]
        {
            "Data: 'houses.csv', 300 rows, 9 columns between commas.", "Label: 'Price', numbers from ", ": regression.", "Numbers (5): Area, Rooms, Baths, Garage, Age.",
            "Categories (1): Region.", "Ignored: Id, by --ignore.", "Ignored: Remark, a text of 300 different values, more than a category has.",
            "Training on 240 rows with 5 fixed masks; 60 rows are held out.",
        })
        {
            StringAssert.Contains(s_houses.Error, line);
        }
        StringAssert.Contains(s_houses.Output, "Within 15 % of the truth at ρ = 2");
        StringAssert.Contains(s_houses.Output, "new TableRow { Area = ");
        Assert.HasCount(61, File.ReadAllLines(Path.Combine(s_folder, "houses.certified.csv")));
        foreach (string page in new[] { "houses.html", "loans.html", "messages.html" })
            StringAssert.Contains(File.ReadAllText(Path.Combine(s_folder, page)), "held out</title>");
        Assert.AreEqual(0, s_loans.ExitCode, s_loans.Error);
        JsonElement loans = JsonDocument.Parse(s_loans.Output).RootElement;
        Assert.AreEqual(("Classification", 2), (loans.GetProperty("task").GetString(), loans.GetProperty("retainedCount").GetInt32()));
        Assert.IsGreaterThan(0.85, loans.GetProperty("heldOut").GetProperty("accuracy").GetDouble());
        Assert.IsGreaterThan(0.5, loans.GetProperty("heldOut").GetProperty("certifiedAccuracy")[1].GetDouble());
        Assert.AreEqual(0, s_messages.ExitCode, s_messages.Error);
        JsonElement messages = JsonDocument.Parse(s_messages.Output).RootElement;
        Assert.AreEqual(("Text", 9), (messages.GetProperty("task").GetString(), messages.GetProperty("masks").GetInt32()));
        Assert.IsGreaterThan(0.85, messages.GetProperty("heldOut").GetProperty("accuracy").GetDouble());
    }

    [TestMethod]
    public void Predict_answers_the_rows_of_a_table_as_certify_does()
    {
        string[][] certified = [.. Certify("houses.zip", "houses.csv", "predicted.csv")[1..4]];
        File.WriteAllLines(Path.Combine(s_folder, "some.csv"), File.ReadLines(Path.Combine(s_folder, "houses.csv")).Take(4));
        ToolProcess predict = Ablation("predict", "--model", "houses.zip", "some.csv", "--json");
        Assert.AreEqual(0, predict.ExitCode, predict.Error);
        JsonElement result = JsonDocument.Parse(predict.Output).RootElement;
        Assert.AreEqual(("Price", "changed attributes"), (result.GetProperty("label").GetString(), result.GetProperty("against").GetString()));
        foreach ((JsonElement row, string[] cells) in result.GetProperty("predictions").EnumerateArray().Zip(certified, (row, cells) => (row, cells)))
        {
            double?[] said = [row.GetProperty("score").GetDouble(), .. Ends(row, "certifiedLower"), .. Ends(row, "certifiedUpper")];
            CollectionAssert.AreEqual(cells[^7..].Select(Number).ToArray(), said.Select(end => end is { } value ? (float?)value : null).ToArray());
        }
        ToolProcess loans = Ablation("predict", "--model", "loans.zip", "loans.csv", "-q");
        Assert.AreEqual(0, loans.ExitCode, loans.Error);
        StringAssert.Contains(loans.Output, "Accepted");
        ToolProcess words = Ablation("predict", "--model", "messages.zip", "messages.tsv", "-q");
        Assert.AreEqual(0, words.ExitCode, words.Error);
        StringAssert.Contains(words.Output, "words");
        foreach ((string told, string[] line) in ((string, string[])[])
        [
            ("'photo.png' is no table", ["houses.zip", "photo.png"]),
            ("2 tables are given; give one", ["houses.zip", "some.csv", "loans.csv"]),
            ("--invert is for images", ["houses.zip", "some.csv", "--invert"]),
            ("has no column", ["houses.zip", "messages.tsv"]),
        ])
        {
            ToolProcess refused = Ablation(["predict", "--model", .. line]);
            Assert.AreEqual(ExitCode.BadInput, refused.ExitCode, refused.Error);
            StringAssert.Contains(refused.Error, told);
        }

        static double?[] Ends(JsonElement row, string name)
            => [.. row.GetProperty(name).EnumerateArray().Select(end => end.ValueKind == JsonValueKind.Null ? (double?)null : end.GetDouble())];

        static float? Number(string cell) => float.Parse(cell, CultureInfo.InvariantCulture) is var value && float.IsFinite(value) ? value : null;
    }

    [TestMethod]
    public void Explain_explains_one_row()
    {
        string[][] certified = Certify("messages.zip", "messages.tsv", "explained.csv");
        ToolProcess explain = Ablation("explain", "--model", "messages.zip", "messages.tsv", "--row", "3", "--json");
        Assert.AreEqual(0, explain.ExitCode, explain.Error);
        JsonElement result = JsonDocument.Parse(explain.Output).RootElement;
        Assert.AreEqual("messages.tsv, line 4", result.GetProperty("input").GetString());
        Assert.AreEqual(certified[3][^1], result.GetProperty("certifiedRadius").GetRawText());
        Assert.AreEqual(certified[3][^3], result.GetProperty("predictedLabel").GetString());
        JsonElement words = result.GetProperty("mostImportant");
        string text = File.ReadLines(Path.Combine(s_folder, "messages.tsv")).ElementAt(3);
        Assert.IsGreaterThan(0, words.GetArrayLength());
        foreach (JsonElement word in words.EnumerateArray())
            StringAssert.Contains(text, word.GetProperty("name").GetString()!);
        ToolProcess said = Ablation("explain", "--model", "messages.zip", "messages.tsv", "--row", "3", "-q");
        Assert.AreEqual(result.GetProperty("text").GetString() + "\n", said.Output);

        foreach ((string told, string[] line) in ((string, string[])[])
        [
            ("--row is 241, but there are 240 rows", ["messages.zip", "messages.tsv", "--row", "241"]),
            ("'houses.zip' predicts numbers", ["houses.zip", "houses.csv"]),
            ("'loans.csv' is not expected here", ["loans.zip", "loans.csv", "loans.csv"]),
        ])
        {
            ToolProcess refused = Ablation(["explain", "--model", .. line]);
            Assert.AreEqual(ExitCode.BadInput, refused.ExitCode, refused.Error);
            StringAssert.Contains(refused.Error, told);
        }
    }

    [TestMethod]
    public void Numbers_lie_in_their_intervals_and_are_those_of_the_library()
    {
        string[][] rows = Certify("houses.zip", "houses.csv", "houses-certified.csv");
        Assert.AreEqual(string.Join(',', [.. SmallTables.HouseNames.Prepend("Row"), "Score", "CertifiedLower_0", "CertifiedLower_1", "CertifiedLower_2", "CertifiedUpper_0", "CertifiedUpper_1",
            "CertifiedUpper_2"]), string.Join(',', rows[0]));
        CollectionAssert.AreEqual(SmallTables.Houses(300, seed: 1)[7], rows[8][1..10], "its own cells as they were");
        Assert.HasCount(301, rows);

        var ml = new MLContext(seed: 5);
        ITransformer model = ml.Model.Load(Path.Combine(s_folder, "houses.zip"), out DataViewSchema schema);
        using var owned = (IDisposable)model;
        IDataView answered = ml.Data.Cache(model.Transform(Loaded(ml, "houses.csv", ',', schema, SmallTables.HouseNames)));
        float[] scores = [.. answered.GetColumn<float>("Score")];
        float[][] lower = [.. answered.GetColumn<float[]>("CertifiedLower")], upper = [.. answered.GetColumn<float[]>("CertifiedUpper")];
        for (int i = 0; i < 300; i++)
        {
            float[] told = Array.ConvertAll(rows[i + 1][10..], text => float.Parse(text, CultureInfo.InvariantCulture));
            CollectionAssert.AreEqual((float[])[scores[i], .. lower[i], .. upper[i]], told, $"row {i}");
            for (int rho = 0; rho <= 2; rho++)
                Assert.IsTrue(lower[i][rho] <= scores[i] && scores[i] <= upper[i][rho] && (rho == 0 || (lower[i][rho] <= lower[i][rho - 1] && upper[i][rho] >= upper[i][rho - 1])));
        }
    }

    [TestMethod]
    [DataRow("loans", ';', 2)]
    [DataRow("messages", '\t', 4)]
    public void Classes_have_radii_and_are_those_of_the_library(string name, char separator, int largest)
    {
        string table = name == "loans" ? "loans.csv" : "messages.tsv";
        string[] names = name == "loans" ? SmallTables.LoanNames : ["Kind", "Text"];
        string[][] rows = Certify($"{name}.zip", table, $"{name}-certified.csv");
        CollectionAssert.AreEqual((string[])["Row", .. names, "PredictedLabel", "Abstained", "CertifiedRadius"], rows[0]);

        var ml = new MLContext(seed: 5);
        ITransformer model = ml.Model.Load(Path.Combine(s_folder, $"{name}.zip"), out DataViewSchema schema);
        using var owned = (IDisposable)model;
        IDataView answered = ml.Data.Cache(ml.Transforms.Conversion.MapKeyToValue("Answer", "PredictedLabel")
            .Fit(model.Transform(Loaded(ml, table, separator, schema, names))).Transform(model.Transform(Loaded(ml, table, separator, schema, names))));
        string[] answers = [.. answered.GetColumn<string>("Answer")];
        bool[] abstained = [.. answered.GetColumn<bool>("Abstained")];
        int[] radii = [.. answered.GetColumn<int>("CertifiedRadius")];
        for (int i = 0; i < radii.Length; i++)
            CollectionAssert.AreEqual((string[])[answers[i], abstained[i] ? "1" : "0", radii[i].ToString(CultureInfo.InvariantCulture)], rows[i + 1][^3..], $"row {i}");
        Assert.IsTrue(radii.All(radius => radius >= -1 && radius <= largest));
        Assert.IsGreaterThanOrEqualTo(1, radii.Max());
    }

    [TestMethod]
    public void Separators_order_and_cultures_change_nothing()
    {
        string[][] expected = Certify("houses.zip", "houses.csv", "expected.csv");
        string[][] houses = SmallTables.Houses(300, seed: 1);
        SmallTables.Write(s_folder, "semicolons.csv", SmallTables.HouseNames, houses, ';');
        SmallTables.Write(s_folder, "tabs.txt", SmallTables.HouseNames, houses, '\t');
        SmallTables.Write(s_folder, "reversed.csv", [.. SmallTables.HouseNames.Reverse(), "More"], houses.Select(row => (string[])[.. row.Reverse(), "1,5"]));
        (CultureInfo own, CultureInfo? usual) = (CultureInfo.CurrentCulture, CultureInfo.DefaultThreadCurrentCulture);
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.DefaultThreadCurrentCulture = CultureInfo.GetCultureInfo("de-DE");
            ToolProcess train = Ablation("train", "--data", "semicolons.csv", "--label", "Price", "--ignore", "Id", "--masks", "5", "--largest-radius", "2", "--out", "german.zip");
            Assert.AreEqual(0, train.ExitCode, train.Error);
            foreach ((string model, string table) in new[] { ("houses.zip", "semicolons.csv"), ("houses.zip", "tabs.txt"), ("german.zip", "houses.csv") })
            {
                string[][] rows = Certify(model, table, "other.csv");
                Assert.AreEqual(Flat(expected), Flat(rows), $"{model} {table}");
            }
            string[][] reversed = Certify("houses.zip", "reversed.csv", "other.csv");
            Assert.AreEqual(Flat(expected.Select(row => row[^7..])), Flat(reversed.Select(row => row[^7..])));
        }
        finally
        {
            (CultureInfo.CurrentCulture, CultureInfo.DefaultThreadCurrentCulture) = (own, usual);
        }

        static string Flat(IEnumerable<string[]> rows) => string.Join('\n', rows.Select(row => string.Join('|', row)));
    }

    [TestMethod]
    public async Task The_same_table_as_json_parquet_and_tsv()
    {
        string[][] rows = Certify("houses.zip", "houses.csv", "plain.csv", "--rows", "20", "--skip", "3");
        _ = Certify("houses.zip", "houses.csv", "typed.json", "--rows", "20", "--skip", "3");
        JsonElement[] json = [.. JsonDocument.Parse(File.ReadAllText(Path.Combine(s_folder, "typed.json"))).RootElement.EnumerateArray()];
        _ = Certify("houses.zip", "houses.csv", "typed.parquet", "--rows", "20", "--skip", "3");
        using FileStream stream = File.OpenRead(Path.Combine(s_folder, "typed.parquet"));
        List<Dictionary<string, object>> parquet = [.. (await ParquetSerializer.DeserializeUntypedAsync(stream)).Data];
        string[][] tabs = Certify("houses.zip", "houses.csv", "plain.tsv", "--rows", "20", "--skip", "3");
        Assert.HasCount(20, json);
        Assert.HasCount(20, parquet);
        Assert.HasCount(21, tabs);
        for (int i = 0; i < 20; i++)
        {
            Assert.AreEqual(rows[i + 1][0], json[i].GetProperty("Row").GetRawText());
            Assert.AreEqual(i + 3, parquet[i]["Row"]);
            Assert.AreEqual(rows[i + 1][7], json[i].GetProperty("Region").GetString());
            Assert.AreEqual(rows[i + 1][7], parquet[i]["Region"]);
            double area = rows[i + 1][2] == "NA" ? 0 : double.Parse(rows[i + 1][2], CultureInfo.InvariantCulture);
            Assert.AreEqual(area, json[i].GetProperty("Area").ValueKind == JsonValueKind.Null ? 0 : json[i].GetProperty("Area").GetDouble());
            Assert.AreEqual(area, parquet[i].GetValueOrDefault("Area") ?? 0.0);
            Assert.AreEqual(float.Parse(rows[i + 1][10], CultureInfo.InvariantCulture), json[i].GetProperty("Score").GetSingle());
            Assert.AreEqual(float.Parse(rows[i + 1][10], CultureInfo.InvariantCulture), parquet[i]["Score"]);
            Assert.AreEqual(string.Join('|', rows[i + 1]), string.Join('|', tabs[i + 1]));
        }
    }

    [TestMethod]
    public void Rows_without_labels_and_held_out_rows_are_certified()
    {
        SmallTables.Write(s_folder, "new.csv", SmallTables.LoanNames[..^1], SmallTables.Loans(20, seed: 9).Select(row => row[..^1]));
        ToolProcess fresh = Ablation("certify", "--model", "loans.zip", "--data", "new.csv", "--out", "new-certified.csv", "--json");
        Assert.AreEqual(0, fresh.ExitCode, fresh.Error);
        StringAssert.Contains(fresh.Error, "It has no column 'Accepted': nothing is said of what is right.");
        JsonElement figures = JsonDocument.Parse(fresh.Output).RootElement.GetProperty("figures");
        Assert.AreEqual(20, figures.GetProperty("rows").GetInt32());
        Assert.IsFalse(figures.TryGetProperty("accuracy", out _));

        ToolProcess held = Ablation("certify", "--model", "houses.zip", "--data", "houses.csv", "--held-out", "--json", "-q");
        Assert.AreEqual(0, held.ExitCode, held.Error);
        JsonElement result = JsonDocument.Parse(held.Output).RootElement.GetProperty("figures");
        Assert.AreEqual(60, result.GetProperty("rows").GetInt32());
        // The rows that training certified: the figures are the same.
        StringAssert.Contains(s_houses.Output, FormattableString.Invariant($"{result.GetProperty("meanAbsoluteError").GetDouble():G6}"));
    }

    [TestMethod]
    public void Held_out_rows_are_those_of_the_training_whatever_share_and_seed_it_had()
    {
        ToolProcess train = Ablation("train", "--data", "houses.csv", "--label", "Price", "--validation-share", "0.4", "--seed", "7", "--out", "shared.zip", "-q");
        Assert.AreEqual(0, train.ExitCode, train.Error);
        ToolProcess held = Ablation("certify", "--model", "shared.zip", "--data", "houses.csv", "--held-out", "--out", "again.csv", "-q");
        Assert.AreEqual(0, held.ExitCode, held.Error);
        Assert.AreEqual(File.ReadAllText(Path.Combine(s_folder, "shared.certified.csv")), File.ReadAllText(Path.Combine(s_folder, "again.csv")));
        File.WriteAllLines(Path.Combine(s_folder, "fewer.csv"), File.ReadLines(Path.Combine(s_folder, "houses.csv")).SkipLast(1));
        foreach ((string table, string[] options, string told) in new[]
        {
            ("houses.csv", (string[])["--seed", "1"], "held out with --seed 7 and --validation-share 0.4; other values name rows that it was trained on. Leave both out."),
            ("houses.csv", ["--validation-share", "0.2"], "Leave both out."),
            ("fewer.csv", [], "'fewer.csv' has 299 rows, but the table of the training had 300, and others are divided in another way; give that table, or leave out --held-out."),
        })
        {
            ToolProcess refused = Ablation(["certify", "--model", "shared.zip", "--data", table, "--held-out", .. options]);
            Assert.AreEqual(2, refused.ExitCode, refused.Error);
            StringAssert.Contains(refused.Error, told);
        }
        Assert.AreEqual(0, Ablation("train", "--data", "houses.csv", "--label", "Price", "--validation-share", "0", "--out", "all.zip", "-q").ExitCode);
        ToolProcess none = Ablation("certify", "--model", "all.zip", "--data", "houses.csv", "--held-out");
        Assert.AreEqual(2, none.ExitCode);
        StringAssert.Contains(none.Error, "the training of this model held out nothing;");
    }

    [TestMethod]
    public void Options_of_certify_change_the_certificate_of_the_same_model()
    {
        SmallTables.Write(s_folder, "few.csv", SmallTables.LoanNames, SmallTables.Loans(10, seed: 4));
        foreach (string[] options in (string[][])[["--k", "1"], ["--rule", "Condorcet"], ["--exact-budget", "0", "--votes", "500", "--selection-votes", "50", "--alpha", "0.01"], ["--uncertified-as-zero"]])
        {
            ToolProcess run = Ablation(["certify", "--model", "loans.zip", "--data", "few.csv", "-q", .. options]);
            Assert.AreEqual(0, run.ExitCode, $"{string.Join(' ', options)}: {run.Error}");
        }
        string[][] rows = Certify("houses.zip", "houses.csv", "wide.csv", "--largest-radius", "4", "--rows", "5");
        Assert.AreEqual("CertifiedUpper_4", rows[0][^1]);
        Assert.AreEqual("Infinity", rows[1][^1], "no certificate for four of five masks");
    }

    [TestMethod]
    public void Random_ablations_of_numbers_and_of_words_are_trained_too()
    {
        ToolProcess numbers = Ablation("train", "--data", "houses.csv", "--label", "Price", "--ignore", "Id", "--k", "3", "--exact-budget", "0", "--votes", "200", "--out", "random.zip", "--json");
        Assert.AreEqual(0, numbers.ExitCode, numbers.Error);
        Assert.AreEqual(3, JsonDocument.Parse(numbers.Output).RootElement.GetProperty("retainedCount").GetInt32());
        ToolProcess words = Ablation("train", "--data", "messages.tsv", "--label", "Kind", "--text", "Text", "--share", "0.4", "--votes", "200", "--selection-votes", "50", "--out", "words.zip",
            "--validation-share", "0.05", "--json");
        Assert.AreEqual(0, words.ExitCode, words.Error);
        Assert.AreEqual(0.4, JsonDocument.Parse(words.Output).RootElement.GetProperty("share").GetDouble());
        ToolProcess none = Ablation("train", "--data", "loans.csv", "--label", "Accepted", "--validation-share", "0", "--out", "all.zip", "--json");
        Assert.AreEqual(0, none.ExitCode, none.Error);
        Assert.IsFalse(JsonDocument.Parse(none.Output).RootElement.TryGetProperty("heldOut", out _));
    }

    [TestMethod]
    public void A_column_called_class_is_the_label_where_none_is_named()
    {
        SmallTables.Write(s_folder, "classes.csv", [.. SmallTables.LoanNames[..^1], "Class"], SmallTables.Loans(60, seed: 2));
        ToolProcess guessed = Ablation("train", "--data", "classes.csv", "--out", "guessed.zip", "--json");
        Assert.AreEqual(0, guessed.ExitCode, guessed.Error);
        Assert.AreEqual("Class", JsonDocument.Parse(guessed.Output).RootElement.GetProperty("label").GetString());
        StringAssert.Contains(guessed.Error, "Label: 'Class', 2 classes, 'no', 'yes': classification.");
    }

    [TestMethod]
    public void A_label_of_few_whole_numbers_is_a_class_unless_it_is_said_to_be_a_number()
    {
        ToolProcess classes = Ablation("train", "--data", "houses.csv", "--label", "Baths", "--ignore", "Id,Price", "--out", "baths.zip", "--json");
        Assert.AreEqual(0, classes.ExitCode, classes.Error);
        Assert.AreEqual("Classification", JsonDocument.Parse(classes.Output).RootElement.GetProperty("task").GetString());
        StringAssert.Contains(classes.Error, "--task regression takes them for numbers");
        ToolProcess numbers = Ablation("train", "--data", "houses.csv", "--label", "Baths", "--task", "regression", "--ignore", "Price", "--out", "baths.zip", "--json");
        Assert.AreEqual("Regression", JsonDocument.Parse(numbers.Output).RootElement.GetProperty("task").GetString());
        StringAssert.Contains(numbers.Error, "'Id' is another whole number in every row, as numbers of rows are; --ignore 'Id' leaves it out.");
    }

    [TestMethod]
    [DataRow("houses")]
    [DataRow("loans")]
    public void A_published_model_is_still_one_of_tables(string name)
    {
        ToolProcess publish = Ablation("publish", "--model", $"{name}.zip", "--out", "public.zip");
        Assert.AreEqual(0, publish.ExitCode, publish.Error);
        string[][] own = Certify($"{name}.zip", $"{name}.csv", "own.csv", "--rows", "5"), published = Certify("public.zip", $"{name}.csv", "published.csv", "--rows", "5");
        // Fixed masks have no seed, and with few attributes all random ablations are asked.
        Assert.AreEqual(string.Join('|', own.SelectMany(row => row)), string.Join('|', published.SelectMany(row => row)));
    }

    [TestMethod]
    public void What_is_certified_can_be_certified_again()
    {
        _ = Certify("loans.zip", "loans.csv", "once.csv", "--rows", "5");
        string[][] twice = Certify("loans.zip", "once.csv", "twice.csv");
        CollectionAssert.AreEqual(new[] { "PredictedLabel", "Abstained", "CertifiedRadius", "PredictedLabel_2", "Abstained_2", "CertifiedRadius_2" }, twice[0][^6..]);
        foreach (string[] row in twice[1..])
            CollectionAssert.AreEqual(row[^6..^3], row[^3..]);
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux | OperatingSystems.OSX)]
    public void A_stop_signal_and_a_full_or_missing_folder_leave_no_half_table()
    {
        string folder = Directory.CreateDirectory(Path.Combine(s_folder, "stopped")).FullName;
        string model = Path.Combine(s_folder, "loans.zip"), table = Path.Combine(s_folder, "many.csv");
        SmallTables.Write(s_folder, "many.csv", SmallTables.LoanNames, SmallTables.Loans(20_000, seed: 5));
        ToolProcess stopped = ToolProcess.Interrupt(folder, "certify", "--model", model, "--data", table, "--exact-budget", "0", "--out", "rows.csv");
        Assert.AreEqual(130, stopped.ExitCode, stopped.Error);
        Assert.IsEmpty(Directory.GetFiles(folder));
        ToolProcess unwritable = Ablation("certify", "--model", "loans.zip", "--data", "loans.csv", "--out", "no/such/folder.csv");
        Assert.AreEqual(2, unwritable.ExitCode);
        StringAssert.Contains(unwritable.Error, "does not exist");
    }

    private static ToolProcess Ablation(params string[] arguments) => ToolProcess.Ablation(s_folder, arguments);

    /// <summary>Certifies, and reads the certified table.</summary>
    private static string[][] Certify(string model, string table, string output, params string[] options)
    {
        ToolProcess run = Ablation(["certify", "--model", model, "--data", table, "--out", output, .. options]);
        Assert.AreEqual(0, run.ExitCode, run.Error);
        if (!output.EndsWith("sv", StringComparison.Ordinal))
            return [];
        DelimitedTable written = DelimitedFile.Read(Path.Combine(s_folder, output));
        return [[.. written.Names], .. written.Rows.Select(row => row.Cells)];
    }

    /// <summary>A table as any ML.NET program loads it, by the schema that is in the model's file.</summary>
    private static IDataView Loaded(MLContext ml, string table, char separator, DataViewSchema schema, string[] names) => ml.Data.CreateTextLoader(new TextLoader.Options
    {
        HasHeader = true,
        Separators = [separator],
        AllowQuoting = separator != '\t',
        MissingRealsAsNaNs = true,
        Columns = [.. schema.Select(column => new TextLoader.Column(column.Name, column.Type is TextDataViewType ? DataKind.String : DataKind.Single, Array.IndexOf(names, column.Name)))],
    }).Load(Path.Combine(s_folder, table));
}
