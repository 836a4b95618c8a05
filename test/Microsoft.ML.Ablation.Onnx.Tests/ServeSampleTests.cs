using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.Ablation.Onnx.Tests;

/// <summary>The sample <c>serve.cs</c>, which has neither torch nor this process's memory, under load and with clients that err.</summary>
[TestClass]
public sealed class ServeSampleTests
{
    private const int Clients = 8, Images = 40, WarmUp = 400, Requests = 2_400, Megabyte = 1 << 20;

    /// <summary>Milliseconds after which a test that waits in vain is given up.</summary>
    private const int Patience = 600_000;

    private static readonly MLContext Ml = new(seed: 1);
    private static readonly Lazy<string> s_published = new(Publish);
    private string _folder = "";

    public TestContext TestContext { get; set; } = null!;

    private string ModelPath => Path.Combine(_folder, "model.zip");

    private static string Publish()
    {
        string folder = Directory.CreateTempSubdirectory("ablation-serve-").FullName;
        ServedSample.PublishTo(folder);
        return folder;
    }

    [ClassCleanup]
    public static void Clean()
    {
        if (s_published.IsValueCreated)
            Directory.Delete(s_published.Value, recursive: true);
    }

    [TestInitialize]
    public void Begin() => _folder = Directory.CreateTempSubdirectory("ablation-tests-").FullName;

    [TestCleanup]
    public void End() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [LongTest("publishes a sample and puts it under load")]
    [Timeout(Patience, CooperativeCancellation = true)]
    public async Task Eight_clients_get_the_answers_of_one_engine_alone_and_memory_stays_flat()
    {
        IDataView train = Ml.Data.LoadGeneratedDigits(500, seed: 1);
        var network = ToyClassifier.OfDigits([.. train.GetColumn<float[]>("Features")], [.. train.GetColumn<string>("Label").Select(int.Parse)]);
        ITransformer model = Save(network, train, k: 200, SamplingPlan.Fixed(50, 450));
        byte[][] images = [.. Ml.Data.LoadGeneratedDigits(Images, seed: 2).GetColumn<float[]>("Features").Select(image => Array.ConvertAll(image, value => (byte)MathF.Round(value * 255)))];
        string[] alone = AnswersOf(model, images);
        Assert.IsGreaterThan(3, alone.Distinct().Count());

        using ServedSample sample = ServedSample.Serve(s_published.Value, "--model", ModelPath);
        var latencies = new ConcurrentBag<double>();
        await AskAsync(sample, images, alone, WarmUp, []);
        long before = sample.WorkingSet;
        var watch = Stopwatch.StartNew();
        await AskAsync(sample, images, alone, Requests, latencies);
        watch.Stop();
        long after = sample.WorkingSet;

        double[] sorted = [.. latencies.Order()];
        TestContext.WriteLine(FormattableString.Invariant($"{Clients} clients, {Requests} requests: {Requests / watch.Elapsed.TotalSeconds:F0} per second; latency ")
            + FormattableString.Invariant($"p50 {sorted[Requests / 2]:F1} ms, p95 {sorted[Requests * 95 / 100]:F1} ms, p99 {sorted[Requests * 99 / 100]:F1} ms; ")
            + FormattableString.Invariant($"working set {before / Megabyte} MB before, {after / Megabyte} MB after"));
        // An image takes 3 kB as numbers and up to 9 kB as text: were they kept, 29 MB more.
        Assert.IsLessThan(before + 24L * Megabyte, after);
        JsonNode health = await sample.GetAsync("health", TestContext.CancellationToken);
        Assert.AreEqual("""{"status":"ready","running":0,"waiting":0}""", health.ToJsonString());
    }

    [TestMethod]
    [LongTest("publishes a sample and asks it for what it refuses")]
    [Timeout(Patience, CooperativeCancellation = true)]
    public async Task Wrong_requests_are_told_what_is_allowed_full_queues_are_refused_and_who_leaves_waits_no_longer()
    {
        // Whether more of the retained pixels are dark or bright. An even image is clear after the first look, one of halves never: it votes for as long as the test takes.
        IDataView rows = Ml.Data.LoadFromEnumerable([new Square { Label = "dark" }, new Square { Label = "bright" }]);
        var network = new ToyClassifier(channels: 2, height: 8, width: 8, classes: 2, (label, channel, _) => label == channel ? 1 : 0);
        Save(network, rows, k: 9, SamplingPlan.Adaptive(100, 100, estimationCount: 1_000_000_000, radiusTolerance: 64));
        float[] bright = [.. Enumerable.Repeat(1f, 64)], halves = [.. Enumerable.Range(0, 64).Select(i => i % 2f)];
        CancellationToken patience = TestContext.CancellationToken;

        using ServedSample sample = ServedSample.Serve(s_published.Value, "--model", ModelPath, "--engines", "1", "--queue", "1");
        JsonNode model = await sample.GetAsync("model", patience);
        Assert.AreEqual("""{"shape":[1,8,8],"classes":["bright","dark"],"retainedPixels":9,"masks":null,"rule":"Majority","alpha":0.05}""", model.ToJsonString());
        JsonNode answer = JsonNode.Parse(await (await sample.Client.PostAsync("certify", Json(new { pixels = bright }), patience)).Content.ReadAsStringAsync(patience))!;
        Assert.AreEqual("bright", (string?)answer["predictedClass"], answer.ToJsonString());
        Assert.IsGreaterThanOrEqualTo(0, (int)answer["certifiedRadius"]!);

        foreach ((HttpContent content, HttpStatusCode status, string said) in new (HttpContent, HttpStatusCode, string)[]
        {
            (Json(new { pixels = bright[..63] }), HttpStatusCode.BadRequest, "has 63 pixels, but the model takes 64"),
            (Json(new { bytes = new byte[65] }), HttpStatusCode.BadRequest, "has 65 pixels, but the model takes 64"),
            (Json(new { pixels = (float[])[.. bright[..63], 1.5f] }), HttpStatusCode.BadRequest, "pixels[63] is 1.5"),
            (Json(new { pixels = bright, bytes = new byte[64] }), HttpStatusCode.BadRequest, "both pixels and bytes"),
            (Json(new { }), HttpStatusCode.BadRequest, "neither pixels nor bytes"),
            (Json(null), HttpStatusCode.BadRequest, "neither pixels nor bytes"),
            (Json(new { bytes = "?" }), HttpStatusCode.BadRequest, "at $.bytes"),
            (new StringContent("{\"pixels\": [0, ", Encoding.UTF8, "application/json"), HttpStatusCode.BadRequest, "no such JSON"),
            (new StringContent("pixels", Encoding.UTF8, "text/plain"), HttpStatusCode.UnsupportedMediaType, "'text/plain"),
            (Json(new { pixels = new float[4_000] }), HttpStatusCode.RequestEntityTooLarge, "too large"),
        })
        {
            using HttpResponseMessage refused = await sample.Client.PostAsync("certify", content, patience);
            JsonNode problem = JsonNode.Parse(await refused.Content.ReadAsStringAsync(patience))!;
            Assert.AreEqual(status, refused.StatusCode, problem.ToJsonString());
            Assert.AreEqual("application/problem+json", refused.Content.Headers.ContentType?.MediaType);
            StringAssert.Contains((string?)problem["detail"], said);
            StringAssert.Contains((string?)problem["detail"], "give {\"pixels\": [64 numbers from 0 to 1]} or {\"bytes\": \"64 bytes in base64\"}");
        }

        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(patience);
        Task first = sample.Client.PostAsync("certify", Json(new { pixels = halves }), leaving.Token);
        await sample.WaitForAsync(running: 1, waiting: 0, patience);
        Task second = sample.Client.PostAsync("certify", Json(new { pixels = bright }), leaving.Token);
        await sample.WaitForAsync(running: 1, waiting: 1, patience);
        using HttpResponseMessage third = await sample.Client.PostAsync("certify", Json(new { pixels = bright }), patience);
        Assert.AreEqual(HttpStatusCode.ServiceUnavailable, third.StatusCode);
        Assert.AreEqual(TimeSpan.FromSeconds(1), third.Headers.RetryAfter?.Delta);
        // The second leaves the queue; the votes of the first are not interrupted.
        await leaving.CancelAsync();
        await sample.WaitForAsync(running: 1, waiting: 0, patience);
        await Assert.ThrowsAsync<OperationCanceledException>(() => Task.WhenAll(first, second));
    }

    [TestMethod]
    [LongTest("publishes a sample")]
    [DataRow("Give --model FILE: 'ablation train --k 45 --out model.zip', then 'ablation convert --model model.zip --without-torch")]
    [DataRow("missing.zip cannot be served: Could not find file", "--model", "missing.zip")]
    [DataRow("damaged.zip cannot be served: ", "--model", "damaged.zip")]
    [DataRow("damaged.zip cannot be served: ", "--model", "damaged.zip", "--engines", "no number")]
    public void What_cannot_be_served_is_told_in_a_line(string expected, params string[] arguments)
    {
        File.WriteAllText(Path.Combine(_folder, "damaged.zip"), "no model");
        (int code, string said) = ServedSample.Run([Path.Combine(s_published.Value, "serve.dll"),
            .. arguments.Select(word => word.EndsWith(".zip", StringComparison.Ordinal) ? Path.Combine(_folder, word) : word)]);
        Assert.AreEqual(2, code, said);
        StringAssert.Contains(said, expected);
        Assert.HasCount(1, said.TrimEnd().Split('\n'), said);
    }

    private ITransformer Save(ToyClassifier network, IDataView rows, int k, SamplingPlan plan)
    {
        string file = Path.Combine(_folder, "network.onnx");
        File.WriteAllBytes(file, network.ToFile("N"));
        ITransformer model = Ml.Transforms.Conversion.MapValueToKey("Label", keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue)
            .Append(Ml.Transforms.SmoothedCertifier(Ml.Transforms.RandomAblation(k).Append(Ml.MulticlassClassification.Trainers.OnnxClassifier(file)),
                SmoothedCertifierOptions.Paper with { Plan = plan, Seed = 3, ExactBudget = 0 })).Fit(rows);
        Ml.Model.Save(model, rows.Schema, ModelPath);
        return model;
    }

    /// <summary>What one engine answers, in the words of the sample.</summary>
    private static string[] AnswersOf(ITransformer model, byte[][] images)
    {
        using PredictionEngine<Digit, Answer> engine = Ml.Model.CreatePredictionEngine<Digit, Answer>(model);
        return [.. images.Select(image => engine.Predict(new Digit { Features = Array.ConvertAll(image, value => value / 255f) })).Select(answer => JsonSerializer.Serialize(new
        {
            predictedClass = answer.PredictedLabel == 0 ? null : $"{answer.PredictedLabel - 1}",
            abstained = answer.Abstained,
            certifiedRadius = answer.CertifiedRadius < 0 ? null : (int?)answer.CertifiedRadius,
            votes = answer.Votes.Select((votes, label) => (votes, label)).ToDictionary(pair => $"{pair.label}", pair => pair.votes),
        }))];
    }

    /// <summary>All clients ask until so many requests are answered, each as they were alone; half of them as numbers, half as bytes.</summary>
    private async Task AskAsync(ServedSample sample, byte[][] images, string[] expected, int requests, ConcurrentBag<double> latencies)
    {
        await Parallel.ForAsync(0, requests, new ParallelOptions { MaxDegreeOfParallelism = Clients, CancellationToken = TestContext.CancellationToken }, async (request, cancellation) =>
        {
            byte[] image = images[request % Images];
            using HttpContent content = request % 2 == 0 ? Json(new { bytes = image }) : Json(new { pixels = Array.ConvertAll(image, value => value / 255f) });
            long start = Stopwatch.GetTimestamp();
            using HttpResponseMessage response = await sample.Client.PostAsync("certify", content, cancellation);
            string answer = await response.Content.ReadAsStringAsync(cancellation);
            latencies.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            Assert.AreEqual(HttpStatusCode.OK, response.StatusCode, answer);
            Assert.AreEqual(expected[request % Images], answer);
        });
    }

    private static StringContent Json(object? value) => new(JsonSerializer.Serialize(value), Encoding.UTF8, "application/json");

    private sealed class Digit
    {
        [VectorType(1, 28, 28)]
        public float[] Features { get; set; } = [];

        public string Label { get; set; } = "";
    }

    private sealed class Square
    {
        [VectorType(1, 8, 8)]
        public float[] Features { get; set; } = new float[64];

        public string Label { get; set; } = "";
    }

    private sealed class Answer
    {
        public uint PredictedLabel { get; set; }

        public bool Abstained { get; set; }

        public int CertifiedRadius { get; set; }

        public int[] Votes { get; set; } = [];
    }
}
