using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.ML.Ablation.Orleans.Wire;
using Orleans;
using Orleans.Runtime;

namespace Microsoft.ML.Ablation.Orleans.Client;

/// <summary>Looks after the workers of a cluster: finds them, notices those that hang, and ends what nobody counts.</summary>
/// <param name="options">The cluster.</param>
/// <param name="client">The connection to it.</param>
/// <param name="connections">Knows why connections were refused.</param>
/// <param name="queue">The work.</param>
/// <param name="models">The files that workers may lack.</param>
/// <param name="logger">Hears of workers.</param>
internal sealed class WorkerWatch(AblationClusterOptions options, IClusterClient client, ClusterConnections connections, PieceQueue queue, ModelFiles models, ILogger logger)
{
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<SiloAddress, WorkerLink> _links = new();
    private bool _isListLost;

    /// <summary>Watches until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                await FindWorkersAsync(cancellation).ConfigureAwait(false);
                foreach (WorkerLink link in _links.Values)
                    link.DoubleSlowPieces();
                FailWhatNobodyCounts();
                if (queue.Stalled > options.GiveUpAfter)
                    queue.FailAll(_ => true, _ => Silence());
                await Task.Delay(s_look, cancellation).ConfigureAwait(false);
            }
        }
        catch (Exception e)
        {
            // Without this watch nobody would be told of anything any more.
            if (!cancellation.IsCancellationRequested)
                queue.Close(() => new AblationClusterException($"The connection to cluster '{options.ClusterId}' has failed: {OneLine(e)}.", e));
        }
    }

    private async Task FindWorkersAsync(CancellationToken cancellation)
    {
        Dictionary<SiloAddress, SiloStatus> silos;
        try
        {
            silos = await client.GetGrain<IManagementGrain>(0).GetHosts(onlyActive: true, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(5), cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            if (!_isListLost)
                logger.ListLost(OneLine(e));
            _isListLost = true;
            return;
        }
        if (_isListLost)
            logger.ListFound();
        _isListLost = false;
        foreach ((SiloAddress silo, WorkerLink link) in _links)
        {
            if (!silos.ContainsKey(silo))
                link.Leave();
        }
        foreach (SiloAddress silo in silos.Keys)
        {
            if (_links.ContainsKey(silo))
                continue;
            var link = new WorkerLink(client.GetGrain<IVoteWorkerGrain>(silo.ToParsableString()), new WorkerState(silo.Endpoint.ToString()), options.Version, queue, models, logger);
            _links[silo] = link;
            _ = RunAsync(silo, link, cancellation);
        }
    }

    private async Task RunAsync(SiloAddress silo, WorkerLink link, CancellationToken cancellation)
    {
        try
        {
            await link.RunAsync(cancellation).ConfigureAwait(false);
            logger.Left(link.State.Name);
        }
        catch (Exception e)
        {
            if (link.IsAccepted && !cancellation.IsCancellationRequested)
                logger.Silent(link.State.Name, OneLine(e));
        }
        finally
        {
            // Found again by the next look, if it is still (or again) there.
            _links.TryRemove(silo, out _);
            queue.Leave(link.State);
        }
    }

    /// <summary>Where every worker has refused, waiting is useless.</summary>
    private void FailWhatNobodyCounts()
    {
        WorkerState[] workers = [.. _links.Values.Select(link => link.State)];
        if (workers.Length == 0)
            return;
        queue.FailAll(job => workers.All(worker => worker.Refusal(job.Subject) is not null), job => new AblationClusterException(
            $"No worker of cluster '{options.ClusterId}' can count: {string.Join(" ", workers.Select(worker => $"{worker.Name}: {worker.Refusal(job.Subject)}").Distinct())}"));
    }

    private AblationClusterException Silence()
    {
        IReadOnlyList<WorkerState> workers = queue.Workers;
        string why = _links.IsEmpty ? "there is no worker"
            : workers.Count > 0 ? $"there are {workers.Count} workers ({string.Join(", ", workers.Select(worker => worker.Name))}), but none answers"
            : "the workers do not answer";
        return new AblationClusterException($"No votes have come from cluster '{options.ClusterId}' at {options.Membership} for {options.GiveUpAfter.TotalSeconds:0} "
            + $"seconds: {why}.{(connections.LastRefusal is { } refusal ? $" {refusal}" : "")} Start workers and try again.");
    }

    /// <summary>What another program said, as a part of a sentence.</summary>
    private static string OneLine(Exception exception) => exception.GetBaseException().Message.ReplaceLineEndings(" ").TrimEnd('.');
}
