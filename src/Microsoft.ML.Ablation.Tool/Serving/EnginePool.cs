using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;

namespace Microsoft.ML.Ablation.Tool.Serving;

/// <summary>A bounded number of engines, and a bounded number of requests that wait for one.</summary>
internal sealed class EnginePool : IDisposable
{
    private readonly ConcurrentBag<ServedEngine> _idle;
    private readonly ConcurrencyLimiter _limiter;
    private readonly ServeSettings _settings;

    /// <param name="model">The model.</param>
    /// <param name="settings">How many engines, and how many may wait.</param>
    public EnginePool(ServedModel model, ServeSettings settings)
    {
        _settings = settings;
        _idle = [.. Enumerable.Range(0, settings.Engines).Select(_ => model.MakeEngine())];
        _limiter = new ConcurrencyLimiter(new ConcurrencyLimiterOptions { PermitLimit = settings.Engines, QueueLimit = settings.Queue });
    }

    /// <summary>Requests that are certified now.</summary>
    public long Running => _settings.Engines - _limiter.GetStatistics()!.CurrentAvailablePermits;

    /// <summary>Requests that wait for an engine.</summary>
    public long Waiting => _limiter.GetStatistics()!.CurrentQueuedCount;

    /// <summary>Certifies rows, one after the other.</summary>
    /// <param name="questions">The rows.</param>
    /// <param name="ablations">How many ablations of each the answers show.</param>
    /// <param name="cancellation">Whether nobody waits for the answers any longer; looked at between rows, because votes that have begun are finished.</param>
    /// <exception cref="RefusedRequestException">Too many requests wait, or it takes too long.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public Task<IReadOnlyList<JsonObject>> AskAsync(IReadOnlyList<ServedQuestion> questions, int ablations, CancellationToken cancellation)
        => UseAsync<IReadOnlyList<JsonObject>>((engine, deadline) =>
        {
            var answers = new List<JsonObject>(questions.Count);
            foreach (ServedQuestion question in questions)
            {
                cancellation.ThrowIfCancellationRequested();
                if (deadline.IsCancellationRequested)
                {
                    throw Busy(FormattableString.Invariant($"Only {answers.Count} of {questions.Count} rows were certified in {_settings.TimeoutText}; ")
                        + "send fewer rows at once, or start the service with a longer --timeout.");
                }
                answers.Add(engine.Ask(question, ablations));
            }
            return answers;
        }, cancellation);

    /// <summary>Explains the answer for a row.</summary>
    /// <inheritdoc cref="AskAsync"/>
    public Task<JsonObject> ExplainAsync(ServedQuestion question, CancellationToken cancellation) => UseAsync((engine, deadline) =>
    {
        try
        {
            return engine.Explain(question, deadline);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw Busy($"The answer was not explained in {_settings.TimeoutText}; start the service with a longer --timeout.");
        }
    }, cancellation);

    public void Dispose()
    {
        foreach (ServedEngine engine in _idle)
            engine.Dispose();
        _limiter.Dispose();
    }

    /// <summary>Waits for an engine, and uses it.</summary>
    /// <param name="work">What it does; its token says when the time is over.</param>
    /// <param name="cancellation">Whether nobody waits any longer.</param>
    private async Task<T> UseAsync<T>(Func<ServedEngine, CancellationToken, T> work, CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(_settings.Timeout);
        using RateLimitLease permit = await WaitAsync(cancellation, deadline.Token);
        // There are as many engines as permits.
        if (!_idle.TryTake(out ServedEngine? engine))
            throw new InvalidOperationException("There are fewer engines than permits.");
        try
        {
            return work(engine, deadline.Token);
        }
        finally
        {
            _idle.Add(engine);
        }
    }

    private async Task<RateLimitLease> WaitAsync(CancellationToken cancellation, CancellationToken deadline)
    {
        try
        {
            RateLimitLease permit = await _limiter.AcquireAsync(1, deadline);
            if (permit.IsAcquired)
                return permit;
            permit.Dispose();
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw Busy($"No engine was free for {_settings.TimeoutText}; try again later.");
        }
        throw Busy(FormattableString.Invariant($"{_settings.Engines} requests are being certified, and {_settings.Queue} wait; try again later."));
    }

    private static RefusedRequestException Busy(string message) => new(StatusCodes.Status503ServiceUnavailable, message);
}
