using System.IO.Compression;
using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Tool.Tests.Files;

[TestClass]
public sealed class MutatedModelTests : MutatedFiles
{
    [TestMethod]
    public void Model_files()
    {
        var random = new Random(5);
        string path = Path.Combine(Folder, "model.zip");
        IDataView data = SmallModel(path);
        byte[] file = File.ReadAllBytes(path);
        string original = Votes(path, data);
        for (int i = 0; i < Count(210); i++)
        {
            File.WriteAllBytes(path, Mutations.Of(file, random));
            if (Outcome(path, () => Votes(path, data), $"{i}") is { } votes)
                Assert.AreEqual(original, votes, $"change {i}");
        }
        // Parts changed and packed again have the right checksums: they are another model, or none, and tell so without a crash.
        for (int i = 0; i < Count(210); i++)
        {
            File.WriteAllBytes(path, Repacked(file, random));
            Outcome(path, () =>
            {
                (ModelFile.Load(Ml, path) as IDisposable)?.Dispose();
                return "a model";
            }, $"{i}");
        }
    }

    /// <summary>A program that loads a model with ML.NET's own method is told of a damaged one too.</summary>
    [TestMethod]
    public void A_changed_byte_of_a_model_is_found_byMlnets_own_loading()
    {
        string path = Path.Combine(Folder, "model.zip");
        SmallModel(path);
        // A byte of the labels' names, which ML.NET would take as it is.
        var changed = new MemoryStream();
        changed.Write(File.ReadAllBytes(path));
        int place;
        using (var archive = new ZipArchive(changed, ZipArchiveMode.Update, leaveOpen: true))
        {
            ZipArchiveEntry entry = archive.Entries.First(entry => entry.FullName.Contains("Vocabulary", StringComparison.Ordinal) || entry.FullName.Contains("Terms", StringComparison.Ordinal));
            byte[] content = Content(entry);
            string name = entry.FullName;
            entry.Delete();
            using Stream stored = archive.CreateEntry(name, CompressionLevel.NoCompression).Open();
            stored.Write(content);
        }
        byte[] bytes = changed.ToArray();
        place = bytes.AsSpan().IndexOf("second"u8);
        Assert.IsGreaterThan(0, place);
        bytes[place] = (byte)'S';
        File.WriteAllBytes(path, bytes);
        Exception refused = Assert.Throws<Exception>(() => Ml.Model.Load(path, out _));
        StringAssert.Contains(refused.ToString(), "does not have the length and the checksum that are stored with it");
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => ModelFile.Load(Ml, path)).Message, $"'{path}'");
    }

    private static byte[] Content(ZipArchiveEntry entry)
    {
        using var content = new MemoryStream();
        using (Stream stream = entry.Open())
            stream.CopyTo(content);
        return content.ToArray();
    }

    private sealed class Point
    {
        [VectorType(4)]
        public float[] Features { get; set; } = [];

        public string Label { get; set; } = "";
    }

    private IDataView SmallModel(string path)
    {
        var random = new Random(6);
        IDataView data = Ml.Data.LoadFromEnumerable(Enumerable.Range(0, 40).Select(i => new Point
        {
            Features = [.. Enumerable.Range(0, 4).Select(_ => (float)(0.4 * random.NextDouble() + 0.5 * (i % 2)))],
            Label = i % 2 == 0 ? "first" : "second",
        }).ToArray());
        IEstimator<ITransformer> chain = Ml.Transforms.Conversion.MapValueToKey("Label")
            .Append(Ml.Transforms.SmoothedCertifier(
                Ml.Transforms.RandomAblation(new RandomAblationOptions { RetainedCount = 2, Seed = 1 }).Append(Ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy()),
                SmoothedCertifierOptions.Paper with { Plan = SamplingPlan.Fixed(5, 20), ExactBudget = 0, Seed = 1 }));
        ModelFile.Save(Ml, chain.Fit(data), data.Schema, path);
        return Ml.Data.TakeRows(data, 3);
    }

    private string Votes(string path, IDataView data)
    {
        ITransformer model = ModelFile.Load(Ml, path);
        using var owned = (IDisposable)model;
        IDataView report = model.Transform(data);
        return string.Join(';', report.GetColumn<int[]>("Votes").Zip(report.GetColumn<int>("CertifiedRadius"), report.GetColumn<uint>("PredictedLabel"))
            .Select(row => $"{string.Join(' ', row.First)} {row.Second} {row.Third}"));
    }

    private static byte[] Repacked(byte[] file, Random random)
    {
        using var changed = new MemoryStream();
        using (var source = new ZipArchive(new MemoryStream(file)))
        using (var target = new ZipArchive(changed, ZipArchiveMode.Create, leaveOpen: true))
        {
            // ML.NET's reader of stored schemas waits forever for blocks that it cannot unpack; only whoever repairs their checksums gets there.
            int[] parts = [.. Enumerable.Range(0, source.Entries.Count).Where(i => !source.Entries[i].Name.EndsWith("Schema", StringComparison.Ordinal))];
            int chosen = parts[random.Next(parts.Length)];
            for (int i = 0; i < source.Entries.Count; i++)
            {
                byte[] content = Content(source.Entries[i]);
                using Stream written = target.CreateEntry(source.Entries[i].FullName, CompressionLevel.Fastest).Open();
                written.Write(i == chosen && content.Length > 0 ? Mutations.Of(content, random) : content);
            }
        }
        return changed.ToArray();
    }
}
