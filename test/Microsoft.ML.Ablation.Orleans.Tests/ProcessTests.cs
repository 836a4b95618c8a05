using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.ML.Ablation.Orleans.Tests.Support;

namespace Microsoft.ML.Ablation.Orleans.Tests;

/// <summary>Workers and clients as processes, which are killed, stopped and lose their Redis. Everything is about votes being the same.</summary>
[TestClass]
public sealed partial class ProcessTests
{
    private static readonly int Rows = LongTests.AreWanted ? 150 : 50;

    private static string s_folder = "";
    private static string s_alone = "";

    private static string[] Certify => ["certify", "--model", "model.zip", "--generated", "--rows", $"{Rows}"];

    [ClassInitialize]
    public static void TrainAndCertify(TestContext _)
    {
        s_folder = Directory.CreateTempSubdirectory("ablation-cluster-").FullName;
        using Running train = Running.Ablation(s_folder, "train", "--generated", "--train-rows", "1000", "--epochs", "1", "--k", "150", "--network", "FullyConnected",
            "--votes", "2000", "--selection-votes", "200", "--out", "model.zip", "-q");
        Assert.AreEqual(0, train.Wait(), train.Said);
        using Running alone = Running.Ablation(s_folder, [.. Certify, "--run", "alone", "--out", "alone.csv", "-q"]);
        Assert.AreEqual(0, alone.Wait(), alone.Said);
        s_alone = File.ReadAllText(Path.Combine(s_folder, "alone.csv"));
    }

    [ClassCleanup]
    public static void Clean() => Directory.Delete(s_folder, recursive: true);

    private static Running Worker(string cluster, params string[] more)
        => Running.Ablation(s_folder, ["worker", "--cluster", cluster, "--threads", "1", .. more]);

    private static Running WorkerOf(RedisServer redis) => Worker(redis.Cluster);

    /// <summary>Waits until the worker is a member.</summary>
    /// <returns>Its address.</returns>
    private static string Joined(Running worker)
    {
        worker.WaitFor("takes clients");
        return worker.Said.Split("Worker ")[1].Split(' ')[0];
    }

    /// <summary>How many workers a client has had. One that was slow to answer on a busy machine joins again.</summary>
    private static int JoinedWorkers(Running client) => JoiningLine().Matches(client.Said).Select(line => line.Groups[1].Value).Distinct().Count();

    [GeneratedRegex(@"Worker (\S+) has joined")]
    private static partial Regex JoiningLine();

    private static Running Client(string cluster, string name, params string[] more)
        => Running.Ablation(s_folder, [.. Certify, "--cluster", cluster, "--run", name, "--out", $"{name}.csv", .. more]);

    private static int FinishedRows(string run)
    {
        string file = Path.Combine(s_folder, run, "rows.jsonl");
        if (!File.Exists(file))
            return 0;
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray().Count(b => b == '\n');
    }

    private static void AssertSameVotes(string name)
    {
        Assert.AreEqual(s_alone, File.ReadAllText(Path.Combine(s_folder, $"{name}.csv")));
        Assert.AreEqual(Counts("alone"), Counts(name));

        static string Counts(string run) => string.Join('\n', File.ReadLines(Path.Combine(s_folder, run, "rows.jsonl"))
            .Select(line => System.Text.Json.Nodes.JsonNode.Parse(line)!.AsObject()).Select(row =>
            {
                row.Remove("seconds");
                row.Remove("sum");
                return row.ToJsonString();
            }));
    }

    [TestMethod]
    public void Three_workers_with_Redis_give_the_votes_of_one_process()
    {
        using var redis = new RedisServer(s_folder);
        using Running first = WorkerOf(redis), second = WorkerOf(redis), third = WorkerOf(redis);
        Array.ForEach([first, second, third], worker => Joined(worker));
        using Running client = Client(redis.Cluster, "three");
        Assert.AreEqual(0, client.Wait(), client.Said);
        Assert.AreEqual(3, JoinedWorkers(client), client.Said);
        AssertSameVotes("three");
        Assert.AreEqual(0, third.Stop(), third.Said);
        Assert.Contains("has left the cluster", third.Said);
    }

    [TestMethod]
    [LongTest("kills processes and starts others")]
    public void Workers_that_are_killed_and_join_and_a_client_that_is_killed_and_goes_on_change_no_vote()
    {
        using var redis = new RedisServer(s_folder);
        using Running first = WorkerOf(redis), second = WorkerOf(redis);
        Array.ForEach([first, second], worker => Joined(worker));
        using (Running client = Client(redis.Cluster, "killed", "--piece-timeout", "5"))
        {
            client.WaitUntil(() => FinishedRows("killed") > 20, "20 rows are there");
            client.Pause(); // However long the third takes to start, there are rows left for it.
            using Running third = WorkerOf(redis);
            string joined = Joined(third);
            client.Continue();
            client.WaitFor($"Worker {joined} has joined");
            second.Kill();
            client.WaitUntil(() => FinishedRows("killed") > 60, "60 rows are there");
            client.Kill();
            Assert.IsLessThan(Rows, FinishedRows("killed"));
            using Running again = Client(redis.Cluster, "killed", "--piece-timeout", "5");
            Assert.AreEqual(0, again.Wait(), again.Said);
            Assert.Contains("Resuming 'killed' after", again.Said);
        }
        AssertSameVotes("killed");
    }

    [TestMethod]
    public void A_client_that_is_stopped_ends_at_once_and_keeps_its_rows()
    {
        int port = InProcessWorker.FreePort();
        using Running worker = Worker($"localhost:{port}", "--port", "0");
        Joined(worker);
        using Running client = Client($"localhost:{port}", "stopped");
        client.WaitUntil(() => FinishedRows("stopped") > 20, "20 rows are there");
        Assert.AreEqual(130, client.Stop(), client.Said);
        using Running again = Client($"localhost:{port}", "stopped");
        Assert.AreEqual(0, again.Wait(), again.Said);
        AssertSameVotes("stopped");
    }

    [TestMethod]
    [LongTest("loses Redis for twenty seconds")]
    public void Redis_goes_away_for_twenty_seconds_and_comes_back()
    {
        using var redis = new RedisServer(s_folder);
        using Running first = WorkerOf(redis), second = WorkerOf(redis);
        Array.ForEach([first, second], worker => Joined(worker));
        // All votes for every row, so that there are rows left when Redis has come back.
        string[] votes = ["--paper", "--votes", "40000"];
        using Running client = Client(redis.Cluster, "away", votes);
        client.WaitUntil(() => FinishedRows("away") > 3, "rows are there");
        redis.Leave();
        var away = Stopwatch.StartNew();
        client.WaitFor("list of workers cannot be read now");
        int before = FinishedRows("away");
        while (away.Elapsed < TimeSpan.FromSeconds(20))
            Thread.Sleep(100);
        Assert.IsGreaterThan(before, FinishedRows("away"), "workers that are known go on without Redis");
        redis.ComeBack();
        client.WaitFor("list of workers can be read again");
        using Running third = WorkerOf(redis);
        client.WaitFor($"Worker {Joined(third)} has joined");
        client.Stop();
        Assert.IsFalse(first.HasEnded || second.HasEnded, first.Said + second.Said);
        // What was counted without Redis is what one process counts.
        using Running alone = Running.Ablation(s_folder,
            ["certify", "--model", "model.zip", "--generated", "--skip", $"{before}", "--rows", "5", "--run", "away-alone", "-q", .. votes]);
        Assert.AreEqual(0, alone.Wait(), alone.Said);
        CollectionAssert.AreEqual(Lines("away-alone"), Lines("away").Skip(before).Take(5).ToArray());

        static string[] Lines(string run) => [.. File.ReadLines(Path.Combine(s_folder, run, "rows.jsonl")).Select(line => line.Split("\"seconds\"")[0])];
    }

    [TestMethod]
    public void A_store_that_is_not_there_and_a_port_that_is_taken_are_told_in_one_line()
    {
        int port = InProcessWorker.FreePort();
        using Running redis = Running.Ablation(s_folder, "worker", "--cluster", $"redis:127.0.0.1:{port},connectTimeout=1000");
        Assert.AreEqual(1, redis.Wait(), redis.Said);
        Assert.Contains($"could not join cluster 'ablation' at redis:127.0.0.1:{port}", redis.Said);
        using Running postgres = Running.Ablation(s_folder, "worker", "--cluster", $"postgres:Host=127.0.0.1;Port={port};Database=x;Username=x;Password=hidden");
        Assert.AreEqual(1, postgres.Wait(), postgres.Said);
        Assert.Contains("postgres:127.0.0.1 cannot be reached", postgres.Said);
        Assert.DoesNotContain("hidden", postgres.Said);
        using Running open = Running.Ablation(s_folder, "worker", "--cluster", "redis:cache:6379", "--address", "10.0.0.5");
        Assert.AreEqual(2, open.Wait(), open.Said);
        Assert.Contains("needs a secret, a certificate", open.Said);
        using var taken = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        int takenPort = ((IPEndPoint)taken.LocalEndpoint).Port;
        using Running elsewhere = Running.Ablation(s_folder, "worker", "--cluster", "redis:127.0.0.1:1", "--gateway-port", $"{takenPort}");
        Assert.AreEqual(1, elsewhere.Wait(), elsewhere.Said);
        Assert.Contains($"Port {takenPort} at 127.0.0.1 is taken", elsewhere.Said);
        using Running useless = Running.Ablation(s_folder, [.. Certify, "--cluster-id", "other"]);
        Assert.AreEqual(2, useless.Wait(), useless.Said);
        Assert.Contains("--cluster-id needs --cluster", useless.Said);
    }

    [TestMethod]
    public async Task Health_is_answered_and_metrics_are_sent()
    {
        using var collector = new HttpListener();
        int metrics = InProcessWorker.FreePort(), health = InProcessWorker.FreePort(), port = InProcessWorker.FreePort();
        collector.Prefixes.Add($"http://127.0.0.1:{metrics}/");
        collector.Start();
        using Running worker = Running.Start("dotnet", s_folder,
            [Path.Combine(AppContext.BaseDirectory, "ablation.dll"), "worker", "--cluster", $"localhost:{port}", "--port", "0", "--health-port", $"{health}", "--otlp",
                $"http://127.0.0.1:{metrics}/v1/metrics"],
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"), ("OTEL_METRIC_EXPORT_INTERVAL", "300"));
        worker.WaitFor("health at http");
        using var http = new HttpClient();
        Assert.AreEqual("Healthy", await http.GetStringAsync($"http://127.0.0.1:{health}/health/ready"));
        Assert.AreEqual("Healthy", await http.GetStringAsync($"http://127.0.0.1:{health}/health/live"));
        using Running client = Running.Ablation(s_folder, "certify", "--model", "model.zip", "--generated", "--rows", "3", "--cluster", $"localhost:{port}");
        Assert.AreEqual(0, client.Wait(), client.Said);
        string sent = "";
        while (!sent.Contains("ablation.votes", StringComparison.Ordinal))
        {
            HttpListenerContext request = await collector.GetContextAsync().WaitAsync(TimeSpan.FromSeconds(30));
            using var body = new MemoryStream();
            await request.Request.InputStream.CopyToAsync(body);
            request.Response.Close();
            sent = Encoding.Latin1.GetString(body.ToArray());
        }
        Assert.Contains("ablation.queue", sent);
        Assert.AreEqual(0, worker.Stop(), worker.Said);
    }

    [TestMethod]
    [LongTest("five processes")]
    public void Beyond_this_machine_workers_and_client_are_encrypted_and_know_the_secret()
    {
        IPAddress? address = Dns.GetHostAddresses(Dns.GetHostName()).FirstOrDefault(
            address => address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork && !IPAddress.IsLoopback(address));
        if (address is null)
            Assert.Inconclusive("This machine has no address but 127.0.0.1.");
        using var redis = new RedisServer(s_folder);
        var authority = new Certificates(s_folder, $"authority-{Guid.NewGuid():N}");
        (string certificate, string key) = authority.Sign("ablation-worker");
        string secret = Path.Combine(s_folder, "secret.txt");
        File.WriteAllText(secret, "the secret of this cluster\n");
        string[] entry = ["--cluster-secret", secret, "--cluster-authority", authority.AuthorityFile];
        Running Secured() => Worker(redis.Cluster, ["--address", $"{address}", "--port", "0", "--gateway-port", "0", "--certificate", certificate, "--certificate-key", key, .. entry]);
        using Running first = Secured(), second = Secured();
        Array.ForEach([first, second], worker => Assert.Contains($"{address}", Joined(worker)));
        using Running stranger = Client(redis.Cluster, "stranger", "--give-up-after", "2");
        Assert.AreEqual(1, stranger.Wait(), stranger.Said);
        Assert.Contains("connections need a secret and encryption", stranger.Said);
        using Running client = Client(redis.Cluster, "secured", entry);
        Assert.AreEqual(0, client.Wait(), client.Said);
        Assert.AreEqual(2, JoinedWorkers(client), client.Said);
        AssertSameVotes("secured");
    }

    [TestMethod]
    [LongTest("starts PostgreSQL")]
    public void PostgreSQL_knows_the_members_too()
    {
        using var postgres = new PostgresServer(s_folder);
        // Both look for tables at the same time.
        using Running first = Worker(postgres.Cluster), second = Worker(postgres.Cluster);
        Array.ForEach([first, second], worker => Joined(worker));
        using Running client = Client(postgres.Cluster, "postgres", "--piece-timeout", "5");
        client.WaitUntil(() => FinishedRows("postgres") > 40, "40 rows are there");
        Assert.AreEqual(2, JoinedWorkers(client), client.Said);
        second.Kill();
        Assert.AreEqual(0, client.Wait(), client.Said);
        AssertSameVotes("postgres");
    }
}
