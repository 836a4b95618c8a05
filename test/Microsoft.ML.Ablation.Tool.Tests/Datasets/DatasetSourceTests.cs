using System.Net;
using Microsoft.ML.Ablation.Tool.Datasets;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Tool.Tests.Datasets;

[TestClass]
public class DatasetSourceTests
{
    private readonly MLContext _ml = new(seed: 1);
    private string _folder = "";

    public required TestContext TestContext { get; init; }

    private CancellationToken Token => TestContext.CancellationToken;

    [TestInitialize]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("source-").FullName;

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public async Task A_folder_that_was_given_has_to_hold_a_data_set_even_if_others_do()
    {
        var request = new DatasetRequest { DataFolder = _folder, EnvironmentFolder = _folder, Download = Working() };
        var exception = await Assert.ThrowsExactlyAsync<FileNotFoundException>(() => Resolve(request));
        StringAssert.Contains(exception.Message, $"No MNIST found: '{_folder}' lacks t10k-labels-idx1-ubyte, ");
        StringAssert.Contains(exception.Message, $"No CIFAR-10 found: '{_folder}' lacks test_batch.bin ");
        StringAssert.Contains(exception.Message, $"No class folders with images found: '{_folder}' has no folders in it");
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("cifar-10-batches-bin")]
    public async Task A_folder_that_was_given_may_hold_cifar_10(string place)
    {
        BlackCifar10.WriteTo(Path.Combine(_folder, place));

        DatasetSource source = await Resolve(new DatasetRequest { DataFolder = _folder });

        Assert.IsFalse(source.IsGenerated);
        Assert.AreEqual("CIFAR-10", source.Name);
        Assert.AreEqual($"from '{_folder}' (--data; contents not compared with the published ones)", source.Why);
        Assert.AreEqual(50_000L, source.LoadTrain(_ml).GetRowCount());
        Assert.AreSame(source.LoadTrain(_ml), source.LoadTrain(_ml), "the files are read once");
        Assert.IsTrue(source.LoadTrain(_ml, 500).CanShuffle);
        Assert.AreEqual("0123456789012", string.Concat(source.LoadTrain(_ml, 13).GetColumn<string>("Label")));
        Assert.AreEqual(10_000L, source.LoadTest(_ml).GetRowCount());
        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, 3, 32, 32), source.LoadTest(_ml).Schema["Features"].Type);
    }

    [TestMethod]
    public async Task A_folder_that_was_given_may_hold_class_folders_with_images()
    {
        PictureFolder.WriteTo(_folder, count: 2);

        DatasetSource source = await Resolve(new DatasetRequest { DataFolder = _folder });

        Assert.AreEqual($"image folder {Path.GetFileName(_folder)}", source.Name);
        Assert.AreEqual($"from '{_folder}' (--data; files are checked as they are read)", source.Why);
        CollectionAssert.AreEqual(PictureFolder.Classes, source.ListClasses!().ToArray());
        Assert.IsTrue(source.LoadTrain(_ml, 4).CanShuffle);
        CollectionAssert.AreEqual(new[] { "blue", "green", "red", "blue" }, source.LoadTrain(_ml, 4).GetColumn<string>("Label").ToArray());
        Assert.AreEqual(6L, source.LoadTest(_ml).GetRowCount());
        Assert.IsNull(DatasetSource.Generated.ListClasses);
    }

    [TestMethod]
    public async Task Cifar_10_without_its_training_images_serves_for_testing_only()
    {
        BlackCifar10.WriteTo(_folder);
        File.Delete(Path.Combine(_folder, "data_batch_4.bin.gz"));

        DatasetSource source = await Resolve(new DatasetRequest { DataFolder = _folder });

        Assert.AreEqual(10L, source.LoadTest(_ml, 10).GetColumn<string>("Label").Count());
        var exception = Assert.ThrowsExactly<FileNotFoundException>(() => source.LoadTrain(_ml));
        StringAssert.Contains(exception.Message, $"'{_folder}' lacks data_batch_4.bin (");
    }

    [TestMethod]
    public async Task Mnist_comes_before_cifar_10()
    {
        BlackCifar10.WriteTo(_folder);
        foreach (MnistFile file in MnistFile.All)
            File.WriteAllText(Path.Combine(_folder, file.Name), "x");
        var exception = await Assert.ThrowsExactlyAsync<InvalidDataException>(() => Resolve(new DatasetRequest { DataFolder = _folder }));
        StringAssert.Contains(exception.Message, "MNIST");
    }

    [TestMethod]
    public async Task The_given_folder_comes_first_and_the_environment_second()
    {
        string real = RealMnist.Find().Directory;

        DatasetSource source = await Resolve(new DatasetRequest { DataFolder = real, EnvironmentFolder = _folder });
        Assert.AreEqual($"from '{real}' (--data)", source.Why);

        source = await Resolve(new DatasetRequest { EnvironmentFolder = Path.GetDirectoryName(real), Download = Unreachable() });
        Assert.AreEqual($"from '{real}' (ABLATION_DATA)", source.Why);
        Assert.IsFalse(source.IsGenerated);
        Assert.AreEqual("MNIST", source.Name);
        Assert.AreEqual(60_000L, source.LoadTrain(_ml).GetRowCount());
        Assert.AreSame(source.LoadTrain(_ml), source.LoadTrain(_ml), "the files are read once");
        Assert.IsTrue(source.LoadTrain(_ml, 500).CanShuffle);
        Assert.AreEqual(500, source.LoadTrain(_ml, 500).GetColumn<string>("Label").Count());
        Assert.AreEqual("7210414959", string.Concat(source.LoadTest(_ml, 10).GetColumn<string>("Label")));
    }

    [TestMethod]
    public async Task Damaged_files_in_the_environments_folder_are_an_error_not_a_reason_to_look_on()
    {
        foreach (MnistFile file in MnistFile.All)
            File.WriteAllText(Path.Combine(_folder, file.Name), "x");
        await Assert.ThrowsExactlyAsync<InvalidDataException>(
            () => Resolve(new DatasetRequest { EnvironmentFolder = _folder, Download = Working() }));
    }

    [TestMethod]
    [DataRow(null)]
    [DataRow("")]
    [DataRow("empty")]
    public async Task Then_comes_the_download(string? environment)
    {
        string? folder = environment;
        if (environment == "empty")
            folder = Directory.CreateDirectory(Path.Combine(_folder, environment)).FullName;
        DatasetSource source = await Resolve(new DatasetRequest { EnvironmentFolder = folder, Download = Working() });
        Assert.IsFalse(source.IsGenerated);
        Assert.AreEqual($"from '{Path.Combine(_folder, "cache")}' (downloaded)", source.Why);
    }

    [TestMethod]
    public async Task Last_come_the_generated_digits_with_the_reason()
    {
        DatasetSource source = await Resolve(new DatasetRequest { Download = Unreachable() });
        Assert.IsTrue(source.IsGenerated);
        Assert.AreEqual("generated digits", source.Name);
        foreach (string words in new[] { "ABLATION_DATA is not set", "cannot be downloaded", "mirror.example: it answered 503" })
            StringAssert.Contains(source.Why, words);
        Assert.IsFalse(source.Why.EndsWith('.'), "the caller ends the sentence");

        source = await Resolve(new DatasetRequest { EnvironmentFolder = Path.Combine(_folder, "nowhere") });
        StringAssert.Contains(source.Why, Path.Combine(_folder, "nowhere"));
        StringAssert.Contains(source.Why, "downloading is turned off");

        Assert.AreEqual(60_000L, source.LoadTrain(_ml).GetRowCount());
        Assert.AreEqual(300L, source.LoadTest(_ml, 300).GetRowCount());
        Assert.AreNotEqual(
            source.LoadTrain(_ml, 20).GetColumn<float[]>("Features").First().Sum(),
            source.LoadTest(_ml, 20).GetColumn<float[]>("Features").First().Sum());
        Assert.AreEqual("as asked for", DatasetSource.Generated.Why);
    }

    private Task<DatasetSource> Resolve(DatasetRequest request) => DatasetSource.ResolveAsync(request, cancellationToken: Token);

    private MnistDownload Working() => Download((address, _) => FakeServer.Gives(SmallMnist.At(address)));

    private MnistDownload Unreachable() => Download((_, _) => FakeServer.Says(HttpStatusCode.ServiceUnavailable));

    private MnistDownload Download(Func<Uri, CancellationToken, Task<HttpResponseMessage>> answer) => new()
    {
        Folder = Path.Combine(_folder, "cache"),
        Files = SmallMnist.Files,
        Mirrors = [new Uri("https://mirror.example/mnist/")],
        CreateHandler = () => new FakeServer(answer),
    };
}
