using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Orleans.Wire;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Voting;

namespace Microsoft.ML.Ablation.Orleans.Worker;

/// <summary>The work of a silo: it holds models open, and counts pieces one after the other, each with all its threads.</summary>
internal sealed partial class VoteWorker : IDisposable
{
    private readonly AblationWorkerOptions _options;
    private readonly ILogger<VoteWorker> _logger;
    private readonly ModelStore _models;
    private readonly RowCache _rows;
    private readonly WorkerMeter _meter;
    private readonly SemaphoreSlim _turn = new(1);
    private readonly Dictionary<string, OpenModel> _open = [];
    private readonly ConcurrentDictionary<(string Model, string Warning), bool> _warned = new();
    private int _queue;

    public VoteWorker(AblationWorkerOptions options, ILogger<VoteWorker> logger)
    {
        (_options, _logger) = (options, logger);
        _models = new ModelStore(options.ModelFolder, options.TakesModels, options.LargestModelInMegabytes);
        _rows = new RowCache((long)options.RowCacheInMegabytes << 20);
        _meter = new WorkerMeter(() => Volatile.Read(ref _queue));
    }

    public WorkerDescription Describe()
        => new(_options.Version, _options.Threads ?? Environment.ProcessorCount, RuntimeInformation.ProcessArchitecture.ToString());

    public async Task<OpenAnswer> OpenAsync(VoteSubject subject)
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            return await OnThreadOfItsOwn(() => Open(subject)).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    public Task<PutAnswer> PutAsync(ModelPart part) => OnThreadOfItsOwn(() =>
    {
        try
        {
            return new PutAnswer(_models.Put(part));
        }
        catch (IOException e)
        {
            return new PutAnswer(e.Message);
        }
    });

    public async Task<PieceAnswer> CountAsync(PieceRequest request)
    {
        if (request.Problem() is { } problem)
            return Refuse("bad request", new PieceAnswer(PieceState.Failed, Reason: problem));
        if (_rows.Find(request.Key, request.Row, request.Subject.Values) is not { } row)
            return new PieceAnswer(PieceState.RowNeeded);
        if (Interlocked.Increment(ref _queue) > _options.QueueLimit)
        {
            Interlocked.Decrement(ref _queue);
            return Refuse("queue full", new PieceAnswer(PieceState.Busy, Reason: $"its queue of {_options.QueueLimit} pieces is full"));
        }
        try
        {
            await _turn.WaitAsync().ConfigureAwait(false);
            try
            {
                return _open.TryGetValue(request.Subject.Name, out OpenModel? model)
                    ? await OnThreadOfItsOwn(() => Count(model, request, row)).ConfigureAwait(false)
                    : new PieceAnswer(PieceState.NotOpen);
            }
            finally
            {
                _turn.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _queue);
        }
    }

    public void Dispose()
    {
        _turn.Wait();
        foreach (OpenModel model in _open.Values)
            model.Dispose();
        _open.Clear();
        _models.Dispose();
        _meter.Dispose();
    }

    private OpenAnswer Open(VoteSubject subject)
    {
        if (!_open.TryGetValue(subject.Name, out OpenModel? model))
        {
            string? path = _models.Find(subject.Model, out string? refusal);
            if (path is null)
                return refusal is null ? new OpenAnswer(OpenState.SendModel) : new OpenAnswer(OpenState.Refused, refusal);
            while (_open.Count >= _options.OpenModels)
            {
                string oldest = _open.MinBy(entry => entry.Value.LastUse).Key;
                _open.Remove(oldest, out OpenModel? old);
                old!.Dispose();
            }
            try
            {
                model = OpenModel.Load(path, subject, _options, warning => Warn(subject.Model, warning));
            }
            catch (Exception e)
            {
                _meter.Refused("model");
                LogModelFailure(e, subject.Model);
                return new OpenAnswer(OpenState.Refused, $"model {subject.Model} cannot be used: {e.GetBaseException().Message}");
            }
            _open.Add(subject.Name, model);
            LogOpen(subject.Model, subject.Ablations);
        }
        model.LastUse = Environment.TickCount64;
        return new OpenAnswer(OpenState.Ready, SamplesAtOnce: model.SamplesAtOnce);
    }

    private PieceAnswer Count(OpenModel model, PieceRequest request, float[] row)
    {
        long began = Stopwatch.GetTimestamp();
        model.LastUse = Environment.TickCount64;
        try
        {
            PieceAnswer answer = model.Count(request, row);
            double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
            _meter.Counted(request.Single?.Length ?? request.Ranges.Sum(range => (long)range.Count), seconds);
            return answer with { Seconds = seconds };
        }
        catch (Exception e)
        {
            // The client decides: it tries another worker, or reports the failure.
            LogFailure(e);
            return Refuse("failed", new PieceAnswer(PieceState.Failed, Reason: e.GetBaseException().Message));
        }
    }

    /// <summary>Logs what a model warns of once, however often it is opened.</summary>
    private void Warn(string model, string warning)
    {
        if (_warned.TryAdd((model, warning), true))
            LogWarning(model, warning);
    }

    private PieceAnswer Refuse(string reason, PieceAnswer answer)
    {
        _meter.Refused(reason);
        return answer;
    }

    /// <summary>Counting takes a second or more, and must not block the silo's own threads.</summary>
    private static Task<T> OnThreadOfItsOwn<T>(Func<T> work)
        => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    [LoggerMessage(LogLevel.Information, "Model {Model} is open, {Ablations}.")]
    private partial void LogOpen(string model, string ablations);

    [LoggerMessage(LogLevel.Warning, "Model {Model}: {Warning}")]
    private partial void LogWarning(string model, string warning);

    [LoggerMessage(LogLevel.Warning, "Model {Model} cannot be used.")]
    private partial void LogModelFailure(Exception exception, string model);

    [LoggerMessage(LogLevel.Error, "A piece could not be counted.")]
    private partial void LogFailure(Exception exception);
}
