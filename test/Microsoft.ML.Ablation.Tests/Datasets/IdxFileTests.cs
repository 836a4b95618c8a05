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
        Refused(s_threeLabels, s_threeLabels, "images", "is an IDX file of unsigned bytes, 3. That is a file of labels");
        Refused(s_threeImages, s_threeImages, "labels", "is an IDX file of unsigned bytes, 3 × 2 × 4. That is a file of images");
        Refused("<html>404</html> not found"u8.ToArray(), s_threeLabels, "images", "byte 0 ", "3C68746D was found");
        Refused(IdxWriter.Content([2051, 0, 2, 4]), s_threeLabels, "images", "byte 4 ", "items", "0 was found");
        Refused(IdxWriter.Content([2051, 3, -2, 4]), s_threeLabels, "images", "byte 8 ", "rows", "-2 was found");
        Refused(IdxWriter.Content([2051, 3, 2, 0]), s_threeLabels, "images", "byte 12 ", "columns");
        Refused([.. s_threeImages, 1], s_threeLabels, "images", "byte 40 ", "more bytes");
        Refused(IdxWriter.Gzip([.. s_threeImages, 1]), s_threeLabels, "images", "byte 40 ", "more bytes");
        Refused(s_threeImages, IdxWriter.Content([2049, 4], 1, 2, 3), "labels", "byte 11 ", "12 bytes");
        Refused(s_threeImages, IdxWriter.Content([2049, 2], 1, 2), "images", "3 images", "2 labels");
    }

    [TestMethod]
    [DataRow((byte)0x08, 1)]
    [DataRow((byte)0x09, 1)]
    [DataRow((byte)0x0B, 2)]
    [DataRow((byte)0x0C, 4)]
    [DataRow((byte)0x0D, 4)]
    [DataRow((byte)0x0E, 8)]
    public void Numbers_of_every_type_are_levels_or_brightness_and_labels(byte type, int size)
    {
        bool isFloat = type >= 0x0D;
        double[] pixels = isFloat ? [0, 0.25, 0.5, 1] : [0, 1, 100, 127];
        IDataView view = _ml.Data.LoadIdx(Write("images", IdxWriter.Numbers(type, [2, 1, 2], pixels)), Write("labels", IdxWriter.Numbers(type, [2, 1], [3, 100])));
        CollectionAssert.AreEqual(new[] { "3", "100" }, view.GetColumn<string>("Label").ToArray());
        CollectionAssert.AreEqual(pixels.Select(value => isFloat ? (float)value : (float)value / 255f).ToArray(),
            view.GetColumn<float[]>("Features").SelectMany(image => image).ToArray());

        if (type == 0x08)
            return;
        Refused(IdxWriter.Numbers(type, [2, 1, 2], [0, 0, -1, 0]), IdxWriter.Numbers(type, [2], [0, 1]), "images", "-1 was found at byte " + (16 + 2 * size));
        if (size > 1)
            Refused(IdxWriter.Numbers(type, [1, 1, 1], [256]), IdxWriter.Numbers(type, [1], [0]), "images", "256 was found", isFloat ? "from 0 to 1" : "from 0 to 255");
        if (isFloat)
            Refused(IdxWriter.Numbers(type, [1, 1, 1], [1]), IdxWriter.Numbers(type, [1], [0.5]), "labels", "Labels are whole numbers, but 0.5 was found");
        Assert.AreEqual("-7", _ml.Data.LoadIdx(Write("images", IdxWriter.Numbers(type, [1, 1, 1], [0])), Write("labels", IdxWriter.Numbers(type, [1], [-7])))
            .GetColumn<string>("Label").Single());
    }

    [TestMethod]
    public void The_class_is_the_first_of_eight_columns_of_qmnist()
    {
        double[] columns = [5, 0, 1, 2, 3, 4, 0, 0, 61_234, 1, 9, 9, 9, 9, 9, 9];
        IDataView view = _ml.Data.LoadIdx(Write("images", IdxWriter.Content([2051, 2, 1, 1], 1, 2)), Write("labels", IdxWriter.Numbers(0x0C, [2, 8], columns)));
        CollectionAssert.AreEqual(new[] { "5", "61234" }, view.GetColumn<string>("Label").ToArray());
    }

    [TestMethod]
    public void Colour_images_are_planar_or_interleaved_in_the_file_and_planar_in_the_column()
    {
        byte[] labels = IdxWriter.Content([2049, 2], 0, 1);
        byte[] planar = [.. Enumerable.Range(0, 2 * 3 * 2 * 4).Select(i => (byte)i)];
        byte[] interleaved = [.. from image in Enumerable.Range(0, 2)
                                 from pixel in Enumerable.Range(0, 8)
                                 from channel in Enumerable.Range(0, 3)
                                 select planar[24 * image + 8 * channel + pixel]];
        foreach (byte[] file in new[] { IdxWriter.Content([0x0804, 2, 3, 2, 4], planar), IdxWriter.Content([0x0804, 2, 2, 4, 3], interleaved) })
        {
            IDataView view = _ml.Data.LoadIdx(Write("images", file), Write("labels", labels));
            Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, 3, 2, 4), view.Schema["Features"].Type);
            CollectionAssert.AreEqual(planar.Select(level => level / 255f).ToArray(), view.GetColumn<float[]>("Features").SelectMany(image => image).ToArray());
        }
    }

    [TestMethod]
    public void What_is_neither_image_nor_label_is_refused_by_what_it_is()
    {
        Refused(IdxWriter.Numbers(0x08, [2, 784], new double[1568]), s_threeLabels, "images", "is an IDX file of unsigned bytes, 2 × 784. ", "flat rows");
        Refused(IdxWriter.Numbers(0x08, [1, 2, 2, 2], new double[8]), s_threeLabels, "images", "1 × 2 × 2 × 2. ", "1 or 3, the channels");
        Refused(IdxWriter.Numbers(0x08, [1, 3, 2, 3], new double[18]), s_threeLabels, "images", "it cannot be told which");
        Refused(IdxWriter.Numbers(0x0E, [1, 1, 1, 1, 1], [0]), s_threeLabels, "images", "64-bit floating-point numbers in 5 dimensions");
        Refused(s_threeImages, IdxWriter.Numbers(0x08, [3, 8], new double[24]), "labels", "unsigned bytes, 3 × 8. ", "QMNIST");
        Refused(s_threeImages, IdxWriter.Numbers(0x0C, [3, 10], new double[30]), "labels", "32-bit integers, 3 × 10. ");
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public void Pipes_are_read_like_files(bool gzip)
    {
        string images = Path.Combine(_folder, "images.pipe"), labels = Path.Combine(_folder, "labels.pipe");
        foreach (string pipe in new[] { images, labels })
            System.Diagnostics.Process.Start("mkfifo", [pipe]).WaitForExit();
        // Opening a pipe waits for the other end.
        Task writing = Task.Run(() =>
        {
            foreach ((string pipe, byte[] content) in new[] { (images, s_threeImages), (labels, s_threeLabels) })
            {
                using var stream = new FileStream(pipe, FileMode.Open, FileAccess.Write);
                stream.Write(gzip ? IdxWriter.Gzip(content) : content);
            }
        });
        IDataView view = _ml.Data.LoadIdx(images, labels);
        writing.Wait();
        CollectionAssert.AreEqual(new[] { "7", "0", "255" }, view.GetColumn<string>("Label").ToArray());
        Assert.AreEqual(230 / 255f, view.GetColumn<float[]>("Features").Last()[7]);
    }

    [TestMethod]
    public void Gzip_members_one_behind_the_other_are_one_content()
    {
        byte[] images = [.. IdxWriter.Gzip(s_threeImages[..20]), .. IdxWriter.Gzip(s_threeImages[20..])];
        IDataView view = _ml.Data.LoadIdx(Write("images", images), Write("labels", s_threeLabels));
        Assert.AreEqual(230 / 255f, view.GetColumn<float[]>("Features").Last()[7]);
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
