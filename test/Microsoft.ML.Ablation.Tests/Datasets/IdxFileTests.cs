using System.Security.Cryptography;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Tests.Datasets;

[TestClass]
public class IdxFileTests
{
    private static readonly byte[] s_threeImages = IdxWriter.Content(
        [2051, 3, 2, 4], [.. Enumerable.Range(0, 24).Select(i => (byte)(10 * i))]);
    private static readonly byte[] s_threeLabels = IdxWriter.Content([2049, 3], 7, 0, 255);

    private readonly MLContext _ml = new(seed: 1);
    private string _folder = "";

    [TestInitialize]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("idx-").FullName;

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [DataRow(false, false)]
    [DataRow(true, false)]
    [DataRow(false, true)]
    [DataRow(true, true)]
    public void Plain_and_gzipped_files_give_the_same_rows_whatever_their_names(bool gzipImages, bool gzipLabels)
    {
        IDataView view = _ml.Data.LoadIdx(
            Write("images.gz", gzipImages ? IdxWriter.Gzip(s_threeImages) : s_threeImages),
            Write("labels", gzipLabels ? IdxWriter.Gzip(s_threeLabels) : s_threeLabels));

        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, 1, 2, 4), view.Schema["Features"].Type);
        CollectionAssert.AreEqual(new[] { "7", "0", "255" }, view.GetColumn<string>("Label").ToArray());
        float[][] features = [.. view.GetColumn<float[]>("Features")];
        for (int i = 0; i < 24; i++)
            Assert.AreEqual((byte)(10 * i) / 255f, features[i / 8][i % 8]);
        Assert.IsTrue(view.CanShuffle);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Fashion_mnist_has_the_same_format(bool gzip)
    {
        byte[] pixels = new byte[10 * 784], labels = [9, 0, 0, 3, 2, 7, 2, 5, 5, 1];
        new Random(2).NextBytes(pixels);
        byte[] imageFile = IdxWriter.Content([2051, 10, 28, 28], pixels), labelFile = IdxWriter.Content([2049, 10], labels);
        string ending = gzip ? ".gz" : "";
        IDataView view = _ml.Data.LoadIdx(
            Write("train-images-idx3-ubyte" + ending, gzip ? IdxWriter.Gzip(imageFile) : imageFile),
            Write("train-labels-idx1-ubyte" + ending, gzip ? IdxWriter.Gzip(labelFile) : labelFile));

        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, 1, 28, 28), view.Schema["Features"].Type);
        Assert.AreEqual("9003272551", string.Concat(view.GetColumn<string>("Label")));
        CollectionAssert.AreEqual(
            Array.ConvertAll(pixels, grey => grey / 255f), view.GetColumn<float[]>("Features").SelectMany(image => image).ToArray());
    }

    [TestMethod]
    public void A_large_gzipped_file_is_read_whole()
    {
        var pixels = new byte[3000 * 784];
        new Random(1).NextBytes(pixels);
        IDataView view = _ml.Data.LoadIdx(
            Write("images", IdxWriter.Gzip(IdxWriter.Content([2051, 3000, 28, 28], pixels))),
            Write("labels", IdxWriter.Content([2049, 3000], new byte[3000])));
        Assert.AreEqual(pixels[^1] / 255f, view.GetColumn<float[]>("Features").Last()[783]);
    }

    [TestMethod]
    [DataRow(0, "byte 0 ", DisplayName = "empty")]
    [DataRow(10, "byte 10 ", DisplayName = "cut in the header")]
    [DataRow(16, "byte 16 ", DisplayName = "cut after the header")]
    [DataRow(39, "byte 39 ", DisplayName = "cut in the last image")]
    public void A_cut_file_is_refused_with_the_place_of_the_cut(int length, string place)
    {
        Refused(s_threeImages[..length], s_threeLabels, "images", place);
        if (length > 0)
            Refused(IdxWriter.Gzip(s_threeImages[..length]), s_threeLabels, "images", place);
    }

    [TestMethod]
    public void Wrong_contents_are_refused_with_place_expectation_and_finding()
    {
        Refused(s_threeLabels, s_threeLabels, "images", "byte 0 ", "2051", "2049");
        Refused(s_threeImages, s_threeImages, "labels", "byte 0 ", "2049", "2051");
        Refused("<html>404</html> not found"u8.ToArray(), s_threeLabels, "images", "byte 0 ", "2051");
        Refused(IdxWriter.Content([2051, 0, 2, 4]), s_threeLabels, "images", "byte 4 ", "items", "0 was found");
        Refused(IdxWriter.Content([2051, 3, -2, 4]), s_threeLabels, "images", "byte 8 ", "rows", "-2 was found");
        Refused(IdxWriter.Content([2051, 3, 2, 0]), s_threeLabels, "images", "byte 12 ", "columns");
        Refused([.. s_threeImages, 1], s_threeLabels, "images", "byte 40 ", "more bytes");
        Refused(IdxWriter.Gzip([.. s_threeImages, 1]), s_threeLabels, "images", "byte 40 ", "more bytes");
        Refused(s_threeImages, IdxWriter.Content([2049, 4], 1, 2, 3), "labels", "byte 11 ", "12 bytes");
        Refused(s_threeImages, IdxWriter.Content([2049, 2], 1, 2), "images", "3 images", "2 labels");
    }

    [TestMethod]
    public void A_header_that_announces_gigabytes_allocates_none_of_them()
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        Refused(IdxWriter.Gzip(IdxWriter.Content([2051, 60000, 170, 200], 1, 2)), s_threeLabels, "images", "byte 18 ");
        Refused(IdxWriter.Content([2051, int.MaxValue, int.MaxValue, int.MaxValue]), s_threeLabels, "images", "announces");
        Assert.IsLessThan(10_000_000L, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [TestMethod]
    public void A_damaged_gzip_stream_is_refused()
    {
        byte[] damaged = IdxWriter.Gzip(IdxWriter.Content([2051, 100, 28, 28], RandomNumberGenerator.GetBytes(78400)));
        byte[] cut = damaged[..30000];
        damaged[40000] ^= 0x55;
        Refused(damaged, s_threeLabels, "images", "uncompressed");
        Refused(cut, s_threeLabels, "images", "uncompressed");
    }

    [TestMethod]
    public void A_missing_file_is_named()
    {
        string labels = Write("labels", s_threeLabels);
        string nowhere = Path.Combine(_folder, "nowhere");
        var exception = Assert.ThrowsExactly<FileNotFoundException>(() => _ml.Data.LoadIdx(nowhere, labels));
        StringAssert.Contains(exception.Message, nowhere);
        exception = Assert.ThrowsExactly<FileNotFoundException>(() => _ml.Data.LoadIdx(_folder, labels));
        StringAssert.Contains(exception.Message, "directory");
        Assert.ThrowsExactly<ArgumentException>(() => _ml.Data.LoadIdx("", labels));
    }

    [TestMethod]
    public void Mnist_is_read_as_it_is()
    {
        string? data = Environment.GetEnvironmentVariable("ABLATION_DATA");
        string mnist = Path.Combine(data ?? "", "mnist");
        if (data is null || !Directory.Exists(mnist))
            Assert.Inconclusive("The environment variable ABLATION_DATA names no folder with mnist/ in it.");

        IDataView train = _ml.Data.LoadIdx(
            Path.Combine(mnist, "train-images-idx3-ubyte.gz"), Path.Combine(mnist, "train-labels-idx1-ubyte.gz"));
        IDataView test = _ml.Data.LoadIdx(
            Path.Combine(mnist, "t10k-images-idx3-ubyte.gz"), Path.Combine(mnist, "t10k-labels-idx1-ubyte.gz"));

        Assert.AreEqual(60_000L, train.GetRowCount());
        Assert.AreEqual(10_000L, test.GetRowCount());
        Assert.AreEqual("5041921314", string.Concat(train.GetColumn<string>("Label").Take(10)));
        Assert.AreEqual("7210414959", string.Concat(test.GetColumn<string>("Label").Take(10)));
        Assert.AreEqual(0.1307, train.GetColumn<float[]>("Features").Average(image => image.Average()), 0.0001);
    }

    private void Refused(byte[] images, byte[] labels, string file, params string[] words)
    {
        string imagesPath = Write("images", images), labelsPath = Write("labels", labels);
        var exception = Assert.ThrowsExactly<InvalidDataException>(() => _ml.Data.LoadIdx(imagesPath, labelsPath));
        foreach (string word in (string[])[Path.Combine(_folder, file), .. words])
            StringAssert.Contains(exception.Message, word);
    }

    private string Write(string name, byte[] content)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, content);
        return path;
    }
}
