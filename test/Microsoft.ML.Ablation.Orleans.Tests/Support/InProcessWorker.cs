using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Microsoft.ML.Ablation.Orleans.Tests.Support;

/// <summary>A worker in the process of the tests, and the options with which clients find it.</summary>
internal sealed class InProcessWorker : IAsyncDisposable
{
    private readonly IHost _host;

    private InProcessWorker(IHost host, AblationWorkerOptions options)
    {
        _host = host;
        Options = options;
    }

    public AblationWorkerOptions Options { get; }

    public IServiceProvider Services => _host.Services;

    /// <summary>What a client of the worker is told.</summary>
    public AblationClusterOptions ClientOptions => new()
    {
        Membership = Options.Membership,
        ClusterId = Options.ClusterId,
        Secret = Options.Secret,
        AuthorityFile = Options.AuthorityFile,
        GiveUpAfter = TimeSpan.FromSeconds(15),
    };

    public static async Task<InProcessWorker> StartAsync(Func<AblationWorkerOptions, AblationWorkerOptions>? change = null, ILoggerProvider? log = null)
    {
        int gateway = FreePort();
        var options = new AblationWorkerOptions
        {
            Membership = ClusterMembership.Localhost(gateway),
            Port = 0,
            GatewayPort = gateway,
            Threads = 1,
        };
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.ClearProviders();
        if (log is not null)
            builder.Logging.AddProvider(log);
        builder.Services.AddSingleton<IHostLifetime, ClusterHostLifetime>();
        options = builder.UseAblationWorker(change?.Invoke(options) ?? options);
        IHost host = builder.Build();
        await host.StartAsync();
        return new InProcessWorker(host, options);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
