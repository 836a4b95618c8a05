using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Microsoft.ML.Ablation.Tool.Tables;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Tool.Tests.Tables;

/// <summary>Models that programs made: taken where they are certified and read numbers and texts, else told apart.</summary>
[TestClass]
public sealed class ProgramModelTests
{
    private static string s_folder = "";
    private static MLContext s_ml = null!;
    private static IDataView s_rows = null!;

    [ClassInitialize]
    public static void Train(TestContext _)
    {
        s_folder = Directory.CreateTempSubdirectory("ablation-programs-").FullName;
        s_ml = new MLContext(seed: 1);
        var random = new Random(1);
        Point[] points = [.. Enumerable.Range(0, 200).Select(i =>
        {
            bool isHigh = i % 2 == 0;
            return new Point { Id = i, A = Draw(isHigh), B = Draw(isHigh), C = Draw(isHigh), Label = isHigh ? "high" : "low" };
        })];
        s_rows = s_ml.Data.LoadFromEnumerable(points);
        File.WriteAllLines(Path.Combine(s_folder, "points.csv"), points.Select(point => FormattableString.Invariant($"{point.C},{point.A},{point.B},{point.Label}")).Prepend("C,A,B,Label"));

        float Draw(bool isHigh) => (isHigh ? 0.5f : 0f) + 0.5f * random.NextSingle();
    }

    [ClassCleanup]
    public static void Clean() => Directory.Delete(s_folder, recursive: true);

    [TestMethod]
    public void A_certified_model_of_numbers_and_texts_is_taken_with_the_columns_that_its_answer_depends_on()
    {
        IEstimator<ITransformer> classifier = s_ml.Transforms.PartitionAblation(3, encoding: AblationEncoding.Mean)
            .Append(s_ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy());
        ITransformer model = Save("certified.zip", s_ml.Transforms.Concatenate("Features", "A", "B", "C").Append(s_ml.Transforms.Conversion.MapValueToKey("Label"))
            .Append(s_ml.Transforms.SmoothedCertifier(classifier)));
        ToolProcess certify = ToolProcess.Ablation(s_folder, "certify", "--model", "certified.zip", "--data", "points.csv", "--json");
        Assert.AreEqual(0, certify.ExitCode, certify.Error);
        JsonElement result = JsonDocument.Parse(certify.Output).RootElement;
        Assert.AreEqual(("Label", "Classification", 3), (result.GetProperty("label").GetString(), result.GetProperty("task").GetString(), result.GetProperty("attributes").GetInt32()));
        CertifiedMetrics metrics = s_ml.MulticlassClassification.EvaluateCertified(model.Transform(s_rows));
        Assert.AreEqual(metrics.ClassificationAccuracy, result.GetProperty("figures").GetProperty("accuracy").GetDouble());

        ToolProcess predict = ToolProcess.Ablation(s_folder, "predict", "--model", "certified.zip", "points.csv", "--json");
        Assert.AreEqual(0, predict.ExitCode, predict.Error);
        int[] radii = [.. JsonDocument.Parse(predict.Output).RootElement.GetProperty("predictions").EnumerateArray().Select(row => row.GetProperty("certifiedRadius").GetInt32())];
        CollectionAssert.AreEqual(model.Transform(s_rows).GetColumn<int>("CertifiedRadius").ToArray(), radii);
        (model as IDisposable)?.Dispose();
    }

    [TestMethod]
    public void What_follows_a_certifier_in_a_program_is_left_out()
    {
        IEstimator<ITransformer> classifier = s_ml.Transforms.PartitionAblation(3, encoding: AblationEncoding.Mean)
            .Append(s_ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy());
        Save("texts.zip", s_ml.Transforms.Concatenate("Features", "A", "B", "C").Append(s_ml.Transforms.Conversion.MapValueToKey("Label"))
            .Append(s_ml.Transforms.SmoothedCertifier(classifier)).Append(s_ml.Transforms.Conversion.MapKeyToValue("PredictedLabel")));
        foreach (string[] line in (string[][])[["predict", "--model", "texts.zip", "points.csv"], ["certify", "--model", "texts.zip", "--data", "points.csv", "--rule", "Gap"]])
        {
            ToolProcess process = ToolProcess.Ablation(s_folder, line);
            Assert.AreEqual(0, process.ExitCode, process.Error);
        }
    }

    [TestMethod]
    [DataRow(PartitionBy.Place, "replaced words", "replacement of up to 2 words, each by any one other word,")]
    [DataRow(PartitionBy.Word, "inserted, deleted and moved words", "insertion, deletion or move of up to 2 words, of which a replaced word is two,")]
    public void What_is_certified_of_words_is_what_their_partition_covers(PartitionBy by, string against, string change)
    {
        Message[] messages = [.. Enumerable.Range(0, 60).Select(i => new Message { Text = $"{(i % 2 == 0 ? "win free money" : "see you soon")} number {i}", Label = i % 2 == 0 ? "spam" : "ham" })];
        File.WriteAllLines(Path.Combine(s_folder, "words.csv"), messages.Select(message => $"{message.Text},{message.Label}").Prepend("Text,Label"));
        IDataView rows = s_ml.Data.LoadFromEnumerable(messages);
        IEstimator<ITransformer> classifier = s_ml.Transforms.WordPartitionAblation(3, by, "Words", "Text").Append(s_ml.Transforms.Text.FeaturizeText("Features", "Words"))
            .Append(s_ml.MulticlassClassification.Trainers.SdcaMaximumEntropy());
        using TransformerChain<SmoothedCertifierTransformer> model = s_ml.Transforms.Conversion.MapValueToKey("Label").Append(s_ml.Transforms.SmoothedCertifier(classifier)).Fit(rows);
        s_ml.Model.Save(model, rows.Schema, Path.Combine(s_folder, "words.zip"));
        ToolProcess predict = ToolProcess.Ablation(s_folder, "predict", "--model", "words.zip", "words.csv", "--json");
        Assert.AreEqual(0, predict.ExitCode, predict.Error);
        Assert.AreEqual(against, JsonDocument.Parse(predict.Output).RootElement.GetProperty("against").GetString());
        using TableModel loaded = TableModel.Load(s_ml, Path.Combine(s_folder, "words.zip"), "words.csv");
        Assert.AreEqual(change, loaded.Unit.Change(2));
        Assert.AreEqual(by == PartitionBy.Word ? "insertion, deletion or move of one word, of which a replaced word is two," : "replacement of one word, each by any one other word,", loaded.Unit.Change(1));
    }

    [TestMethod]
    public void A_model_without_a_certifier_is_told_with_its_parts()
    {
        Save("plain.zip", s_ml.Transforms.Concatenate("Features", "A", "B", "C").Append(s_ml.Transforms.Conversion.MapValueToKey("Label"))
            .Append(s_ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy()));
        const string Told = "has no certifier, only ColumnConcatenatingTransformer, ValueToKeyMappingTransformer, MaximumEntropyModelParameters, and nothing is certified of its answers";
        Refused(Told, "certify", "--model", "plain.zip", "--data", "points.csv");
        Refused(Told, "predict", "--model", "plain.zip", "points.csv");
        Refused("has no smoothed certifier, only ColumnConcatenatingTransformer, ", "certify", "--model", "plain.zip", "--generated");
    }

    [TestMethod]
    public void A_certified_model_of_other_columns_is_told_with_what_it_takes()
    {
        IDataView rows = s_ml.Transforms.Concatenate("Features", "A", "B", "C").Append(s_ml.Transforms.SelectColumns("Features", "Label")).Fit(s_rows).Transform(s_rows);
        IEstimator<ITransformer> classifier = s_ml.Transforms.PartitionAblation(3, encoding: AblationEncoding.Mean)
            .Append(s_ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy());
        ITransformer model = s_ml.Transforms.Conversion.MapValueToKey("Label").Append(s_ml.Transforms.SmoothedCertifier(classifier)).Fit(rows);
        s_ml.Model.Save(model, rows.Schema, Path.Combine(s_folder, "vector.zip"));
        Refused("'vector.zip' is no model of tables: it takes 'Features' (Vector<Single, 3>), 'Label' (String), and of a table only numbers (Single) and texts are read", "certify", "--model", "vector.zip", "--data", "points.csv");
        File.WriteAllBytes(Path.Combine(s_folder, "photo.png"), Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="));
        Refused("'vector.zip' takes 3 numbers, which are no grey or coloured image", "predict", "--model", "vector.zip", "photo.png");
    }

    [TestMethod]
    public void A_part_of_a_library_that_the_tool_lacks_is_named()
    {
        Save("known.zip", s_ml.Transforms.Concatenate("Some", "A", "B").Append(s_ml.Transforms.Concatenate("Features", "Some", "C")));
        File.Copy(Path.Combine(s_folder, "known.zip"), Path.Combine(s_folder, "foreign.zip"), overwrite: true);
        using (ZipArchive archive = ZipFile.Open(Path.Combine(s_folder, "foreign.zip"), ZipArchiveMode.Update))
        {
            ZipArchiveEntry entry = archive.Entries.First(part => part.Name == "Model.key" && part.FullName.Contains("Transform_000", StringComparison.Ordinal));
            using var content = new MemoryStream();
            using (Stream stream = entry.Open())
                stream.CopyTo(content);
            byte[] key = content.ToArray();
            (byte[] old, byte[] other) = (Encoding.Unicode.GetBytes("Microsoft.ML.Data"), Encoding.Unicode.GetBytes("Microsoft.ML.Else"));
            other.CopyTo(key, key.AsSpan().IndexOf(old));
            string name = entry.FullName;
            entry.Delete();
            using Stream written = archive.CreateEntry(name).Open();
            written.Write(key);
        }
        Refused("'foreign.zip' is a model of ML.NET with a part 'ConcatTransform' of Microsoft.ML.Else, which this tool does not have", "certify", "--model", "foreign.zip", "--generated");
    }

    private static ITransformer Save(string name, IEstimator<ITransformer> pipeline)
    {
        ITransformer model = pipeline.Fit(s_rows);
        s_ml.Model.Save(model, s_rows.Schema, Path.Combine(s_folder, name));
        return model;
    }

    private static void Refused(string told, params string[] arguments)
    {
        ToolProcess process = ToolProcess.Ablation(s_folder, arguments);
        Assert.AreEqual(ExitCode.BadInput, process.ExitCode, process.Error);
        StringAssert.Contains(process.Error, told);
    }

    private sealed class Point
    {
        public float Id { get; set; }

        public float A { get; set; }

        public float B { get; set; }

        public float C { get; set; }

        public string Label { get; set; } = "";
    }

    private sealed class Message
    {
        public string Text { get; set; } = "";

        public string Label { get; set; } = "";
    }
}
