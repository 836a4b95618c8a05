using System.Net;
using System.Net.Sockets;
using Microsoft.ML.Ablation.Tool.Datasets;

namespace Microsoft.ML.Ablation.Tool.Tests.Datasets;

[TestClass]
public class MnistDownloadTests
{
    private static readonly Uri s_first = new("https://first.example/mnist/"), s_second = new("https://second.example/mnist/");

    private string _parent = "";

    public required TestContext TestContext { get; init; }

    private CancellationToken Token => TestContext.CancellationToken;

    private string Folder => Path.Combine(_parent, "cache", "mnist");

    [TestInitialize]
    public void CreateFolder() => _parent = Directory.CreateTempSubdirectory("download-").FullName;

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(_parent, recursive: true);

    [TestMethod]
    public async Task All_four_files_are_fetched_once_and_kept()
    {
        using var server = new FakeServer((address, _) => FakeServer.Gives(SmallMnist.At(address)));
        var seen = new Reports();

        MnistFolder folder = await Download(server).RunAsync(seen, Token);

        Assert.AreEqual(Folder, folder.Directory);
        Assert.HasCount(4, server.Requests);
        foreach (MnistFile file in SmallMnist.Files)
            CollectionAssert.AreEqual(SmallMnist.Gzipped(file.Name), File.ReadAllBytes(Path.Combine(Folder, file.Name + ".gz")));
        Assert.AreEqual("first.example", seen.Last.Mirror);
        Assert.AreEqual(4, seen.Last.FileNumber);
        Assert.AreEqual(4, seen.Last.FileCount);
        Assert.AreEqual(seen.Last.TotalBytes, seen.Last.BytesReceived);

        await Download(server).RunAsync(cancellationToken: Token);
        Assert.HasCount(4, server.Requests, "what is there is not asked for again");
    }

    [TestMethod]
    public async Task A_damaged_file_in_the_cache_is_fetched_again_and_the_others_are_not()
    {
        using var server = new FakeServer((address, _) => FakeServer.Gives(SmallMnist.At(address)));
        await Download(server).RunAsync(cancellationToken: Token);
        string damaged = Path.Combine(Folder, "t10k-images-idx3-ubyte.gz");
        File.WriteAllText(damaged, "damaged");

        await Download(server).RunAsync(cancellationToken: Token);

        Assert.HasCount(5, server.Requests);
        CollectionAssert.AreEqual(SmallMnist.Gzipped("t10k-images-idx3-ubyte"), File.ReadAllBytes(damaged));
    }

    [TestMethod]
    public async Task A_mirror_that_fails_is_passed_over_and_asked_last_from_then_on()
    {
        using var server = new FakeServer((address, _) => address.Host == "first.example"
            ? FakeServer.Says(HttpStatusCode.NotFound)
            : FakeServer.Gives(SmallMnist.At(address)));

        await Download(server).RunAsync(cancellationToken: Token);

        CollectionAssert.AreEqual(
            new[] { "first.example", "second.example", "second.example", "second.example", "second.example" },
            server.Requests.Select(address => address.Host).ToArray());
    }

    [TestMethod]
    [DataRow("missing", "404")]
    [DataRow("other file", "SHA-256")]
    [DataRow("flipped", "not the file")]
    [DataRow("cut", "not the file")]
    [DataRow("broken off", "ended after 100 of")]
    [DataRow("endless", "more than")]
    [DataRow("page", "SHA-256")]
    [DataRow("refused", "No route")]
    [DataRow("silent", "no answer within 0.2 seconds")]
    [DataRow("stalls", "no answer within 0.2 seconds")]
    public async Task What_goes_wrong_is_told_for_every_mirror_and_nothing_stays(string trouble, string words)
    {
        using var server = new FakeServer(async (address, token) =>
        {
            byte[] good = SmallMnist.At(address);
            switch (trouble)
            {
                case "missing": return await FakeServer.Says(HttpStatusCode.NotFound);
                case "other file": return await FakeServer.Gives(SmallMnist.Gzipped("another"));
                case "flipped": good[good.Length / 2] ^= 0x40; return await FakeServer.Gives(good);
                case "cut": return await FakeServer.Gives(good[..(good.Length / 2)]);
                case "page": return await FakeServer.Gives("<html>Please log in</html>"u8.ToArray());
                case "endless": return await FakeServer.Gives(new byte[10_000_000]);
                case "refused": throw new HttpRequestException("No route to host");
                case "silent": await Task.Delay(Timeout.Infinite, token); return null!;
                case "broken off":
                    var cut = new StreamContent(new MemoryStream(good[..100]));
                    cut.Headers.ContentLength = good.Length;
                    return await FakeServer.Gives(cut);
                default: return await FakeServer.Gives(new StreamContent(new StallingStream(good[..100])));
            }
        });

        var exception = await Assert.ThrowsExactlyAsync<DownloadException>(
            () => Download(server, TimeSpan.FromSeconds(0.2)).RunAsync(cancellationToken: Token));

        foreach (string part in new[] { "t10k-labels-idx1-ubyte.gz", "first.example: ", "second.example: " })
            StringAssert.Contains(exception.Message, part);
        Assert.HasCount(3, exception.Message.Split(words), $"'{words}' once per mirror in: {exception.Message}");
        Assert.IsEmpty(Directory.GetFileSystemEntries(Folder));
    }

    [TestMethod]
    public async Task Cancelling_keeps_the_finished_files_and_nothing_else()
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Token);
        using var server = new FakeServer(async (address, token) =>
        {
            if (!address.AbsolutePath.Contains("t10k-images"))
                return await FakeServer.Gives(SmallMnist.At(address));
            source.CancelAfter(50);
            return await FakeServer.Gives(new StreamContent(new StallingStream(SmallMnist.At(address)[..100])));
        });

        await Assert.ThrowsAsync<OperationCanceledException>(() => Download(server).RunAsync(cancellationToken: source.Token));

        CollectionAssert.AreEquivalent(
            new[] { "t10k-labels-idx1-ubyte.gz", "train-labels-idx1-ubyte.gz" },
            Directory.GetFileSystemEntries(Folder).Select(Path.GetFileName).ToArray());
    }

    [TestMethod]
    public async Task A_content_that_the_server_has_unpacked_is_right_too()
    {
        using var server = new FakeServer((address, _) =>
            FakeServer.Gives(SmallMnist.Content(Path.GetFileNameWithoutExtension(address.AbsolutePath))));
        Assert.IsNotNull(await Download(server).RunAsync(cancellationToken: Token));
    }

    [TestMethod]
    public async Task A_folder_that_cannot_be_made_is_named()
    {
        File.WriteAllText(Path.Combine(_parent, "cache"), "a file in the way");
        using var server = new FakeServer((address, _) => FakeServer.Gives(SmallMnist.At(address)));
        var exception = await Assert.ThrowsExactlyAsync<IOException>(() => Download(server).RunAsync(cancellationToken: Token));
        StringAssert.Contains(exception.Message, Folder);
        Assert.IsEmpty(server.Requests);
    }

    [TestMethod]
    public async Task Over_a_real_connection_an_unreachable_mirror_gives_way_to_one_that_answers()
    {
        using var closed = new TcpListener(IPAddress.Loopback, 0);
        closed.Start();
        var unreachable = new Uri($"http://127.0.0.1:{((IPEndPoint)closed.LocalEndpoint).Port}/mnist/");
        closed.Stop();
        await using var server = new LocalServer(SmallMnist.At);

        var download = new MnistDownload { Folder = Folder, Files = SmallMnist.Files, Mirrors = [unreachable, server.Address] };
        MnistFolder folder = await download.RunAsync(cancellationToken: Token);

        Assert.AreEqual(Folder, folder.Directory);
        Assert.HasCount(4, Directory.GetFileSystemEntries(Folder));
    }

    [TestMethod]
    public async Task Over_a_real_connection_a_cut_answer_is_noticed()
    {
        await using var server = new LocalServer(SmallMnist.At) { CutAfter = 200 };
        var download = new MnistDownload { Folder = Folder, Files = SmallMnist.Files, Mirrors = [server.Address] };

        var exception = await Assert.ThrowsExactlyAsync<DownloadException>(() => download.RunAsync(cancellationToken: Token));

        StringAssert.Contains(exception.Message, "127.0.0.1: the connection broke");
        Assert.IsEmpty(Directory.GetFileSystemEntries(Folder));
    }

    [TestMethod]
    public void The_public_mirrors_are_several_and_use_https()
    {
        Assert.IsGreaterThanOrEqualTo(2, MnistDownload.PublicMirrors.Count);
        foreach (Uri mirror in MnistDownload.PublicMirrors)
        {
            Assert.AreEqual("https", mirror.Scheme);
            Assert.IsTrue(mirror.AbsolutePath.EndsWith('/'), "a file's name is appended");
        }
        Assert.IsTrue(Path.IsPathFullyQualified(MnistDownload.DefaultFolder));
    }

    private MnistDownload Download(FakeServer server, TimeSpan? patience = null) => new()
    {
        Folder = Folder,
        Files = SmallMnist.Files,
        Mirrors = [s_first, s_second],
        CreateHandler = () => server, // holds nothing, so it survives being disposed
        Patience = patience ?? TimeSpan.FromSeconds(30),
    };

    private sealed class Reports : IProgress<MnistDownloadProgress>
    {
        public MnistDownloadProgress Last { get; private set; }

        public void Report(MnistDownloadProgress value) => Last = value;
    }
}
