using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.ML.Ablation.Tool.Serving;
using Microsoft.ML.Ablation.Tool.Tables;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Tool.Tests.Serving;

/// <summary>A site in this process at a free port, with a client.</summary>
internal sealed class RunningSite : IAsyncDisposable
{
    private readonly ServedModel _model;
    private readonly ServedSite _site;

    private RunningSite(ServedModel model, ServedSite site)
    {
        (_model, _site) = (model, site);
        Client = new HttpClient { BaseAddress = new Uri(site.Addresses.Single()) };
    }

    public HttpClient Client { get; }

    public Uri Address => Client.BaseAddress!;

    /// <summary>Serves a model.</summary>
    public static async Task<RunningSite> StartAsync(ServedModel model, Func<ServeSettings, ServeSettings>? change = null)
    {
        ServeSettings settings = new("model.zip") { Addresses = [new Uri("http://127.0.0.1:0")], Engines = 2, Timeout = TimeSpan.FromMinutes(5) };
        return new RunningSite(model, await ServedSite.StartAsync(model, change?.Invoke(settings) ?? settings, CancellationToken.None));
    }

    /// <summary>Serves a model of images.</summary>
    /// <param name="file">Its file.</param>
    /// <param name="data">Images to choose from.</param>
    public static Task<RunningSite> OfImagesAsync(string file, Func<MLContext, IDataView>? data = null)
    {
        var ml = new MLContext();
        ITransformer chain = ml.Model.Load(file, out DataViewSchema schema);
        var model = new ServedImages(chain, schema, file);
        model.Examples = data is null ? null : model.ExamplesOf(data(ml), "test images");
        return StartAsync(model);
    }

    /// <summary>Serves a model of tables.</summary>
    /// <param name="file">Its file.</param>
    /// <param name="data">A table to choose rows from, beside it.</param>
    public static Task<RunningSite> OfTableAsync(string file, string data)
    {
        var ml = new MLContext();
        ITransformer chain = ml.Model.Load(file, out DataViewSchema schema);
        var model = new ServedTable(TableModel.From(chain, schema)!);
        model.Examples = model.ExamplesOf(DelimitedFile.Read(Path.Combine(ServedTestModels.Folder, data)));
        return StartAsync(model);
    }

    /// <summary>Asks, and expects an answer.</summary>
    public async Task<JsonNode> PredictAsync(JsonNode body, string query = "")
    {
        (HttpStatusCode status, JsonNode answer, _) = await PostAsync(Json(body.ToJsonString()), query);
        Assert.AreEqual(HttpStatusCode.OK, status, answer.ToJsonString());
        return answer;
    }

    /// <summary>Sends a body.</summary>
    public async Task<(HttpStatusCode Status, JsonNode Body, HttpResponseMessage Response)> PostAsync(HttpContent body, string query = "", CancellationToken cancellation = default)
    {
        HttpResponseMessage response = await Client.PostAsync($"predict{query}", body, cancellation);
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync(cancellation))!, response);
    }

    public async Task<JsonNode> GetAsync(string path) => JsonNode.Parse(await Client.GetStringAsync(path))!;

    /// <summary>Rows to choose from, as requests have them.</summary>
    public async Task<JsonNode[]> ExampleRowsAsync(int count)
        => [.. (await GetAsync($"examples?count={count}")).AsArray().Select(example => example!["row"]!.DeepClone())];

    public static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _site.DisposeAsync();
        _model.Dispose();
    }
}
