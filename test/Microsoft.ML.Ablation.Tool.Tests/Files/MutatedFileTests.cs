using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Runs;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Tool.Tests.Files;

/// <summary>
/// Files of all kinds that the tool reads, changed at random: an error that names the file, or the same answer as before. Where a format has no
/// checksum, a changed pixel or label is another one, which nobody can know; then what comes out must be what the file now says.
/// </summary>
[TestClass]
public sealed class MutatedFileTests
{
    private static readonly bool s_isLong = LongTests.AreWanted;

    private readonly MLContext _ml = new(seed: 1);
    private string _folder = "";

    [TestInitialize]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("mutated-").FullName;

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [DataRow((byte)0x08, false)]
    [DataRow((byte)0x08, true)]
    [DataRow((byte)0x0B, false)]
    [DataRow((byte)0x0C, true)]
    [DataRow((byte)0x0E, false)]
    public void Idx_files(byte type, bool gzip)
    {
        var random = new Random(type);
        int size = type switch { 0x08 => 1, 0x0B => 2, 0x0C => 4, _ => 8 };
        var numbers = new byte[6 * 3 * 2 * size];
        for (int i = 0; i < numbers.Length / size; i++)
        {
            if (type == 0x0E)
                BinaryPrimitives.WriteDoubleBigEndian(numbers.AsSpan(size * i), random.NextDouble());
            else
                numbers[size * i + size - 1] = (byte)random.Next(256);
        }
        byte[] images = [0, 0, type, 3, 0, 0, 0, 6, 0, 0, 0, 3, 0, 0, 0, 2, .. numbers], labels = [0, 0, 8, 1, 0, 0, 0, 6, 3, 1, 4, 1, 5, 9];
        (images, labels) = gzip ? (Gzip(images), Gzip(labels)) : (images, labels);
        string imagesPath = Path.Combine(_folder, "images"), labelsPath = Path.Combine(_folder, "labels");
        for (int i = 0; i < Count(120); i++)
        {
            bool ofImages = i % 3 != 0;
            byte[] changed = Mutations.Of(ofImages ? images : labels, random);
            (byte[] changedImages, byte[] changedLabels) = ofImages ? (changed, labels) : (images, changed);
            File.WriteAllBytes(imagesPath, changedImages);
            File.WriteAllBytes(labelsPath, changedLabels);
            if (Outcome(ofImages ? imagesPath : labelsPath, () => Rows(_ml.Data.LoadIdx(imagesPath, labelsPath)), $"{i}") is { } rows)
                Assert.AreEqual(ReferenceOf(Content(changedImages), Content(changedLabels)), rows, $"change {i} of {type:X2}");
        }
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Cifar_files(bool gzip)
    {
        var random = new Random(10);
        var records = new byte[2 * 3073];
        random.NextBytes(records);
        (records[0], records[3073]) = (7, 2);
        byte[] file = gzip ? Gzip(records) : records;
        string path = Path.Combine(_folder, "records.bin");
        for (int i = 0; i < Count(100); i++)
        {
            byte[] changed = Mutations.Of(file, random);
            File.WriteAllBytes(path, changed);
            if (Outcome(path, () => Rows(_ml.Data.LoadCifar10Files(path)), $"{i}") is not { } rows)
                continue;
            byte[] content = Content(changed);
            Assert.AreEqual(0, content.Length % 3073);
            Assert.AreEqual(Text(content.Chunk(3073).Select(record => ($"{record[0]}", record[1..].Select(level => level / 255f)))), rows, $"change {i}");
        }
    }

    [TestMethod]
    [DataRow("png")]
    [DataRow("jpg")]
    [DataRow("webp")]
    public void Image_files(string kind)
    {
        var random = new Random(3);
        var pixels = new byte[4 * 12 * 10];
        random.NextBytes(pixels);
        for (int i = 3; i < pixels.Length; i += 4)
            pixels[i] = 255;
        string path = Path.Combine(Directory.CreateDirectory(Path.Combine(_folder, "class")).FullName, $"1.{kind}");
        using (MLImage image = MLImage.CreateFromPixels(12, 10, MLPixelFormat.Rgba32, pixels))
            image.Save(path);
        byte[] file = File.ReadAllBytes(path);
        IDataView files = _ml.Data.LoadImageFolder(_folder);
        IDataView rows = _ml.Transforms.LoadImageFiles()
            .Append(_ml.Transforms.ResizeImages("Image", 12, 10))
            .Append(_ml.Transforms.ExtractPixels("Features", "Image"))
            .Fit(files)
            .Transform(files);
        string original = Rows(rows);
        for (int i = 0; i < Count(130); i++)
        {
            byte[] changed = Mutations.Of(file, random);
            File.WriteAllBytes(path, changed);
            if (Outcome(path, () => Rows(rows), $"{kind} {i}") is not { } read || read == original)
                continue;
            // JPEG and WebP have no checksum; but a file that only lost its end is never another picture.
            Assert.AreNotEqual("png", kind, $"change {i} of a PNG gave other pixels");
            Assert.IsFalse(changed.Length < file.Length && file.AsSpan().StartsWith(changed), $"the first {changed.Length} of {file.Length} bytes gave a picture");
        }
    }

    [TestMethod]
    public void Run_folders()
    {
        var random = new Random(4);
        string run = Path.Combine(_folder, "run"), manifestPath = Path.Combine(run, "manifest.json"), rowsPath = Path.Combine(run, "rows.jsonl");
        WriteRun(run);
        byte[] manifest = File.ReadAllBytes(manifestPath), rows = File.ReadAllBytes(rowsPath);
        string original = Certified(run);
        for (int i = 0; i < Count(400); i++)
        {
            bool ofRows = i % 2 == 0;
            byte[] changed = Mutations.Of(ofRows ? rows : manifest, random);
            File.WriteAllBytes(manifestPath, ofRows ? manifest : changed);
            File.WriteAllBytes(rowsPath, ofRows ? changed : rows);
            if (Outcome(ofRows ? rowsPath : manifestPath, () => Certified(run), $"{i}") is not { } certified)
                continue;
            // A run that goes on has fewer rows: one that was cut between two of them, or within its last one, is such a run.
            if (ofRows && rows.AsSpan().StartsWith(changed.AsSpan(0, Math.Min(changed.Length, rows.Length))) || ofRows && IsCut(rows, changed))
                StringAssert.StartsWith(original, certified);
            else
                Assert.AreEqual(original, certified, $"change {i} of {(ofRows ? "rows" : "manifest")}");
        }
    }

    [TestMethod]
    public void Model_files()
    {
        var random = new Random(5);
        string path = Path.Combine(_folder, "model.zip");
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
                (ModelFile.Load(_ml, path) as IDisposable)?.Dispose();
                return "a model";
            }, $"{i}");
        }
    }

    /// <summary>A program that loads a model with ML.NET's own method is told of a damaged one too.</summary>
    [TestMethod]
    public void A_changed_byte_of_a_model_is_found_by_mlnets_own_loading()
    {
        string path = Path.Combine(_folder, "model.zip");
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
        Exception refused = Assert.Throws<Exception>(() => _ml.Model.Load(path, out _));
        StringAssert.Contains(refused.ToString(), "does not have the length and the checksum that are stored with it");
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => ModelFile.Load(_ml, path)).Message, $"'{path}'");
    }

    /// <summary>What reading gives; null where it is refused by the file's name.</summary>
    private static string? Outcome(string path, Func<string> read, string which)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException)
        {
            StringAssert.Contains(exception.Message, path, which);
            return null;
        }
    }

    private static int Count(int whole) => s_isLong ? whole : Math.Max(4, whole / 40);

    private static string Rows(IDataView rows)
        => Text((rows.Schema.GetColumnOrNull("Label") is null ? rows.GetColumn<float[]>("Features").Select(_ => "") : rows.GetColumn<string>("Label"))
            .Zip(rows.GetColumn<float[]>("Features"), (label, features) => (label, features.AsEnumerable())));

    private static string Text(IEnumerable<(string Label, IEnumerable<float> Values)> rows)
        => string.Join('\n', rows.Select(row => $"{row.Label}: {string.Join(' ', row.Values.Select(value => value.ToString(CultureInfo.InvariantCulture)))}"));

    /// <summary>What two IDX files say, read in the simplest way.</summary>
    private static string ReferenceOf(byte[] images, byte[] labels)
    {
        (int[] shape, double[] pixels) = Numbers(images);
        (int[] labelShape, double[] classes) = Numbers(labels);
        int values = pixels.Length / shape[0], columns = classes.Length / labelShape[0];
        Assert.AreEqual(shape[0], labelShape[0]);
        bool interleaved = shape.Length == 4 && shape[3] is 1 or 3;
        int channels = interleaved ? shape[3] : 1;
        return Text(Enumerable.Range(0, shape[0]).Select(row => ($"{classes[row * columns]}", Enumerable.Range(0, values).Select(i =>
        {
            int place = interleaved ? i % (values / channels) * channels + i / (values / channels) : i;
            return images[2] >= 0x0D ? (float)pixels[row * values + place] : (float)pixels[row * values + place] / 255f;
        }))));
    }

    private static (int[] Shape, double[] Numbers) Numbers(byte[] file)
    {
        int[] shape = [.. Enumerable.Range(0, file[3]).Select(i => BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(4 + 4 * i)))];
        byte[] rest = file[(4 + 4 * shape.Length)..];
        double[] numbers = file[2] switch
        {
            0x08 => [.. rest.Select(value => (double)value)],
            0x09 => [.. rest.Select(value => (double)(sbyte)value)],
            0x0B => [.. rest.Chunk(2).Select(value => (double)BinaryPrimitives.ReadInt16BigEndian(value))],
            0x0C => [.. rest.Chunk(4).Select(value => (double)BinaryPrimitives.ReadInt32BigEndian(value))],
            0x0D => [.. rest.Chunk(4).Select(value => (double)BinaryPrimitives.ReadSingleBigEndian(value))],
            _ => [.. rest.Chunk(8).Select(value => BinaryPrimitives.ReadDoubleBigEndian(value))],
        };
        Assert.HasCount(shape.Aggregate(1, (product, side) => product * side), numbers);
        return (shape, numbers);
    }

    private static byte[] Gzip(byte[] content)
    {
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Optimal))
            gzip.Write(content);
        return stream.ToArray();
    }

    /// <summary>What a file holds, unpacked if it begins as a packed one does.</summary>
    private static byte[] Content(byte[] file)
    {
        if (file is not [0x1F, 0x8B, ..])
            return file;
        using var unpacked = new MemoryStream();
        using (var gzip = new GZipStream(new MemoryStream(file), CompressionMode.Decompress))
            gzip.CopyTo(unpacked);
        return unpacked.ToArray();
    }

    private static byte[] Content(ZipArchiveEntry entry)
    {
        using var content = new MemoryStream();
        using (Stream stream = entry.Open())
            stream.CopyTo(content);
        return content.ToArray();
    }

    private static void WriteRun(string folder)
    {
        var manifest = new RunManifest
        {
            Model = "a",
            Data = "digits",
            FirstRow = 2,
            Classes = ["x", "y", "z"],
            Positions = 100,
            RetainedPixels = 10,
            Encoding = "Complement",
            Seed = "0000000000000007",
            Ballot = "Plurality",
            ExactCount = null,
            Plan = new RunPlan(20, null, 200, 0, null),
            Rule = "Majority",
            Alpha = 0.05,
            LowerBoundShare = 0.7,
            TopCount = 1,
        };
        using RunFolder<RunManifest, RunRow> run = RunFolder<RunManifest, RunRow>.Open(folder, manifest);
        for (int row = 2; row < 8; row++)
            run.Append(new RunRow(row, $"key {row}", "y", row == 4 ? "/pictures/é.png" : null, [1, 20], [0, row, 1, 200 - row], 0.25));
    }

    private static string Certified(string folder)
    {
        (RunManifest manifest, IReadOnlyList<RunRow> rows) = RunFolder<RunManifest, RunRow>.Read(folder);
        var certifier = new RunCertifier(manifest);
        return string.Concat(rows.Select(row =>
        {
            RowResult result = certifier.Certify(row);
            return $"{row.Row} {row.Key} {row.Label} {row.File} {result.PredictedClass} {result.Certified} {result.SampleCount};";
        }));
    }

    /// <summary>Whether a file is another one without its end, of which nothing but an incomplete line may have changed.</summary>
    private static bool IsCut(byte[] rows, byte[] changed)
    {
        int intact = Array.LastIndexOf(changed, (byte)'\n') + 1;
        return intact <= rows.Length && rows.AsSpan().StartsWith(changed.AsSpan(0, intact));
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
        IDataView data = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 40).Select(i => new Point
        {
            Features = [.. Enumerable.Range(0, 4).Select(_ => (float)(0.4 * random.NextDouble() + 0.5 * (i % 2)))],
            Label = i % 2 == 0 ? "first" : "second",
        }).ToArray());
        IEstimator<ITransformer> chain = _ml.Transforms.Conversion.MapValueToKey("Label")
            .Append(_ml.Transforms.SmoothedCertifier(
                _ml.Transforms.RandomAblation(new RandomAblationOptions { RetainedPixels = 2, Seed = 1 }).Append(_ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy()),
                new SmoothedCertifierOptions { Plan = SamplingPlan.Fixed(5, 20), ExactBudget = 0, Seed = 1 }));
        ModelFile.Save(_ml, chain.Fit(data), data.Schema, path);
        return _ml.Data.TakeRows(data, 3);
    }

    private string Votes(string path, IDataView data)
    {
        ITransformer model = ModelFile.Load(_ml, path);
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
