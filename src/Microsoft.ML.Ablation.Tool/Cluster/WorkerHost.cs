using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Microsoft.ML.Ablation.Orleans;
using Microsoft.ML.Ablation.Tool.Output;
using OpenTelemetry.Metrics;

namespace Microsoft.ML.Ablation.Tool.Cluster;

/// <summary>A worker as a process: logs, health, metrics.</summary>
internal static class WorkerHost
{
    /// <summary>Runs a worker until it is cancelled; it finishes what it is counting then.</summary>
    /// <exception cref="AblationClusterException">The worker cannot join its cluster.</exception>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static async Task RunAsync(AblationWorkerOptions options, int? healthPort, Uri? collector, bool quiet, ToolConsole console,
        CancellationToken cancellation)
    {
        IHostApplicationBuilder builder = healthPort is null ? Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings()) : MakeWeb(options, healthPort.Value);
        builder.Logging.ClearProviders();
        builder.Logging.AddSimpleConsole(format =>
        {
            format.SingleLine = true;
            format.ColorBehavior = LoggerColorBehavior.Disabled;
            format.TimestampFormat = "HH:mm:ss ";
        });
        builder.Logging.Services.Configure<ConsoleLoggerOptions>(log => log.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Logging.SetMinimumLevel(quiet ? LogLevel.Error : LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.ML.Ablation", quiet ? LogLevel.Error : LogLevel.Information);
        // Remarks of the runtime for other kinds of servers.
        foreach (string category in (string[])["Orleans.Runtime.Silo", "Orleans.Runtime.Watchdog", "Polly"])
            builder.Logging.AddFilter(category, LogLevel.Error);
        // The command line handles signals.
        builder.Services.AddSingleton<IHostLifetime, ClusterHostLifetime>();
        AddMetrics(builder, collector);
        options = builder.UseAblationWorker(options);

        using IHost host = builder is WebApplicationBuilder web ? BuildWeb(web) : ((HostApplicationBuilder)builder).Build();
        try
        {
            await host.StartAsync(cancellation);
        }
        catch (Exception e) when (e is not AblationClusterException && !cancellation.IsCancellationRequested)
        {
            throw new AblationClusterException($"The worker could not join cluster '{options.ClusterId}' at {options.Membership}: {e.GetBaseException().Message}", e);
        }
        console.Say($"Worker {options.Address}:{options.Port} of cluster '{options.ClusterId}' ({options.Membership}) takes clients at {options.Address}:{options.GatewayPort}"
            + (healthPort is null ? "." : $", health at http://{options.Address}:{healthPort}/health/ready."));
        try
        {
            await Task.Delay(Timeout.Infinite, cancellation);
        }
        catch (OperationCanceledException)
        {
            await host.StopAsync(CancellationToken.None);
        }
        console.Say("The worker has left the cluster.");
    }

    private static WebApplicationBuilder MakeWeb(AblationWorkerOptions options, int port)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(options.Address, port));
        builder.Services.AddHealthChecks().AddCheck<MemberHealth>("member", tags: ["ready"]);
        return builder;
    }

    private static WebApplication BuildWeb(WebApplicationBuilder builder)
    {
        WebApplication application = builder.Build();
        application.MapHealthChecks("/health/live", new() { Predicate = _ => false });
        application.MapHealthChecks("/health/ready", new() { Predicate = check => check.Tags.Contains("ready") });
        return application;
    }

    private static void AddMetrics(IHostApplicationBuilder builder, Uri? collector)
    {
        if (collector is null && Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT") is null)
            return;
        builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddMeter(AblationWorkerOptions.MeterName, "Microsoft.Orleans")
            .AddOtlpExporter(exporter =>
            {
                if (collector is not null)
                    exporter.Endpoint = collector;
            }));
    }
}
