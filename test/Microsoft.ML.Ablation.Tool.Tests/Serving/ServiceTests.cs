using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.ML.Ablation.Tool.Serving;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Tool.Tests.Serving;

/// <summary>The service of <c>ablation serve</c> over HTTP.</summary>
[TestClass]
public sealed class ServiceTests
{
    private const int Patience = 300_000;

    private static readonly MLContext Ml = new(seed: 1);

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Answers_of_images_are_those_of_the_model(bool isRandom)
    {
        string file = isRandom ? ServedTestModels.RandomDigits : ServedTestModels.Digits;
        await using RunningSite site = await RunningSite.OfImagesAsync(file, ml => ml.Data.LoadGeneratedDigits(6, seed: 2));
        JsonNode[] rows = await site.ExampleRowsAsync(6);
        byte[][] bytes = [.. rows.Select(row => Convert.FromBase64String((string)row["bytes"]!))];
        (string? Label, bool Abstained, int Radius, int[] Votes)[] expected = Certify(file, bytes);
        JsonArray batch = (await site.PredictAsync(new JsonObject { ["rows"] = new JsonArray([.. rows.Select(row => row.DeepClone())]) }))["answers"]!.AsArray();
        Assert.HasCount(6, batch);
        for (int i = 0; i < 6; i++)
        {
            JsonNode answer = await site.PredictAsync(rows[i]);
            Assert.AreEqual(expected[i].Label, (string?)answer["predictedLabel"]);
            Assert.AreEqual(expected[i].Abstained, (bool)answer["abstained"]!);
            Assert.AreEqual(expected[i].Radius < 0 ? null : expected[i].Radius, (int?)answer["certifiedRadius"]);
            CollectionAssert.AreEqual(expected[i].Votes, answer["votes"]!.AsObject().Select(pair => (int)pair.Value!).ToArray());
            Assert.AreEqual(isRandom ? 60 : 20, (int)answer["voteCount"]!);
            Assert.AreEqual(answer.ToJsonString(), batch[i]!.ToJsonString());
            JsonObject numbers = new() { ["pixels"] = new JsonArray([.. bytes[i].Select(value => (JsonNode)(value / 255f))]) };
            Assert.AreEqual(answer.ToJsonString(), (await site.PredictAsync(numbers)).ToJsonString());
        }
    }

    [TestMethod]
    public async Task Ablations_are_shown_with_the_answers_to_them()
    {
        await using RunningSite site = await RunningSite.OfImagesAsync(ServedTestModels.Digits, ml => ml.Data.LoadGeneratedDigits(1, seed: 2));
        JsonNode answer = await site.PredictAsync((await site.ExampleRowsAsync(1))[0], "?ablations=20");
        JsonArray ablations = answer["ablations"]!.AsArray();
        Assert.HasCount(20, ablations);
        // The masks divide the pixels among them.
        CollectionAssert.AreEqual(Enumerable.Range(0, 784).ToArray(), ablations.SelectMany(ablation => ablation!["retained"]!.AsArray().Select(pixel => (int)pixel!)).Order().ToArray());
        Assert.HasCount(5, (await site.PredictAsync((await site.ExampleRowsAsync(1))[0], "?ablations=5"))["ablations"]!.AsArray());
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Explanations_are_those_of_the_library(bool isRandom)
    {
        string file = isRandom ? ServedTestModels.RandomDigits : ServedTestModels.Digits;
        await using RunningSite site = await RunningSite.OfImagesAsync(file, ml => ml.Data.LoadGeneratedDigits(1, seed: 2));
        JsonNode row = (await site.ExampleRowsAsync(1))[0];
        using HttpResponseMessage response = await site.Client.PostAsync("explain", RunningSite.Json(row.ToJsonString()));
        JsonNode told = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        ITransformer model = Ml.Model.Load(file, out _);
        using var owned = (IDisposable)model;
        float[] pixels = Array.ConvertAll(Convert.FromBase64String((string)row["bytes"]!), value => value / 255f);
        CertificateExplanation expected = Ml.Data.Explain(model, Ml.Data.LoadFromEnumerable([new Digit { Features = pixels }]), ablations: 500);
        Assert.AreEqual(expected.ToString(), (string?)told["text"]);
        Assert.AreEqual((expected.Explained.Name, expected.Competitor.Name), ((string?)told["explained"], (string?)told["competitor"]));
        CollectionAssert.AreEqual(expected.MostImportant(100).Select(position => position.Position).ToArray(), told["positions"]!.AsArray().Select(position => (int)position!["position"]!).ToArray());
        using HttpResponseMessage several = await site.Client.PostAsync("explain", RunningSite.Json($"{{\"rows\": [{row.ToJsonString()}]}}"));
        Assert.AreEqual(HttpStatusCode.BadRequest, several.StatusCode);
    }

    [TestMethod]
    [Timeout(Patience, CooperativeCancellation = true)]
    public async Task Eight_clients_get_the_answers_of_one_alone()
    {
        await using RunningSite site = await RunningSite.OfImagesAsync(ServedTestModels.RandomDigits, ml => ml.Data.LoadGeneratedDigits(10, seed: 2));
        JsonNode[] rows = await site.ExampleRowsAsync(10);
        var alone = new List<string>();
        foreach (JsonNode row in rows)
            alone.Add((await site.PredictAsync(row)).ToJsonString());
        Assert.IsGreaterThan(3, alone.Distinct().Count());
        await Parallel.ForAsync(0, 80, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = TestContext.CancellationToken },
            async (i, _) => Assert.AreEqual(alone[i % 10], (await site.PredictAsync(rows[i % 10])).ToJsonString()));
        Assert.AreEqual("""{"status":"ready","running":0,"waiting":0}""", (await site.GetAsync("health")).ToJsonString());
    }

    [TestMethod]
    public async Task Wrong_requests_are_told_what_is_allowed()
    {
        await using RunningSite site = await RunningSite.OfImagesAsync(ServedTestModels.Digits);
        string zeros = string.Join(',', Enumerable.Repeat("0", 783));
        foreach ((HttpContent body, string query, HttpStatusCode status, string said) in new (HttpContent, string, HttpStatusCode, string)[]
        {
            (RunningSite.Json("{\"pixels\": [0, 1]}"), "", HttpStatusCode.BadRequest, "the image has 2 values, but the model takes 784"),
            (RunningSite.Json("{\"bytes\": \"AAAA\"}"), "", HttpStatusCode.BadRequest, "the image has 3 values, but the model takes 784"),
            (RunningSite.Json($"{{\"pixels\": [{zeros}, 1.5]}}"), "", HttpStatusCode.BadRequest, "pixels[783] is 1.5; give"),
            (RunningSite.Json($"{{\"pixels\": [{zeros}, 1e400]}}"), "", HttpStatusCode.BadRequest, "pixels[783] is 1e400; give"),
            (RunningSite.Json($"{{\"pixels\": [{zeros}, \"NaN\"]}}"), "", HttpStatusCode.BadRequest, "pixels[783] is \"NaN\"; give"),
            (RunningSite.Json($"{{\"pixels\": [{zeros}, NaN]}}"), "", HttpStatusCode.BadRequest, "is no JSON at line 1"),
            (RunningSite.Json($"{{\"rows\": [{{\"pixels\": [{zeros}, 1]}}, {{\"pixels\": [{zeros}, -1]}}]}}"), "", HttpStatusCode.BadRequest, "rows[1]: pixels[783] is -1; give"),
            (RunningSite.Json("{\"rows\": []}"), "", HttpStatusCode.BadRequest, "There are 0 rows; give from 1 to 100."),
            (RunningSite.Json("{\"rows\": [{}], \"more\": 1}"), "", HttpStatusCode.BadRequest, "something beside 'rows'"),
            (RunningSite.Json("{\"bytes\": \"?\"}"), "", HttpStatusCode.BadRequest, "bytes is no text in base64"),
            (RunningSite.Json("{\"bytes\": \"AAAA\", \"pixels\": []}"), "", HttpStatusCode.BadRequest, "there is 'bytes' and 'pixels'"),
            (RunningSite.Json("{\"pixels\": [], \"pixels\": []}"), "", HttpStatusCode.BadRequest, "is no JSON"),
            (RunningSite.Json("{}"), "", HttpStatusCode.BadRequest, "neither pixels nor bytes"),
            (RunningSite.Json("[[[[[[[[[[]]]]]]]]]]"), "", HttpStatusCode.BadRequest, "is no JSON"),
            (RunningSite.Json("{\"pixels\": [0, "), "", HttpStatusCode.BadRequest, "is no JSON at line 1, byte "),
            (RunningSite.Json("{}"), "?ablations=33", HttpStatusCode.BadRequest, "ablations is '33'; give a whole number from 0 to 32."),
            (new StringContent("{}", Encoding.UTF8, "text/plain"), "", HttpStatusCode.UnsupportedMediaType, "The content type is 'text/plain; charset=utf-8'; give"),
            (new ByteArrayContent(new byte[3_000_000]) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } }, "", HttpStatusCode.RequestEntityTooLarge, "more than 2,611,200 bytes"),
        })
        {
            (HttpStatusCode given, JsonNode problem, HttpResponseMessage response) = await site.PostAsync(body, query);
            Assert.AreEqual(status, given, problem.ToJsonString());
            Assert.AreEqual("application/problem+json", response.Content.Headers.ContentType?.MediaType);
            StringAssert.Contains((string?)problem["detail"], said);
        }
        foreach ((HttpMethod method, string path, HttpStatusCode status) in new[]
        {
            (HttpMethod.Get, "nothing", HttpStatusCode.NotFound), (HttpMethod.Get, "predict", HttpStatusCode.MethodNotAllowed), (HttpMethod.Get, "examples?count=61", HttpStatusCode.BadRequest),
        })
        {
            using HttpResponseMessage response = await site.Client.SendAsync(new HttpRequestMessage(method, path));
            Assert.AreEqual(status, response.StatusCode);
            Assert.AreEqual("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        }
    }

    [TestMethod]
    public async Task Who_is_led_here_by_another_name_gets_nothing()
    {
        await using RunningSite site = await RunningSite.OfImagesAsync(ServedTestModels.Digits);
        using HttpRequestMessage request = new(HttpMethod.Get, "model") { Headers = { Host = "elsewhere.example" } };
        using HttpResponseMessage response = await site.Client.SendAsync(request);
        Assert.AreEqual(HttpStatusCode.BadRequest, response.StatusCode);
        StringAssert.Contains(await response.Content.ReadAsStringAsync(), "elsewhere.example");
        request.Dispose();
        using HttpResponseMessage page = await site.Client.GetAsync("/");
        StringAssert.Contains(page.Headers.GetValues("Content-Security-Policy").Single(), "default-src 'none'; script-src 'self'");
        foreach (string file in new[] { "/", "/page.css", "/page.js" })
            Assert.DoesNotContain("//", (await site.Client.GetStringAsync(file)).Replace("/**", "", StringComparison.Ordinal).Replace("  // ", "", StringComparison.Ordinal));
    }

    [TestMethod]
    [Timeout(Patience, CooperativeCancellation = true)]
    public async Task Slow_senders_are_told_so_and_hold_no_engine()
    {
        await using RunningSite site = await RunningSite.StartAsync(new PatientModel(), settings => settings with { Timeout = TimeSpan.FromSeconds(1) });
        using var client = new TcpClient();
        await client.ConnectAsync(site.Address.Host, site.Address.Port, TestContext.CancellationToken);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes("POST /predict HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"), TestContext.CancellationToken);
        Assert.AreEqual("""{"status":"ready","running":0,"waiting":0}""", (await site.GetAsync("health")).ToJsonString());
        using var reader = new StreamReader(stream);
        string response = await reader.ReadToEndAsync(TestContext.CancellationToken);
        StringAssert.StartsWith(response, "HTTP/1.1 408 ");
        StringAssert.Contains(response, "The body did not come within 1 s");
    }

    [TestMethod]
    [Timeout(Patience, CooperativeCancellation = true)]
    public async Task A_full_queue_refuses_and_who_leaves_waits_no_longer()
    {
        var model = new PatientModel();
        await using RunningSite site = await RunningSite.StartAsync(model, settings => settings with { Engines = 1, Queue = 1 });
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(TestContext.CancellationToken);
        Task<(HttpStatusCode Status, JsonNode Body, HttpResponseMessage Response)> first = site.PostAsync(RunningSite.Json("1"), "", TestContext.CancellationToken);
        await WaitAsync(site, running: 1, waiting: 0);
        Task second = site.PostAsync(RunningSite.Json("1"), "", leaving.Token);
        await WaitAsync(site, running: 1, waiting: 1);

        (HttpStatusCode status, JsonNode problem, HttpResponseMessage response) = await site.PostAsync(RunningSite.Json("1"));
        Assert.AreEqual(HttpStatusCode.ServiceUnavailable, status);
        Assert.AreEqual(TimeSpan.FromSeconds(1), response.Headers.RetryAfter?.Delta);
        StringAssert.Contains((string?)problem["detail"], "1 requests are being certified, and 1 wait");

        await leaving.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => second);
        await WaitAsync(site, running: 1, waiting: 0);
        model.Allow(1);
        Assert.AreEqual(HttpStatusCode.OK, (await first).Status);
        await WaitAsync(site, running: 0, waiting: 0);
        Assert.AreEqual(1, model.Begun);
    }

    [TestMethod]
    [Timeout(Patience, CooperativeCancellation = true)]
    public async Task Work_stops_after_the_row_when_nobody_waits_for_it()
    {
        using var model = new PatientModel();
        using var pool = new EnginePool(model, new ServeSettings("model.zip") { Engines = 1 });
        await pool.AskAsync([model.Blank], ablations: 0, TestContext.CancellationToken);
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(TestContext.CancellationToken);
        Task asked = Task.Run(() => pool.AskAsync([model.Blank, model.Blank, model.Blank], ablations: 0, leaving.Token), TestContext.CancellationToken);
        while (model.Begun == 0)
            await Task.Yield();
        await leaving.CancelAsync();
        model.Allow(3);
        await Assert.ThrowsAsync<OperationCanceledException>(() => asked);
        Assert.AreEqual((1, 0L), (model.Begun, pool.Running));
    }

    [TestMethod]
    [Timeout(Patience, CooperativeCancellation = true)]
    public async Task What_takes_too_long_ends_after_the_row()
    {
        var model = new PatientModel();
        await using RunningSite site = await RunningSite.StartAsync(model, settings => settings with { Engines = 1, Timeout = TimeSpan.FromSeconds(1) });
        Task<(HttpStatusCode Status, JsonNode Body, HttpResponseMessage Response)> first = site.PostAsync(RunningSite.Json("""{"rows": [1, 2, 3]}"""));
        await WaitAsync(site, running: 1, waiting: 0);
        (HttpStatusCode status, JsonNode problem, HttpResponseMessage response) = await site.PostAsync(RunningSite.Json("1"));
        Assert.AreEqual(HttpStatusCode.ServiceUnavailable, status);
        StringAssert.Contains((string?)problem["detail"], "No engine was free for 1 s");
        Assert.IsNotNull(response.Headers.RetryAfter);
        model.Allow(1);
        (status, problem, _) = await first;
        Assert.AreEqual(HttpStatusCode.ServiceUnavailable, status);
        StringAssert.Contains((string?)problem["detail"], "Only 1 of 3 rows were certified in 1 s");
    }

    [TestMethod]
    public async Task The_description_has_the_shape_of_the_model()
    {
        await using RunningSite site = await RunningSite.OfImagesAsync(ServedTestModels.Digits);
        JsonNode document = await site.GetAsync("openapi.json");
        Assert.AreEqual("3.1.0", (string?)document["openapi"]);
        CollectionAssert.AreEquivalent(new[] { "/predict", "/explain", "/examples", "/model", "/health" }, document["paths"]!.AsObject().Select(path => path.Key).ToArray());
        Assert.AreEqual(784, (int)document["components"]!["schemas"]!["Row"]!["oneOf"]![0]!["properties"]!["pixels"]!["minItems"]!);
        JsonNode model = await site.GetAsync("model");
        Assert.AreEqual("""{"channels":1,"height":28,"width":28}""", model["shape"]!.ToJsonString());
        Assert.AreEqual("fixed masks, 20 of 39 to 40 positions", (string?)model["ablations"]);
        // Every reference leads somewhere.
        foreach (string reference in document.ToJsonString().Split("\"$ref\":\"#/components/schemas/")[1..].Select(text => text[..text.IndexOf('"')]).Distinct())
            Assert.IsNotNull(document["components"]!["schemas"]![reference], reference);
    }

    private static async Task WaitAsync(RunningSite site, int running, int waiting)
    {
        string expected = FormattableString.Invariant($$"""{"status":"ready","running":{{running}},"waiting":{{waiting}}}""");
        while ((await site.GetAsync("health")).ToJsonString() != expected)
            await Task.Yield();
    }

    private static (string? Label, bool Abstained, int Radius, int[] Votes)[] Certify(string file, byte[][] images)
    {
        ITransformer model = Ml.Model.Load(file, out _);
        using var owned = (IDisposable)model;
        IDataView rows = Ml.Data.LoadFromEnumerable(images.Select(image => new Digit { Features = Array.ConvertAll(image, value => value / 255f) }));
        IDataView answered = Ml.Data.Cache(model.Transform(rows));
        uint[] labels = [.. answered.GetColumn<uint>("PredictedLabel")];
        bool[] abstained = [.. answered.GetColumn<bool>("Abstained")];
        int[] radii = [.. answered.GetColumn<int>("CertifiedRadius")];
        int[][] votes = [.. answered.GetColumn<int[]>("Votes")];
        return [.. images.Select((_, i) => (abstained[i] ? null : $"{labels[i] - 1}", abstained[i], radii[i], votes[i]))];
    }

    private sealed class Digit
    {
        [VectorType(1, 28, 28)]
        public float[] Features { get; set; } = [];

        public string Label { get; set; } = "";
    }
}
