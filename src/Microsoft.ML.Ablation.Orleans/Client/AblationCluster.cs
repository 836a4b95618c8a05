using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.ML.Ablation.Orleans.Client;
using Microsoft.ML.Ablation.Orleans.Wire;
using Microsoft.ML.Ablation.Orleans.Worker;
using Microsoft.ML.Ablation.Voting;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Microsoft.ML.Ablation.Orleans;

/// <summary>
/// A connection to workers, which count the votes of smoothed certifiers. Votes are the same as in this process, whichever workers there are,
/// join or leave.
/// </summary>
public sealed class AblationCluster : IDisposable, IAsyncDisposable
{
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(1);

    private readonly AblationClusterOptions _options;
    private readonly IHost _host;
    private readonly IClusterClient _client;
    private readonly ClusterConnections _connections;
    private readonly Action<string> _say;
    private readonly PieceQueue _queue = new();
    private readonly ConcurrentDictionary<SiloAddress, WorkerLink> _links = new();
    private readonly ConcurrentDictionary<string, string> _modelFiles = new();
    private readonly ConcurrentBag<DirectoryInfo> _temporary = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly HashSet<string> _said = [];
    private Task _watch = Task.CompletedTask;

    private AblationCluster(AblationClusterOptions options, IHost host, ClusterConnections connections, Action<string> say)
    {
        (_options, _host, _connections, _say) = (options, host, connections, say);
        _client = host.Services.GetRequiredService<IClusterClient>();
    }

    /// <summary>The workers that count now: their addresses.</summary>
    public IReadOnlyList<string> Workers => [.. Accepted.Select(link => link.Name)];

    /// <summary>How many workers there are to share the work, at least one.</summary>
    internal int WorkerCount => Math.Max(1, Accepted.Count());

    private IEnumerable<WorkerLink> Accepted => _links.Values.Where(link => link.IsAccepted);

    /// <summary>Connects to a cluster.</summary>
    /// <param name="options">Where its workers are found.</param>
    /// <param name="say">Receives a sentence when workers join, leave or cannot be used; null for silence. Called from several threads.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <returns>The connection; dispose it.</returns>
    /// <exception cref="AblationClusterException">No worker answers within <see cref="AblationClusterOptions.GiveUpAfter"/>.</exception>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static async Task<AblationCluster> ConnectAsync(AblationClusterOptions options, Action<string>? say = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        var connections = new ClusterConnections(options);
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        // What goes wrong on the way is told by exceptions and sentences.
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IHostLifetime, ClusterHostLifetime>();
        long began = Stopwatch.GetTimestamp();
        builder.UseOrleansClient(client =>
        {
            client.Configure<ClusterOptions>(cluster => cluster.ClusterId = cluster.ServiceId = options.ClusterId);
            client.Configure<ClientMessagingOptions>(messaging =>
            {
                messaging.ResponseTimeout = options.PieceTimeout;
                messaging.MaxMessageBodySize = AblationWorkerHosting.MaxMessageBytes;
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
        IHost host = builder.Build();
        try
        {
            await host.StartAsync(cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            host.Dispose();
            throw new AblationClusterException($"No worker of cluster '{options.ClusterId}' at {options.Membership} could be reached: "
                + $"{connections.LastRefusal ?? e.GetBaseException().Message} Start one with 'ablation worker --cluster {options.Membership}'.", e);
        }
        var cluster = new AblationCluster(options, host, connections, say ?? (_ => { }));
        cluster._watch = Task.Run(cluster.WatchAsync, CancellationToken.None);
        return cluster;
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
        DirectoryInfo folder = Directory.CreateTempSubdirectory("ablation-client-");
        _temporary.Add(folder);
        string file = Path.Combine(folder.FullName, "model.zip");
        WorkerModel.Save(certifier, file);
        return Distribute(model, file);
    }

    /// <param name="model">The model.</param>
    /// <param name="file">A file of it that holds no seed, and is sent as it is.</param>
    internal ITransformer Distribute(ITransformer model, string file)
    {
        SmoothedCertifierTransformer certifier = CertifierOf(model);
        string hash = ModelStore.HashOf(file);
        _modelFiles[hash] = file;
        SmoothedCertifierTransformer distributed = certifier.WithVotesOf(new Service(this, hash));
        return model == certifier ? distributed : CertifierChain.With(model, distributed);
    }

    /// <summary>Why a worker is not used; null for one that is.</summary>
    internal string? RefusalOf(WorkerDescription worker) => worker.Version == _options.Version
        ? null
        : $"it runs version {worker.Version}, this is version {_options.Version}; votes of two versions are not to be added. Start the same everywhere.";

    /// <summary>The file of a model that was distributed.</summary>
    internal FileStream OpenModel(string model) => new(_modelFiles[model], FileMode.Open, FileAccess.Read, FileShare.Read);

    /// <summary>Tells the user.</summary>
    internal void Say(string sentence) => _say(sentence);

    /// <summary>Tells the user what was not told before.</summary>
    internal void SayOnce(string sentence) => SayOnce(sentence, sentence);

    /// <summary>Ends the connection; who waits for votes gets an exception.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested)
            return;
        _queue.Close(() => new OperationCanceledException("The connection to the cluster has ended."));
        await _stop.CancelAsync().ConfigureAwait(false);
        await _watch.ConfigureAwait(false);
        try
        {
            await _host.StopAsync(CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            _host.Dispose();
            foreach (DirectoryInfo folder in _temporary)
                folder.Delete(recursive: true);
        }
    }

    /// <inheritdoc cref="DisposeAsync"/>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    private static SmoothedCertifierTransformer CertifierOf(ITransformer model)
        => CertifierChain.Find(model) ?? throw new ArgumentException("The model has no smoothed certifier; only its votes can be counted by a cluster.", nameof(model));

    /// <summary>Looks after the workers: who is there, who hangs, whether anybody counts.</summary>
    private async Task WatchAsync()
    {
        try
        {
            while (true)
            {
                await FindWorkersAsync().ConfigureAwait(false);
                foreach (WorkerLink link in Accepted)
                    DoubleSlowPieces(link);
                FailWhatNobodyCounts();
                if (_queue.Stalled > _options.GiveUpAfter)
                    _queue.FailAll(_ => true, _ => Silence());
                await Task.Delay(s_look, _stop.Token).ConfigureAwait(false);
            }
        }
        catch (Exception e)
        {
            // Without this watch nobody would be told of anything any more.
            if (!_stop.IsCancellationRequested)
                _queue.Close(() => new AblationClusterException($"The connection to cluster '{_options.ClusterId}' has failed: {OneLine(e.Message)}.", e));
        }
    }

    private async Task FindWorkersAsync()
    {
        Dictionary<SiloAddress, SiloStatus> silos;
        try
        {
            silos = await _client.GetGrain<IManagementGrain>(0).GetHosts(onlyActive: true).WaitAsync(TimeSpan.FromSeconds(5), _stop.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (!_stop.IsCancellationRequested)
        {
            SayOnce("members", $"The list of workers cannot be read now ({OneLine(e.GetBaseException().Message)}); going on with those that are known.");
            return;
        }
        if (Forget("members"))
            _say("The list of workers can be read again.");
        foreach ((SiloAddress silo, WorkerLink link) in _links)
        {
            if (!silos.ContainsKey(silo))
                link.Leave();
        }
        foreach (SiloAddress silo in silos.Keys)
        {
            if (_links.ContainsKey(silo))
                continue;
            var link = new WorkerLink(silo.Endpoint.ToString(), _client.GetGrain<IVoteWorkerGrain>(silo.ToParsableString()), _queue, this);
            _links[silo] = link;
            _ = RunAsync(silo, link);
        }
    }

    private async Task RunAsync(SiloAddress silo, WorkerLink link)
    {
        try
        {
            await link.RunAsync(_stop.Token).ConfigureAwait(false);
            _say($"Worker {link.Name} has left the cluster.");
        }
        catch (Exception e)
        {
            if (link.IsAccepted && !_stop.IsCancellationRequested)
                _say($"Worker {link.Name} does not answer ({OneLine(e.GetBaseException().Message)}); its work goes to others.");
        }
        finally
        {
            // Found again by the next look, if it is still (or again) there.
            _links.TryRemove(silo, out _);
            _queue.Signal();
        }
    }

    private void DoubleSlowPieces(WorkerLink link)
    {
        foreach (Piece piece in link.Current)
        {
            double expected = link.VotesPerSecond is > 0 and double rate ? piece.Count / rate : 5;
            if (Stopwatch.GetElapsedTime(piece.Taken).TotalSeconds > 5 + 5 * expected)
                _queue.Double(piece);
        }
    }

    /// <summary>Where every worker has said no, waiting helps nobody.</summary>
    private void FailWhatNobodyCounts()
    {
        WorkerLink[] links = [.. _links.Values];
        if (links.Length == 0)
            return;
        _queue.FailAll(job => links.All(link => link.Refusal(job.Subject) is not null), job => new AblationClusterException(
            $"No worker of cluster '{_options.ClusterId}' can count: {string.Join(" ", links.Select(link => $"{link.Name}: {link.Refusal(job.Subject)}").Distinct())}"));
    }

    private AblationClusterException Silence()
    {
        string why = _links.IsEmpty ? "no worker is there"
            : Accepted.Any() ? $"{Accepted.Count()} workers are there ({string.Join(", ", Workers)}), but none answers"
            : "the workers that are there do not answer";
        return new AblationClusterException($"No votes have come from cluster '{_options.ClusterId}' at {_options.Membership} for {_options.GiveUpAfter.TotalSeconds:0} "
            + $"seconds: {why}.{(_connections.LastRefusal is { } refusal ? $" {refusal}" : "")} Start workers and go on; finished rows of a run are kept.");
    }

    private void SayOnce(string topic, string sentence)
    {
        lock (_said)
        {
            if (!_said.Add(topic))
                return;
        }
        _say(sentence);
    }

    private bool Forget(string topic)
    {
        lock (_said)
            return _said.Remove(topic);
    }

    private static string OneLine(string text) => text.ReplaceLineEndings(" ").TrimEnd('.');

    private sealed class Service(AblationCluster cluster, string model) : IVoteService
    {
        public IVoteSource CreateVoteSource(VoteInput input, int classCount)
            => new ClusterVoteSource(cluster._queue, () => cluster.WorkerCount, model, input, classCount);
    }
}
