#!/usr/bin/env dotnet
// Certified predictions over HTTP, from a saved model whose base classifier is an ONNX network, such as `ablation convert --without-torch` makes of a trained one. No torch is in here.
//   dotnet run -c Release docs/samples/serve.cs -- --model served.zip [--urls http://127.0.0.1:5000] [--engines N] [--queue N]
//   curl http://127.0.0.1:5000/certify --json '{"pixels": [0, 0.5, ...]}'      or '{"bytes": "AH8..."}', in the order of the column: rows from top to bottom
//   curl http://127.0.0.1:5000/model                                           how many pixels, which classes
//   curl http://127.0.0.1:5000/health
//   dotnet publish docs/samples/serve.cs -r linux-x64 --no-self-contained -o FOLDER     36 MB; without -r it holds ONNX Runtime for all systems, 254 MB
#:sdk Microsoft.NET.Sdk.Web
#:project ../../src/Microsoft.ML.Ablation/Microsoft.ML.Ablation.csproj
#:project ../../src/Microsoft.ML.Ablation.Onnx/Microsoft.ML.Ablation.Onnx.csproj
#:property PublishAot=false
#:property ServerGarbageCollection=false

using System.Collections.Concurrent;
using System.Text.Json;
using System.Threading.RateLimiting;
using Microsoft.ML;
using Microsoft.ML.Ablation;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
const string making = "'ablation train --k 45 --out model.zip', then 'ablation convert --model model.zip --without-torch --out served.zip' makes a model that needs no torch.";
if (builder.Configuration["model"] is not { } path)
{
    Console.Error.WriteLine($"Give --model FILE: {making}");
    return 2;
}

ServedModel? served = null;
try
{
    // Nothing listens before the model has answered once: whoever gets a connection gets answers.
    served = new ServedModel(path, builder.Configuration.GetValue("engines", Environment.ProcessorCount), builder.Configuration.GetValue("queue", 64));
    await served.CertifyAsync(new float[served.Pixels], CancellationToken.None);
}
catch (Exception e)
{
    served?.Dispose();
    bool needsTorch = e.GetBaseException() is FileNotFoundException { FileName: { } assembly } && assembly.Contains("TorchSharp", StringComparison.Ordinal);
    Console.Error.WriteLine($"{path} cannot be served: {(needsTorch ? $"it needs torch. {making}" : e.GetBaseException().Message.Trim())}");
    return 2;
}
using ServedModel model = served;

// Engines block their threads while they vote; as many threads again are for requests.
ThreadPool.GetMinThreads(out int workers, out int completions);
ThreadPool.SetMinThreads(workers + model.Engines, completions);
// 32 characters are enough for every pixel; nobody sends more than an image.
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = 32 * model.Pixels + 1_024);
builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
builder.Services.AddProblemDetails();
WebApplication app = builder.Build();
app.UseExceptionHandler();   // Unexpected failures become a ProblemDetails, requests that their client gave up become nothing.
app.UseStatusCodePages();

app.MapPost("/certify", async (HttpRequest request, HttpResponse response, CancellationToken aborted) =>
{
    // Read before an engine is asked for, so that slow senders hold none.
    (float[]? pixels, string? problem, int status) = await ReadAsync(request, aborted);
    if (pixels is null)
        return Results.Problem(problem, statusCode: status);
    if (await model.CertifyAsync(pixels, aborted) is { } answer)
        return Results.Ok(answer);
    response.Headers.RetryAfter = "1";
    return Results.Problem($"{model.Engines} images are being certified, and {model.Queue} requests wait; try again later.", statusCode: StatusCodes.Status503ServiceUnavailable);
});
app.MapGet("/model", () => model.Describe());
app.MapGet("/health", () => new { Status = "ready", model.Running, model.Waiting });
app.Run();
return 0;

// The pixels; without them, what is wrong with the request.
async Task<(float[]? Pixels, string? Problem, int Status)> ReadAsync(HttpRequest request, CancellationToken aborted)
{
    string allowed = $"give {{\"pixels\": [{model.Pixels} numbers from 0 to 1]}} or {{\"bytes\": \"{model.Pixels} bytes in base64\"}} as application/json.";
    if (!request.HasJsonContentType())
        return (null, $"The content type is '{request.ContentType}'; {allowed}", StatusCodes.Status415UnsupportedMediaType);
    Question? question;
    try
    {
        question = await request.ReadFromJsonAsync<Question>(aborted);
    }
    catch (JsonException e)
    {
        return (null, $"The body is no such JSON, at {e.Path ?? "its beginning"}; {allowed}", StatusCodes.Status400BadRequest);
    }
    catch (BadHttpRequestException e)
    {
        return (null, $"{e.Message} An image is shorter; {allowed}", e.StatusCode);
    }
    if (question is not { Pixels: null, Bytes: not null } and not { Pixels: not null, Bytes: null })
        return (null, $"The body has {(question?.Pixels is null ? "neither pixels nor bytes" : "both pixels and bytes")}; {allowed}", StatusCodes.Status400BadRequest);
    float[] pixels = question.Pixels ?? Array.ConvertAll(question.Bytes!, value => value / 255f);
    if (pixels.Length != model.Pixels)
        return (null, $"The image has {pixels.Length} pixels, but the model takes {model.Pixels}; {allowed}", StatusCodes.Status400BadRequest);
    int outside = Array.FindIndex(pixels, value => value is not (>= 0 and <= 1));
    return outside < 0 ? (pixels, null, 0) : (null, FormattableString.Invariant($"pixels[{outside}] is {pixels[outside]}; {allowed}"), StatusCodes.Status400BadRequest);
}

/// <summary>A model with a bounded number of engines, and a bounded number of requests that wait for one.</summary>
internal sealed class ServedModel : IDisposable
{
    private readonly SmoothedCertifierTransformer _certifier;
    private readonly VectorDataViewType _input;
    private readonly string[] _classes;
    private readonly ConcurrentBag<PredictionEngine<Image, CertifiedRow>> _idle = [];
    private readonly ConcurrencyLimiter _limiter;

    public ServedModel(string path, int engines, int queue)
    {
        var ml = new MLContext();
        ITransformer model = ml.Model.Load(path, out DataViewSchema? schema);
        ITransformer[] parts = model is IEnumerable<ITransformer> chain ? [.. chain] : [model];
        var saved = parts.OfType<SmoothedCertifierTransformer>().Single();
        // One thread for each engine, where the base classifier is a chain of transformers. The engines of a network share one source of votes, which takes one image after the other on
        // all cores. So one engine per core keeps all cores busy in either case, and does not ask for more than there are.
        _certifier = saved.WithOptions(saved.Options with { Threads = 1 });
        // The label is for training: who asks has none.
        var certifying = new TransformerChain<ITransformer>([.. parts.Where(part => part is not ValueToKeyMappingTransformer).Select(part => part == saved ? _certifier : part)]);
        _input = schema?.GetColumnOrNull(_certifier.FeatureColumnName)?.Type as VectorDataViewType
            ?? throw new NotSupportedException($"This program serves models whose input is a vector '{_certifier.FeatureColumnName}'; the input of {path} has none.");
        var images = SchemaDefinition.Create(typeof(Image));
        (images[nameof(Image.Pixels)].ColumnName, images[nameof(Image.Pixels)].ColumnType) = (_certifier.FeatureColumnName, _input);
        var options = new PredictionEngineOptions { InputSchemaDefinition = images, OwnsTransformer = false };
        for (int i = 0; i < engines; i++)
            _idle.Add(ml.Model.CreatePredictionEngine<Image, CertifiedRow>(certifying, options));
        VBuffer<ReadOnlyMemory<char>> names = default;
        _idle.First().OutputSchema[nameof(CertifiedRow.Votes)].GetSlotNames(ref names);
        _classes = [.. names.DenseValues().Select(name => name.ToString())];
        (Engines, Queue) = (engines, queue);
        _limiter = new ConcurrencyLimiter(new ConcurrencyLimiterOptions { PermitLimit = engines, QueueLimit = queue });
    }

    public int Pixels => _input.Size;

    public int Engines { get; }

    public int Queue { get; }

    public long Running => Engines - _limiter.GetStatistics()!.CurrentAvailablePermits;

    public long Waiting => _limiter.GetStatistics()!.CurrentQueuedCount;

    /// <summary>The answer for one image; null where too many requests wait.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled while it waited. Votes that have begun are finished: a certifier looks for cancellation between rows.</exception>
    public async Task<Answer?> CertifyAsync(float[] pixels, CancellationToken cancellation)
    {
        using RateLimitLease permit = await _limiter.AcquireAsync(1, cancellation);
        if (!permit.IsAcquired)
            return null;
        // There are as many engines as permits.
        _idle.TryTake(out PredictionEngine<Image, CertifiedRow>? engine);
        try
        {
            CertifiedRow row = engine!.Predict(new Image { Pixels = pixels });
            return new Answer(row.PredictedLabel == 0 ? null : _classes[row.PredictedLabel - 1], row.Abstained, row.CertifiedRadius < 0 ? null : row.CertifiedRadius,
                _classes.Zip(row.Votes).ToDictionary());
        }
        finally
        {
            _idle.Add(engine!);
        }
    }

    public object Describe() => new
    {
        Shape = _input.Dimensions,
        Classes = _classes,
        RetainedPixels = _certifier.RetainedCount,
        Masks = _certifier.Masks?.Count,
        Rule = $"{_certifier.Options.Rule}",
        Alpha = _certifier.Masks is null ? _certifier.Options.Alpha : 0,
    };

    public void Dispose()
    {
        foreach (PredictionEngine<Image, CertifiedRow> engine in _idle)
            engine.Dispose();
        _certifier.Dispose();
        _limiter.Dispose();
    }
}

/// <summary>What is asked: one of the two.</summary>
/// <param name="Pixels">Values from 0 to 1.</param>
/// <param name="Bytes">Values from 0 to 255.</param>
internal sealed record Question(float[]? Pixels, byte[]? Bytes);

/// <summary>What is answered.</summary>
/// <param name="PredictedClass">The class; null where the certifier abstains.</param>
/// <param name="Abstained">Whether the votes do not settle the class.</param>
/// <param name="CertifiedRadius">So many changed pixels do not change the class; null where nothing is certified.</param>
/// <param name="Votes">The votes of each class.</param>
internal sealed record Answer(string? PredictedClass, bool Abstained, int? CertifiedRadius, IReadOnlyDictionary<string, int> Votes);

/// <summary>The input of the model.</summary>
internal sealed class Image
{
    public float[] Pixels { get; set; } = [];
}

/// <summary>Columns of the certifier.</summary>
internal sealed class CertifiedRow
{
    public uint PredictedLabel { get; set; }

    public bool Abstained { get; set; }

    public int CertifiedRadius { get; set; }

    public int[] Votes { get; set; } = [];
}
