using System.Diagnostics.Metrics;

namespace Microsoft.ML.Ablation.Orleans.Worker;

/// <summary>The metrics of a worker, for OpenTelemetry and other listeners to <see cref="Meter"/>s.</summary>
internal sealed class WorkerMeter : IDisposable
{
    private readonly Meter _meter = new(AblationWorkerOptions.MeterName, AblationClusterOptions.LibraryVersion);
    private readonly Counter<long> _votes;
    private readonly Counter<long> _failures;
    private readonly Histogram<double> _duration;

    /// <param name="queue">Reads how many pieces wait or are counted.</param>
    public WorkerMeter(Func<int> queue)
    {
        _votes = _meter.CreateCounter<long>("ablation.votes", "{vote}", "Ablations that were classified.");
        _failures = _meter.CreateCounter<long>("ablation.failures", "{piece}", "Pieces that could not be counted, by reason.");
        _duration = _meter.CreateHistogram<double>("ablation.piece.duration", "s", "Time to count a piece, without its time in the queue.");
        _meter.CreateObservableGauge("ablation.queue", queue, "{piece}", "Pieces that wait or are being counted.");
    }

    public void Counted(long votes, double seconds)
    {
        _votes.Add(votes);
        _duration.Record(seconds);
    }

    public void Refused(string reason) => _failures.Add(1, new KeyValuePair<string, object?>("reason", reason));

    public void Dispose() => _meter.Dispose();
}
