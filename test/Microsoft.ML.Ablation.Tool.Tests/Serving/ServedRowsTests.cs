using System.Net;
using System.Text.Json.Nodes;
using Microsoft.ML.Ablation.Tool.Tables;
using Microsoft.ML.Ablation.Tool.Tests.Datasets;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Tool.Tests.Serving;

/// <summary>What <c>ablation serve</c> answers for files, tables and texts.</summary>
[TestClass]
public sealed class ServedRowsTests
{
    [TestMethod]
    public async Task Files_are_certified_as_from_disk_and_their_pixels_alike()
    {
        string file = ServedTestModels.Pictures, path = Path.Combine(ServedTestModels.Folder, "pictures", PictureFolder.Classes[2], "1.png");
        await using RunningSite site = await RunningSite.OfImagesAsync(file, ml => ml.Data.LoadFromEnumerable([new Picture { ImagePath = path, Label = PictureFolder.Classes[2] }]));
        JsonNode answer = await site.PredictAsync(new JsonObject { ["file"] = Convert.ToBase64String(await File.ReadAllBytesAsync(path)) });

        var ml = new MLContext();
        ITransformer model = ml.Model.Load(file, out _);
        using var owned = (IDisposable)model;
        IDataView answered = ml.Data.Cache(model.Transform(ml.Data.LoadFromEnumerable([new Picture { ImagePath = path }])));
        int radius = answered.GetColumn<int>("CertifiedRadius").Single();
        CollectionAssert.AreEqual(answered.GetColumn<int[]>("Votes").Single(), answer["votes"]!.AsObject().Select(pair => (int)pair.Value!).ToArray());
        Assert.AreEqual(radius < 0 ? null : radius, (int?)answer["certifiedRadius"]);

        // Pixels are what the certifier sees before normalisation.
        JsonNode[] rows = await site.ExampleRowsAsync(3);
        Assert.HasCount(1, rows);
        Assert.AreEqual(answer.ToJsonString(), (await site.PredictAsync(rows[0])).ToJsonString());
        Assert.AreEqual(3, (int)(await site.GetAsync("model"))["shape"]!["channels"]!);
        Assert.AreEqual(3, (await site.GetAsync("openapi.json"))["components"]!["schemas"]!["Row"]!["oneOf"]!.AsArray().Count);
        byte[] broken = await File.ReadAllBytesAsync(path);
        foreach (byte[] content in new[] { "no image"u8.ToArray(), broken[..(broken.Length / 2)] })
        {
            (HttpStatusCode status, JsonNode problem, _) = await site.PostAsync(RunningSite.Json(new JsonObject { ["file"] = Convert.ToBase64String(content) }.ToJsonString()));
            Assert.AreEqual(HttpStatusCode.BadRequest, status, problem.ToJsonString());
            Assert.DoesNotContain(Path.GetTempPath(), (string?)problem["detail"] ?? "");
        }
        // A good one after them is answered as before.
        Assert.AreEqual(answer.ToJsonString(), (await site.PredictAsync(rows[0])).ToJsonString());
    }

    [TestMethod]
    public async Task Numbers_come_with_the_intervals_of_the_library()
    {
        await using RunningSite site = await RunningSite.OfTableAsync(ServedTestModels.Houses, "houses.csv");
        object?[][] expected = Answers(ServedTestModels.Houses, "houses.csv");
        JsonNode[] rows = await site.ExampleRowsAsync(20);
        for (int i = 0; i < rows.Length; i++)
        {
            JsonNode answer = await site.PredictAsync(rows[i]);
            float[] told = [(float)answer["score"]!, .. Ends("lower"), .. Ends("upper")];
            CollectionAssert.AreEqual(Array.ConvertAll(expected[i], value => (float)value!), told);
            StringAssert.Contains((string?)answer["certain"], " stays from ");

            IEnumerable<float> Ends(string name) => answer["intervals"]!.AsArray().Select(interval => (float?)interval![name] ?? (name == "lower" ? float.NegativeInfinity : float.PositiveInfinity));
        }
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task Classes_of_rows_and_texts_are_those_of_the_library(bool areTexts)
    {
        (string file, string data) = areTexts ? (ServedTestModels.Messages, "messages.tsv") : (ServedTestModels.Loans, "loans.csv");
        await using RunningSite site = await RunningSite.OfTableAsync(file, data);
        object?[][] expected = Answers(file, data);
        JsonNode[] rows = await site.ExampleRowsAsync(20);
        var radii = new HashSet<int>();
        for (int i = 0; i < rows.Length; i++)
        {
            JsonNode answer = await site.PredictAsync(rows[i]);
            object?[] told = [(string?)answer["predictedLabel"], (bool)answer["abstained"]!, (int?)answer["certifiedRadius"] ?? -1];
            CollectionAssert.AreEqual(expected[i], told);
            radii.Add((int)told[2]!);
            if (areTexts)
                Assert.AreEqual((string?)rows[i]["Text"], string.Join(' ', answer["words"]!.AsArray().Select(word => (string?)word)));
        }
        Assert.IsGreaterThan(1, radii.Count);
    }

    [TestMethod]
    public async Task Wrong_rows_of_tables_are_told_which_attribute_is_wrong()
    {
        await using RunningSite site = await RunningSite.OfTableAsync(ServedTestModels.Houses, "houses.csv");
        JsonObject good = (await site.ExampleRowsAsync(1))[0].AsObject();
        foreach ((Action<JsonObject> spoil, string said) in new (Action<JsonObject>, string)[]
        {
            (row => row.Remove("Area"), "the row has no 'Area'; give an object with a value for each of the 6 attributes"),
            (row => row["Size"] = 1, "the model has no attribute 'Size'"),
            (row => row["Area"] = "large", "'Area' is \"large\"; give a number or null"),
            (row => row["Area"] = "NaN", "'Area' is \"NaN\"; give a number or null"),
            (row => row["Area"] = JsonNode.Parse("1e400"), "'Area' is 1e400; give a number or null"),
            (row => row["Region"] = 1, ""),
            (row => row["Region"] = new JsonArray(), "'Region' is []; give a text or null"),
        })
        {
            JsonObject row = good.DeepClone().AsObject();
            spoil(row);
            (HttpStatusCode status, JsonNode answer, _) = await site.PostAsync(RunningSite.Json(row.ToJsonString()));
            Assert.AreEqual(said.Length == 0 ? HttpStatusCode.OK : HttpStatusCode.BadRequest, status, answer.ToJsonString());
            StringAssert.Contains((string?)answer["detail"] ?? "", said);
        }
        // Missing values, numbers as texts, and the label do no harm.
        JsonObject other = good.DeepClone().AsObject();
        (other["Area"], other["Region"], other["Rooms"], other["Price"]) = (null, null, " 4 ", 1);
        Assert.IsNotNull((await site.PredictAsync(other))["score"]);
        JsonNode attributes = (await site.GetAsync("model"))["attributes"]!;
        JsonNode region = attributes.AsArray().Single(attribute => (string?)attribute!["name"] == "Region")!;
        CollectionAssert.AreEquivalent(new[] { "north, by the sea", "south", "the \"old\" town" }, region["categories"]!.AsArray().Select(value => (string?)value).ToArray());
    }

    private static object?[][] Answers(string file, string data)
    {
        var ml = new MLContext();
        DelimitedTable table = DelimitedFile.Read(Path.Combine(ServedTestModels.Folder, data));
        using TableModel model = TableModel.Load(ml, file, data);
        using TableAnswers answers = TableAnswers.Of(model, table, uncertifiedAsZero: false, run: null);
        return [.. Enumerable.Range(0, 20).Select(_ => answers.Next()!)];
    }

    private sealed class Picture
    {
        public string ImagePath { get; set; } = "";

        public string Label { get; set; } = "";
    }
}
