using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.ML.Ablation.Files;
using Microsoft.ML.Ablation.Orleans.Tests.Support;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Orleans.Tests;

/// <summary>What cannot work is told, with what to do.</summary>
[TestClass]
public sealed class RefusalTests
{
    private readonly MLContext _ml = new(seed: 1);
    private string _folder = "";

    [TestInitialize]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("ablation-refusals-").FullName;

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public async Task A_model_whose_content_is_not_its_name_is_refused()
    {
        (ITransformer model, IDataView rows) = Toys.Table(_ml, SmoothedCertifierOptions.Paper with { Seed = 2 });
        string file = Path.Combine(_folder, "model.zip");
        Client.WorkerModel.Save(CertifierChain.Find(model)!, file);
        string hash = FileHash.Of(file);
        string models = Directory.CreateDirectory(Path.Combine(_folder, "models")).FullName, stored = Path.Combine(models, $"{hash}.zip");
        byte[] content = File.ReadAllBytes(file);
        content[content.Length / 2] ^= 1;
        File.WriteAllBytes(stored, content);
        await using InProcessWorker worker = await InProcessWorker.StartAsync(options => options with { ModelFolder = models });
        await using AblationCluster cluster = await AblationCluster.ConnectAsync(worker.ClientOptions);
        IDataView view = cluster.Distribute(model, file).Transform(rows);
        AblationClusterException e = Assert.ThrowsExactly<AblationClusterException>(() => view.GetColumn<int>("CertifiedRadius").ToArray());
        Assert.Contains($"has the hash {FileHash.Of(stored)}", e.Message);
        // The right file, from the folder.
        File.Copy(file, stored, overwrite: true);
        await using AblationCluster again = await AblationCluster.ConnectAsync(worker.ClientOptions);
        CollectionAssert.AreEqual(Toys.Text(_ml, model.Transform(rows)), Toys.Text(_ml, again.Distribute(model, file).Transform(rows)));
    }

    [TestMethod]
    public async Task A_worker_that_takes_no_models_says_where_to_copy_them()
    {
        (ITransformer model, IDataView rows) = Toys.Table(_ml, SmoothedCertifierOptions.Paper with { Seed = 2 });
        await using InProcessWorker worker = await InProcessWorker.StartAsync(options => options with { ModelFolder = _folder, TakesModels = false });
        await using AblationCluster cluster = await AblationCluster.ConnectAsync(worker.ClientOptions);
        AblationClusterException e = Assert.ThrowsExactly<AblationClusterException>(() => cluster.Distribute(model).Transform(rows).GetColumn<int>("CertifiedRadius").ToArray());
        Assert.Contains("takes no models from clients; copy the model file there", e.Message);
        Assert.IsEmpty(Directory.GetFiles(_folder));
    }

    [TestMethod]
    public async Task A_file_that_is_no_model_of_the_kind_is_refused_with_the_reason()
    {
        (ITransformer model, IDataView rows) = Toys.Table(_ml, SmoothedCertifierOptions.Paper with { Seed = 2 });
        string file = Path.Combine(_folder, "text.zip");
        File.WriteAllText(file, "this is no model");
        await using InProcessWorker worker = await InProcessWorker.StartAsync();
        await using AblationCluster cluster = await AblationCluster.ConnectAsync(worker.ClientOptions);
        AblationClusterException e = Assert.ThrowsExactly<AblationClusterException>(() => cluster.Distribute(model, file).Transform(rows).GetColumn<int>("CertifiedRadius").ToArray());
        Assert.Contains("cannot be used", e.Message);
    }

    [TestMethod]
    public async Task A_worker_of_another_version_is_not_used()
    {
        (ITransformer model, IDataView rows) = Toys.Table(_ml, SmoothedCertifierOptions.Paper with { Seed = 2 });
        await using InProcessWorker worker = await InProcessWorker.StartAsync(options => options with { Version = "0.0.1+older" });
        var said = new ConcurrentQueue<string>();
        await using AblationCluster cluster = await AblationCluster.ConnectAsync(worker.ClientOptions, said.Enqueue);
        AblationClusterException e = Assert.ThrowsExactly<AblationClusterException>(() => cluster.Distribute(model).Transform(rows).GetColumn<int>("CertifiedRadius").ToArray());
        Assert.Contains("version 0.0.1+older", e.Message);
        Assert.Contains(sentence => sentence.Contains("is not used") && sentence.Contains(AblationClusterOptions.LibraryVersion), said);
        Assert.IsEmpty(cluster.Workers);
    }

    [TestMethod]
    public async Task Without_a_worker_the_attempt_ends_in_time()
    {
        var options = new AblationClusterOptions
        {
            Membership = ClusterMembership.Localhost(InProcessWorker.FreePort()),
            GiveUpAfter = TimeSpan.FromSeconds(2),
        };
        long began = Stopwatch.GetTimestamp();
        AblationClusterException e = await Assert.ThrowsExactlyAsync<AblationClusterException>(() => AblationCluster.ConnectAsync(options));
        Assert.Contains($"at {options.Membership} could be reached", e.Message);
        Assert.IsLessThan(60, Stopwatch.GetElapsedTime(began).TotalSeconds);
    }

    [TestMethod]
    public async Task When_the_last_worker_goes_whoever_waits_is_told_in_time()
    {
        using TransformerChain<SmoothedCertifierTransformer> model = Toys.Digits(_ml,
            SmoothedCertifierOptions.Paper with { Plan = SamplingPlan.Fixed(1_000, 5_000_000), Seed = 5 });
        InProcessWorker worker = await InProcessWorker.StartAsync();
        await using AblationCluster cluster = await AblationCluster.ConnectAsync(worker.ClientOptions with { GiveUpAfter = TimeSpan.FromSeconds(4) });
        IDataView view = cluster.Distribute(model).Transform(_ml.Data.LoadGeneratedDigits(2, seed: 2));
        Task<int[]> waiting = Task.Run(() => view.GetColumn<int>("CertifiedRadius").ToArray());
        while (cluster.Workers.Count == 0)
            await Task.Delay(50);
        await worker.DisposeAsync();
        AblationClusterException e = await Assert.ThrowsExactlyAsync<AblationClusterException>(() => waiting.WaitAsync(TimeSpan.FromSeconds(60)));
        Assert.Contains("for 4 seconds", e.Message);
        Assert.Contains("Start workers and try again", e.Message);
    }

    [TestMethod]
    public async Task A_connection_that_has_ended_lets_nobody_wait()
    {
        (ITransformer model, IDataView rows) = Toys.Table(_ml, SmoothedCertifierOptions.Paper with { Seed = 2 });
        await using InProcessWorker worker = await InProcessWorker.StartAsync();
        AblationCluster ended = await AblationCluster.ConnectAsync(worker.ClientOptions);
        IDataView view = ended.Distribute(model).Transform(rows);
        await ended.DisposeAsync();
        await ended.DisposeAsync();
        Assert.Throws<OperationCanceledException>(() => view.GetColumn<int>("CertifiedRadius").ToArray());
    }

    [TestMethod]
    public async Task Another_secret_is_refused()
    {
        await using InProcessWorker worker = await InProcessWorker.StartAsync(options => options with { Secret = "the secret of this cluster" });
        AblationClusterOptions right = worker.ClientOptions with { GiveUpAfter = TimeSpan.FromSeconds(2) };
        foreach (string? wrong in new[] { null, "the secret of another cluster" })
        {
            AblationClusterException e = await Assert.ThrowsExactlyAsync<AblationClusterException>(() => AblationCluster.ConnectAsync(right with { Secret = wrong }));
            Assert.Contains("secret is another one", e.Message);
        }
        await using AblationCluster cluster = await AblationCluster.ConnectAsync(right);
    }

    [TestMethod]
    public async Task Encrypted_connections_need_a_certificate_of_the_authority_and_for_the_name()
    {
        var ours = new Certificates(_folder, "ours");
        var theirs = new Certificates(_folder, "theirs");
        (string certificate, string key) = ours.Sign("ablation-worker");
        await using InProcessWorker worker = await InProcessWorker.StartAsync(options => options with
        {
            Secret = "the secret of this cluster",
            AuthorityFile = ours.AuthorityFile,
            CertificateFile = certificate,
            CertificateKeyFile = key,
        });
        AblationClusterOptions right = worker.ClientOptions with { GiveUpAfter = TimeSpan.FromSeconds(3) };
        await using (AblationCluster cluster = await AblationCluster.ConnectAsync(right))
        {
            (ITransformer model, IDataView rows) = Toys.Table(_ml, SmoothedCertifierOptions.Paper with { Seed = 2 });
            CollectionAssert.AreEqual(Toys.Text(_ml, model.Transform(rows)), Toys.Text(_ml, cluster.Distribute(model).Transform(rows)));
        }
        AblationClusterException foreign = await Assert.ThrowsExactlyAsync<AblationClusterException>(
            () => AblationCluster.ConnectAsync(right with { AuthorityFile = theirs.AuthorityFile }));
        Assert.Contains("was not signed by an authority", foreign.Message);
        AblationClusterException name = await Assert.ThrowsExactlyAsync<AblationClusterException>(
            () => AblationCluster.ConnectAsync(right with { TlsName = "somebody-else" }));
        Assert.Contains("not for 'somebody-else'", name.Message);
        await Assert.ThrowsExactlyAsync<AblationClusterException>(() => AblationCluster.ConnectAsync(right with { AuthorityFile = null }));
    }
}
