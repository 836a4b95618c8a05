using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Primitives;
using Microsoft.ML.Ablation.Orleans;

namespace Microsoft.ML.Ablation.Tool.Serving;

/// <summary>A page and a service for a model. It is stopped before the model is disposed.</summary>
internal sealed class ServedSite : IAsyncDisposable
{
    /// <summary>How many examples one request may ask for.</summary>
    private const int MostExamples = 60;

    private const int MostConnections = 256;

    private readonly ServedModel _model;
    private readonly ServeSettings _settings;
    private readonly EnginePool _pool;
    private readonly RequestReader _reader;
    private readonly WebApplication _application;

    private ServedSite(ServedModel model, ServeSettings settings)
    {
        (_model, _settings) = (model, settings);
        _pool = new EnginePool(model, settings);
        _reader = new RequestReader(model, settings);
        _application = Build();
    }

    /// <summary>Where it listens.</summary>
    public IReadOnlyList<string> Addresses => [.. _application.Urls];

    /// <summary>Starts to listen, once the model has answered: whoever gets a connection gets answers.</summary>
    /// <param name="model">The model; not disposed with the site.</param>
    /// <param name="settings">How it is served.</param>
    /// <param name="cancellation">Stops the start.</param>
    /// <exception cref="IOException">An address is in use.</exception>
    public static async Task<ServedSite> StartAsync(ServedModel model, ServeSettings settings, CancellationToken cancellation)
    {
        // Engines block their threads while they vote; as many threads again are for requests.
        ThreadPool.GetMinThreads(out int workers, out int completions);
        ThreadPool.SetMinThreads(Math.Max(workers, Environment.ProcessorCount + settings.Engines), completions);
        var site = new ServedSite(model, settings);
        try
        {
            await site._pool.AskAsync([model.Blank], ablations: 0, cancellation);
            await site._application.StartAsync(cancellation);
            return site;
        }
        catch
        {
            await site.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _application.DisposeAsync();
        _pool.Dispose();
    }

    private WebApplication Build()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls([.. _settings.Addresses.Select(address => address.GetLeftPart(UriPartial.Authority))]);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = _reader.MostBytes;
            kestrel.Limits.RequestHeadersTimeout = _settings.Timeout;
            kestrel.Limits.MaxConcurrentConnections = MostConnections;
        });
        builder.Logging.ClearProviders();
        builder.Logging.AddSimpleConsole(format => (format.SingleLine, format.ColorBehavior) = (true, LoggerColorBehavior.Disabled));
        builder.Logging.Services.Configure<ConsoleLoggerOptions>(log => log.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        // What is unexpected is logged by the handler of exceptions; a failed start is told by its exception.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        // The command line handles signals.
        builder.Services.AddSingleton<IHostLifetime, ClusterHostLifetime>();
        builder.Services.AddProblemDetails();
        WebApplication application = builder.Build();
        SafeResponses.AddTo(application, _settings.IsLocal);
        application.UseExceptionHandler(new ExceptionHandlerOptions { SuppressDiagnosticsCallback = _ => false });
        application.UseStatusCodePages(context => Results.Problem(ExplanationOf(context.HttpContext), statusCode: context.HttpContext.Response.StatusCode).ExecuteAsync(context.HttpContext));
        Map(application);
        return application;
    }

    private void Map(WebApplication application)
    {
        PageFiles.MapTo(application);
        JsonObject model = _model.Describe();
        model["name"] = _settings.ModelName;
        model["examples"] = _model.Examples is { } examples ? new JsonObject { ["name"] = examples.Name, ["count"] = examples.Count } : null;
        model["limits"] = new JsonObject { ["rows"] = _settings.MostRows, ["bytes"] = _reader.MostBytes, ["ablations"] = _settings.MostAblations };
        JsonObject document = OpenApiDocument.Of(_model, _settings);
        application.MapGet("/model", () => Results.Json(model));
        application.MapGet("/openapi.json", () => Results.Json(document));
        application.MapGet("/health", () => Results.Json(new { Status = "ready", _pool.Running, _pool.Waiting }));
        application.MapGet("/examples", (Delegate)ExamplesAsync);
        application.MapPost("/predict", (Delegate)PredictAsync);
        application.MapPost("/explain", (Delegate)ExplainAsync);
    }

    private Task<IResult> ExamplesAsync(HttpContext context) => AnsweredAsync(context, () =>
    {
        int first = Number(context.Request, "first", usual: 0, least: 0, most: ServedExamples.Most), count = Number(context.Request, "count", usual: 12, least: 1, most: MostExamples);
        return Task.FromResult<JsonNode>(new JsonArray([.. (_model.Examples?.Take(first, count) ?? []).Select(example => (JsonNode)example.ToJson())]));
    });

    private Task<IResult> PredictAsync(HttpContext context) => AnsweredAsync(context, async () =>
    {
        int ablations = Number(context.Request, "ablations", usual: 0, least: 0, _settings.MostAblations);
        // Read before an engine is asked for, so that slow senders hold none.
        (IReadOnlyList<ServedQuestion> rows, bool isBatch) = await _reader.ReadAsync(context.Request, context.RequestAborted);
        IReadOnlyList<JsonObject> answers = await _pool.AskAsync(rows, ablations, context.RequestAborted);
        return isBatch ? new JsonObject { ["answers"] = new JsonArray([.. answers]) } : answers[0];
    });

    private Task<IResult> ExplainAsync(HttpContext context) => AnsweredAsync(context, async () =>
    {
        (IReadOnlyList<ServedQuestion> rows, bool isBatch) = await _reader.ReadAsync(context.Request, context.RequestAborted);
        return isBatch ? throw RefusedRequestException.BadRow("One row is explained at a time; give it without 'rows'.") : await _pool.ExplainAsync(rows[0], context.RequestAborted);
    });

    /// <summary>An answer, or what is wrong with the request.</summary>
    private static async Task<IResult> AnsweredAsync(HttpContext context, Func<Task<JsonNode>> answer)
    {
        try
        {
            return Results.Json(await answer());
        }
        catch (RefusedRequestException refused)
        {
            if (refused.Status == StatusCodes.Status503ServiceUnavailable)
                context.Response.Headers.RetryAfter = "1";
            return Results.Problem(refused.Message, statusCode: refused.Status);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody reads it.
            return Results.StatusCode(StatusCodes.Status499ClientClosedRequest);
        }
    }

    /// <summary>What is said where nothing else was.</summary>
    private static string? ExplanationOf(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => $"There is no {context.Request.Path}; /openapi.json says what there is.",
        StatusCodes.Status405MethodNotAllowed => $"{context.Request.Path} takes {context.Response.Headers.Allow}, not {context.Request.Method}.",
        _ => null,
    };

    /// <summary>A number after the path.</summary>
    /// <exception cref="RefusedRequestException">It is none, or out of its range.</exception>
    private static int Number(HttpRequest request, string name, int usual, int least, int most)
    {
        if (!request.Query.TryGetValue(name, out StringValues given))
            return usual;
        return int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most
            ? number
            : throw RefusedRequestException.BadRow(FormattableString.Invariant($"{name} is '{given}'; give a whole number from {least} to {most}."));
    }
}
