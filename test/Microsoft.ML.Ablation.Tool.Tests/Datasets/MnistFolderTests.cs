using Microsoft.ML.Ablation.Tool.Datasets;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Tool.Tests.Datasets;

[TestClass]
public class MnistFolderTests
{
    private string _folder = "";

    [TestInitialize]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("mnist-").FullName;

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [DataRow("", "-idx", ".gz")]
    [DataRow("", "-idx", "")]
    [DataRow("", ".idx", "")]
    [DataRow("", ".idx", ".gz")]
    [DataRow("mnist", "-idx", ".gz")]
    [DataRow("MNIST/raw", "-idx", "")]
    public void The_files_are_found_under_their_usual_names_and_places(string place, string idx, string ending)
    {
        string at = Path.GetFullPath(Path.Combine(_folder, place)).TrimEnd(Path.DirectorySeparatorChar);
        Fill(at, name => name.Replace("-idx", idx) + ending);

        MnistFolder? found = MnistFolder.Find(_folder, out _);

        Assert.IsNotNull(found);
        Assert.AreEqual(at, found.Directory);
        Assert.AreEqual(Path.Combine(at, "train-labels-idx1-ubyte".Replace("-idx", idx) + ending), found[MnistFile.TrainLabels]);
    }

    [TestMethod]
    public void What_is_missing_is_named()
    {
        string nowhere = Path.Combine(_folder, "nowhere");
        Assert.IsNull(MnistFolder.Find(nowhere, out string missing));
        StringAssert.Contains(missing, nowhere);

        Assert.IsNull(MnistFolder.Find(_folder, out missing));
        foreach (MnistFile file in MnistFile.All)
            StringAssert.Contains(missing, file.Name);

        string inner = Path.Combine(_folder, "mnist");
        Fill(inner, name => name);
        File.Delete(Path.Combine(inner, MnistFile.TrainLabels.Name));
        Assert.IsNull(MnistFolder.Find(_folder, out missing));
        StringAssert.Contains(missing, $"'{inner}' lacks train-labels-idx1-ubyte (");
        Assert.ThrowsExactly<FileNotFoundException>(() => MnistFolder.Open(_folder));
    }

    [TestMethod]
    public void Files_of_another_content_are_named_with_both_sums()
    {
        Fill(_folder, name => name);
        var exception = Assert.ThrowsExactly<InvalidDataException>(() => MnistFolder.Open(_folder));
        foreach (MnistFile file in MnistFile.All)
        {
            StringAssert.Contains(exception.Message, Path.Combine(_folder, file.Name));
            StringAssert.Contains(exception.Message, file.Sha256);
        }
        StringAssert.Contains(exception.Message, "nor are they those of Fashion-MNIST");
    }

    [TestMethod]
    public void Fashion_mnist_is_known_by_its_labels_and_goes_under_its_own_name()
    {
        foreach (MnistFile file in MnistFile.All)
            File.WriteAllBytes(Path.Combine(_folder, file.Name + ".gz"), SmallMnist.Gzipped(file.Name));
        MnistFile[] labels = [.. SmallMnist.Files.Where(file => file.Name.Contains("labels"))];

        MnistFolder folder = MnistFolder.Open(_folder, labels, CancellationToken.None);

        Assert.AreEqual("Fashion-MNIST", folder.Name);
        Assert.AreEqual("known by its labels, its images not compared with the published ones", folder.Caveat);
        Assert.AreEqual(_folder, folder.Directory);
        Assert.AreEqual(Path.Combine(_folder, "t10k-images-idx3-ubyte.gz"), folder[MnistFile.TestImages]);

        File.WriteAllText(Path.Combine(_folder, "t10k-labels-idx1-ubyte.gz"), "other labels");
        Assert.ThrowsExactly<InvalidDataException>(() => MnistFolder.Open(_folder, labels, CancellationToken.None));
    }

    [TestMethod]
    public void Images_of_mnist_with_labels_of_fashion_mnist_are_a_mixture()
    {
        MnistFolder real = RealMnist.Find();
        foreach (MnistFile file in new[] { MnistFile.TrainImages, MnistFile.TestImages })
            File.Copy(real[file], Path.Combine(_folder, Path.GetFileName(real[file])));
        MnistFile[] labels = [.. SmallMnist.Files.Where(file => file.Name.Contains("labels"))];
        foreach (MnistFile file in labels)
            File.WriteAllBytes(Path.Combine(_folder, file.Name), SmallMnist.Content(file.Name));

        var exception = Assert.ThrowsExactly<InvalidDataException>(() => MnistFolder.Open(_folder, labels, CancellationToken.None));
        StringAssert.Contains(exception.Message, "t10k-labels");
        Assert.DoesNotContain("t10k-images", exception.Message);
    }

    [TestMethod]
    public void Real_mnist_passes_and_one_changed_byte_does_not()
    {
        MnistFolder real = RealMnist.Find();
        MnistFolder whole = MnistFolder.Open(real.Directory);
        Assert.AreEqual("MNIST", whole.Name);
        Assert.IsNull(whole.Caveat);

        foreach (MnistFile file in MnistFile.All)
            File.Copy(real[file], Path.Combine(_folder, Path.GetFileName(real[file])));
        string labels = Path.Combine(_folder, MnistFile.TestLabels.Name);
        File.Delete(labels + ".gz");
        byte[] content = new byte[MnistFile.TestLabels.Length];
        using (var gzip = new System.IO.Compression.GZipStream(
            File.OpenRead(real[MnistFile.TestLabels]), System.IO.Compression.CompressionMode.Decompress))
        {
            gzip.ReadExactly(content);
        }
        File.WriteAllBytes(labels, content);
        MnistFolder.Open(_folder);

        content[5000] ^= 1;
        File.WriteAllBytes(labels, content);
        var exception = Assert.ThrowsExactly<InvalidDataException>(() => MnistFolder.Open(_folder));
        StringAssert.Contains(exception.Message, labels);
        Assert.DoesNotContain("train-images", exception.Message);
    }

    [TestMethod]
    public void Real_mnist_is_loaded_with_the_common_columns()
    {
        MnistFolder real = RealMnist.Find();
        var ml = new MLContext(seed: 1);
        IDataView train = real.LoadTrain(ml), test = real.LoadTest(ml);

        Assert.AreEqual(60_000L, train.GetRowCount());
        Assert.AreEqual(10_000L, test.GetRowCount());
        Assert.AreEqual("5", train.GetColumn<string>("Label").First());
        Assert.AreEqual("7", test.GetColumn<string>("Label").First());
    }

    private static void Fill(string directory, Func<string, string> rename)
    {
        Directory.CreateDirectory(directory);
        foreach (MnistFile file in MnistFile.All)
            File.WriteAllText(Path.Combine(directory, rename(file.Name)), "not the content");
    }
}
