using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.ML.Ablation.Orleans.Client;
using Microsoft.ML.Ablation.Orleans.Wire;
using Microsoft.ML.Ablation.Voting;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;

namespace Microsoft.ML.Ablation.Orleans;

/// <summary>
/// A connection to workers, which count the votes of smoothed certifiers. Votes are the same as in this process, whichever workers there are,
/// join or leave.
/// </summary>
public sealed class AblationCluster : IDisposable, IAsyncDisposable
{
    private readonly IHost _host;
    private readonly PieceQueue _queue = new();
    private readonly ModelFiles _models = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _watching;

    private AblationCluster(AblationClusterOptions options, IHost host, ClusterConnections connections, ILogger logger)
    {
        _host = host;
        var watch = new WorkerWatch(options, host.Services.GetRequiredService<IClusterClient>(), connections, _queue, _models, logger);
        _watching = Task.Run(() => watch.RunAsync(_stop.Token), CancellationToken.None);
    }

    /// <summary>The workers that count now: their addresses.</summary>
    public IReadOnlyList<string> Workers => [.. _queue.Workers.Select(worker => worker.Name)];

    /// <summary>Connects to a cluster.</summary>
    /// <param name="options">Where its workers are found.</param>
    /// <param name="say">Receives a sentence when workers join, leave or cannot be used. Called from several threads.</param>
    /// <returns>The connection; dispose it.</returns>
    /// <exception cref="AblationClusterException">No worker answers within <see cref="AblationClusterOptions.GiveUpAfter"/>.</exception>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static Task<AblationCluster> ConnectAsync(AblationClusterOptions options, Action<string> say)
    {
        ArgumentNullException.ThrowIfNull(say);
        return ConnectAsync(options, new SentenceLogger(say));
    }

    /// <summary>Connects to a cluster.</summary>
    /// <param name="options">Where its workers are found.</param>
    /// <param name="logger">Hears of workers that join or leave (information), and of those that cannot be used (warnings); null for silence.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <returns>The connection; dispose it.</returns>
    /// <exception cref="AblationClusterException">No worker answers within <see cref="AblationClusterOptions.GiveUpAfter"/>.</exception>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static async Task<AblationCluster> ConnectAsync(AblationClusterOptions options, ILogger? logger = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        var connections = new ClusterConnections(options);
        IHost host = BuildHost(options, connections);
        try
        {
            await host.StartAsync(cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            host.Dispose();
            throw new AblationClusterException($"No worker of cluster '{options.ClusterId}' at {options.Membership} could be reached: "
                + $"{connections.LastRefusal ?? e.GetBaseException().Message} Start a worker with this membership.", e);
        }
        return new AblationCluster(options, host, connections, logger ?? NullLogger.Instance);
    }

    /// <summary>
    /// The same model with its votes counted by the workers. The model itself stays here, too, and is disposed as before. Workers get the base classifier and the keys of
    /// rows, never the seed.
    /// </summary>
    /// <param name="model">A smoothed certifier, or a chain with one; its base classifier reads no other column than the ablated one.</param>
    /// <returns>The model; it needs this connection while rows are read from its views.</returns>
    /// <exception cref="ArgumentException">The model has no smoothed certifier.</exception>
    public ITransformer Distribute(ITransformer model)
    {
        ArgumentNullException.ThrowIfNull(model);
        SmoothedCertifierTransformer certifier = CertifierOf(model);
        return Distribute(model, certifier, _models.Add(certifier));
    }

    /// <param name="model">The model.</param>
    /// <param name="file">A file of it that holds no seed, and is sent as it is.</param>
    internal ITransformer Distribute(ITransformer model, string file) => Distribute(model, CertifierOf(model), _models.Add(file));

    /// <summary>Ends the connection; everybody who waits for votes gets an exception.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested)
            return;
        _queue.Close(() => new OperationCanceledException("The connection to the cluster has ended."));
        await _stop.CancelAsync().ConfigureAwait(false);
        await _watching.ConfigureAwait(false);
        try
        {
            await _host.StopAsync(CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            _host.Dispose();
            _models.Dispose();
        }
    }

    /// <inheritdoc cref="DisposeAsync"/>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    private static IHost BuildHost(AblationClusterOptions options, ClusterConnections connections)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        // Problems on the way become exceptions and remarks of this class.
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IHostLifetime, ClusterHostLifetime>();
        long began = Stopwatch.GetTimestamp();
        builder.UseOrleansClient(client =>
        {
            client.Configure<ClusterOptions>(cluster => cluster.ClusterId = cluster.ServiceId = options.ClusterId);
            client.Configure<ClientMessagingOptions>(messaging =>
            {
                messaging.ResponseTimeout = options.PieceTimeout;
                messaging.MaxMessageBodySize = MessageLimits.Bytes;
            });
            client.Configure<GatewayOptions>(gateways => gateways.GatewayListRefreshPeriod = TimeSpan.FromSeconds(5));
            client.UseConnectionRetryFilter(async (_, stop) =>
            {
                await Task.Delay(TimeSpan.FromSeconds(0.5), stop).ConfigureAwait(false);
                return Stopwatch.GetElapsedTime(began) < options.GiveUpAfter;
            });
            options.Membership.AddTo(client);
            connections.AddTo(client);
        });
        return builder.Build();
    }

    private static SmoothedCertifierTransformer CertifierOf(ITransformer model)
        => CertifierChain.Find(model) ?? throw new ArgumentException("The model has no smoothed certifier; only its votes can be counted by a cluster.", nameof(model));

    /// <param name="model">The model.</param>
    /// <param name="certifier">The certifier in it.</param>
    /// <param name="hash">The hash of the file that workers are sent.</param>
    private ITransformer Distribute(ITransformer model, SmoothedCertifierTransformer certifier, string hash)
    {
        SmoothedCertifierTransformer distributed = certifier.WithVotesOf(new Service(_queue, hash, certifier.Masks?.Count ?? 0));
        return model == certifier ? distributed : CertifierChain.With(model, distributed);
    }

    /// <param name="queue">The work of the workers.</param>
    /// <param name="model">The hash of the model.</param>
    /// <param name="masks">The number of its fixed masks; 0 where ablations are random.</param>
    private sealed class Service(PieceQueue queue, string model, int masks) : IVoteService
    {
        public IVoteSource CreateVoteSource(VoteInput input, int classCount) => new ClusterVoteSource(queue, model, input, classCount);

        public IMaskScoreSource CreateScoreSource(VoteInput input, int classCount) => new ClusterScoreSource(queue, model, input, masks, classCount);
    }
}
