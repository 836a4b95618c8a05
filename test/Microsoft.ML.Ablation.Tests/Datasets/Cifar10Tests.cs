using Microsoft.ML.Ablation.Datasets;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Tests.Datasets;

[TestClass]
public class Cifar10Tests
{
    private const int RecordLength = 3073;

    private readonly MLContext _ml = new(seed: 1);
    private string _folder = "";

    [TestInitialize]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("cifar-").FullName;

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Records_become_planar_images_with_their_numbers_as_labels(bool gzip)
    {
        byte[] first = Records(7, 0), second = Records(9);
        IDataView view = _ml.Data.LoadCifar10Files(
            Write("first.gz", gzip ? IdxWriter.Gzip(first) : first), Write("second", gzip ? IdxWriter.Gzip(second) : second));

        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, 3, 32, 32), view.Schema["Features"].Type);
        Assert.AreEqual(3L, view.GetRowCount());
        Assert.IsTrue(view.CanShuffle);
        CollectionAssert.AreEqual(new[] { "7", "0", "9" }, view.GetColumn<string>("Label").ToArray());
        float[][] features = [.. view.GetColumn<float[]>("Features")];
        byte[] all = [.. first, .. second];
        for (int i = 0; i < 3; i++)
        {
            byte[] pixels = all[(i * RecordLength + 1)..((i + 1) * RecordLength)];
            CollectionAssert.AreEqual(Array.ConvertAll(pixels, value => value / 255f), features[i]);
        }
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public void A_pipe_is_read_like_a_file()
    {
        string pipe = Path.Combine(_folder, "records.pipe");
        System.Diagnostics.Process.Start("mkfifo", [pipe]).WaitForExit();
        Task writing = Task.Run(() => File.WriteAllBytes(pipe, IdxWriter.Gzip(Records(7, 0))));
        CollectionAssert.AreEqual(new[] { "7", "0" }, _ml.Data.LoadCifar10Files(pipe).GetColumn<string>("Label").ToArray());
        writing.Wait();
    }

    [TestMethod]
    public void Records_of_cifar_100_are_refused_by_what_they_are()
    {
        string path = Write("train.bin", new byte[5 * (RecordLength + 1)]);
        var exception = Assert.ThrowsExactly<InvalidDataException>(() => _ml.Data.LoadCifar10Files(path));
        Assert.AreEqual($"'{path}' is a CIFAR-10 file of 5 records with two labels, as CIFAR-100 has them. CIFAR-10 has one label per record.", exception.Message);
    }

    [TestMethod]
    public void Shuffled_rows_keep_their_own_labels()
    {
        IDataView view = _ml.Data.LoadCifar10Files(Write("a", Records(0, 1, 2, 3, 4)), Write("b", Records(5, 6, 7, 8, 9)));
        string[] labels = [.. view.GetColumn<string>("Label")];
        float[][] features = [.. view.GetColumn<float[]>("Features")];
        IDataView shuffled = _ml.Data.ShuffleRows(view, seed: 3);
        string[] shuffledLabels = [.. shuffled.GetColumn<string>("Label")];
        float[][] shuffledFeatures = [.. shuffled.GetColumn<float[]>("Features")];

        CollectionAssert.AreNotEqual(labels, shuffledLabels);
        CollectionAssert.AreEquivalent(labels, shuffledLabels);
        for (int i = 0; i < labels.Length; i++)
            CollectionAssert.AreEqual(features[Array.IndexOf(labels, shuffledLabels[i])], shuffledFeatures[i]);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("cifar-10-batches-bin")]
    public void A_folder_gives_the_split_that_is_asked_for(string place)
    {
        string at = Directory.CreateDirectory(Path.Combine(_folder, place)).FullName;
        for (int number = 1; number <= 5; number++)
            File.WriteAllBytes(Path.Combine(at, $"data_batch_{number}.bin.gz"), IdxWriter.Gzip(Batch((byte)number)));
        File.WriteAllBytes(Path.Combine(at, "test_batch.bin"), Batch(9));

        IDataView train = _ml.Data.LoadCifar10(_folder, Cifar10Split.Train), test = _ml.Data.LoadCifar10(_folder, Cifar10Split.Test);

        Assert.AreEqual(50_000L, train.GetRowCount());
        Assert.AreEqual(10_000L, test.GetRowCount());
        string[] labels = [.. train.GetColumn<string>("Label")];
        for (int i = 0; i < labels.Length; i++)
            Assert.AreEqual($"{1 + i / 10_000}", labels[i]);
        Assert.AreEqual("9", test.GetColumn<string>("Label").Distinct().Single());
    }

    [TestMethod]
    public void What_a_folder_lacks_is_named()
    {
        string nowhere = Path.Combine(_folder, "nowhere");
        Lacks(nowhere, Cifar10Split.Train, $"'{nowhere}' does not exist");
        Lacks(Write("file", [1]), Cifar10Split.Train, "is a file, not a folder");
        Lacks(_folder, Cifar10Split.Test, $"'{_folder}' lacks test_batch.bin (");
        Lacks(_folder, Cifar10Split.Train,
            "lacks data_batch_1.bin, data_batch_2.bin, data_batch_3.bin, data_batch_4.bin, data_batch_5.bin (");

        string inner = Directory.CreateDirectory(Path.Combine(_folder, "cifar-10-batches-bin")).FullName;
        File.WriteAllBytes(Path.Combine(inner, "data_batch_1.bin"), Records(1));
        Lacks(_folder, Cifar10Split.Train, $"'{inner}' lacks data_batch_2.bin, ");
        Write("data_batch_2.bin.gz", IdxWriter.Gzip(Records(1)));
        Lacks(_folder, Cifar10Split.Train, $"'{_folder}' lacks data_batch_1.bin, data_batch_3.bin, ");

        var exception = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Data.LoadCifar10(_folder, (Cifar10Split)2));
        Assert.AreEqual("split", exception.ParamName);
        Assert.ThrowsExactly<ArgumentException>(() => _ml.Data.LoadCifar10("", Cifar10Split.Test));
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(9_999)]
    [DataRow(10_001)]
    public void A_file_in_a_folder_with_another_number_of_records_is_refused(int records)
    {
        byte[] content = new byte[records * RecordLength];
        string place = $"byte {Math.Min(records, 10_000) * RecordLength:N0} ";
        foreach (bool gzip in new[] { false, true })
        {
            string path = Write("test_batch.bin", gzip ? IdxWriter.Gzip(content) : content);
            var exception = Assert.ThrowsExactly<InvalidDataException>(() => _ml.Data.LoadCifar10(_folder, Cifar10Split.Test));
            foreach (string word in new[] { path, place, $"{10_000:N0} records" })
                StringAssert.Contains(exception.Message, word);
        }
    }

    [TestMethod]
    [DataRow(0, DisplayName = "empty")]
    [DataRow(1, DisplayName = "one byte")]
    [DataRow(RecordLength - 1, DisplayName = "cut in the first record")]
    [DataRow(2 * RecordLength + 5, DisplayName = "cut in the last record")]
    public void A_cut_file_is_refused_with_the_place_of_the_cut(int length)
    {
        byte[] cut = Records(1, 2, 3)[..length];
        Refused(cut, $"byte {length:N0} ", "ends");
        if (length > 0)
        {
            Refused(IdxWriter.Gzip(cut), $"byte {length:N0} ", "ends");
            StringAssert.Contains(Refusal(cut), $"{length % RecordLength:N0} bytes into record {length / RecordLength + 1}");
        }
    }

    [TestMethod]
    public void A_label_that_no_class_has_is_refused_with_its_place()
    {
        Refused(Records(3, 10), $"byte {RecordLength:N0} ", "0 to 9", "10 was found");
        Refused(IdxWriter.Gzip(Records(255)), "byte 0 ", "255 was found");
    }

    [TestMethod]
    public void A_damaged_gzip_stream_is_refused()
    {
        byte[] gzip = IdxWriter.Gzip(Records([.. Enumerable.Repeat((byte)4, 20)]));
        Refused(gzip[..30_000], "(uncompressed)");
        gzip[20_000] ^= 0x55;
        Refused(gzip, "(uncompressed)");
    }

    [TestMethod]
    public void Missing_files_and_no_files_are_refused()
    {
        string good = Write("good", Records(1)), nowhere = Path.Combine(_folder, "nowhere");
        var exception = Assert.ThrowsExactly<FileNotFoundException>(() => _ml.Data.LoadCifar10Files(good, nowhere));
        StringAssert.Contains(exception.Message, nowhere);
        exception = Assert.ThrowsExactly<FileNotFoundException>(() => _ml.Data.LoadCifar10Files(_folder));
        StringAssert.Contains(exception.Message, "directory");
        Assert.ThrowsExactly<ArgumentException>(() => _ml.Data.LoadCifar10Files());
        Assert.ThrowsExactly<ArgumentException>(() => _ml.Data.LoadCifar10Files(good, ""));
    }

    [TestMethod]
    public void A_thousand_real_images_are_read_as_they_are()
    {
        string data = Environment.GetEnvironmentVariable("ABLATION_DATA") ?? "";
        string path = Path.Combine(data, "cifar10-jpeg", "test_batch_first1000.bin.gz");
        if (!File.Exists(path))
            Assert.Inconclusive("ABLATION_DATA names no folder with cifar10-jpeg/test_batch_first1000.bin.gz in it.");

        IDataView view = _ml.Data.LoadCifar10Files(path);

        Assert.AreEqual(1_000L, view.GetRowCount());
        ILookup<string, string> classes = view.GetColumn<string>("Label").ToLookup(label => label);
        CollectionAssert.AreEqual(
            new[] { 94, 95, 97, 112, 95, 117, 96, 117, 88, 89 },
            Enumerable.Range(0, 10).Select(label => classes[$"{label}"].Count()).ToArray());
        // The means of CIFAR-10's channels, red, green, blue; 1,000 images come within 0.02.
        float[][] features = [.. view.GetColumn<float[]>("Features")];
        double[] means = [.. Enumerable.Range(0, 3).Select(
            channel => features.Average(image => image.Skip(1024 * channel).Take(1024).Average()))];
        Assert.AreEqual(0.491, means[0], 0.02);
        Assert.AreEqual(0.482, means[1], 0.02);
        Assert.AreEqual(0.447, means[2], 0.02);
    }

    private void Lacks(string folder, Cifar10Split split, string words)
    {
        var exception = Assert.ThrowsExactly<FileNotFoundException>(() => _ml.Data.LoadCifar10(folder, split));
        StringAssert.Contains(exception.Message, words);
    }

    private void Refused(byte[] content, params string[] words)
    {
        string message = Refusal(content);
        foreach (string word in words)
            StringAssert.Contains(message, word);
    }

    private string Refusal(byte[] content)
    {
        string path = Write("damaged", content);
        string message = Assert.ThrowsExactly<InvalidDataException>(() => _ml.Data.LoadCifar10Files(path)).Message;
        StringAssert.Contains(message, path);
        return message;
    }

    /// <summary>A record of random pixels for each label.</summary>
    private static byte[] Records(params byte[] labels)
    {
        var content = new byte[labels.Length * RecordLength];
        new Random(labels[0]).NextBytes(content);
        for (int i = 0; i < labels.Length; i++)
            content[i * RecordLength] = labels[i];
        return content;
    }

    /// <summary>As many black images of one class as a published file holds.</summary>
    private static byte[] Batch(byte label)
    {
        var content = new byte[10_000 * RecordLength];
        for (int start = 0; start < content.Length; start += RecordLength)
            content[start] = label;
        return content;
    }

    private string Write(string name, byte[] content)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, content);
        return path;
    }
}
