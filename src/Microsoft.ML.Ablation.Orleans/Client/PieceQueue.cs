using System.Diagnostics;
using Microsoft.ML.Ablation.Orleans.Wire;

namespace Microsoft.ML.Ablation.Orleans.Client;

/// <summary>The jobs of all rows at hand. Workers take a piece whenever they finish one, so that faster ones do more.</summary>
internal sealed class PieceQueue
{
    // A second's worth: long enough to hide the cost of messages, short enough that little is lost with a worker.
    private static readonly TimeSpan s_pieceTime = TimeSpan.FromSeconds(1);

    // Before a worker's speed is known.
    private const int FirstBatches = 4;

    private readonly Lock _lock = new();
    private readonly List<Job> _jobs = [];
    private readonly List<WorkerState> _workers = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _lastProgress = Stopwatch.GetTimestamp();
    private Func<Exception>? _closed;

    /// <summary>How long nothing has been counted although there is something to count.</summary>
    public TimeSpan Stalled
    {
        get
        {
            lock (_lock)
                return _jobs.Count == 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(_lastProgress);
        }
    }

    /// <summary>The workers that take pieces.</summary>
    public IReadOnlyList<WorkerState> Workers
    {
        get
        {
            lock (_lock)
                return [.. _workers];
        }
    }

    /// <summary>A worker begins to take pieces.</summary>
    public void Enter(WorkerState worker)
    {
        lock (_lock)
            _workers.Add(worker);
    }

    /// <summary>A worker takes no more pieces, if it took any.</summary>
    public void Leave(WorkerState worker)
    {
        lock (_lock)
        {
            _workers.Remove(worker);
            Change();
        }
    }

    /// <exception cref="Exception">The queue is closed.</exception>
    public void Add(Job job)
    {
        lock (_lock)
        {
            if (_closed is not null)
                throw _closed();
            if (_jobs.Count == 0)
                _lastProgress = Stopwatch.GetTimestamp();
            _jobs.Add(job);
            Change();
        }
    }

    /// <summary>There is progress other than votes, such as a part of a model that was sent.</summary>
    public void Progress()
    {
        lock (_lock)
            _lastProgress = Stopwatch.GetTimestamp();
    }

    /// <summary>Waits for a piece that the worker should do.</summary>
    public async Task<Piece> TakeAsync(WorkerState worker, CancellationToken cancellation)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (Choose(worker) is { } job)
                {
                    int size = worker.SamplesAtOnce(job.Subject);
                    double most = worker.VotesPerSecond is > 0 and double rate ? rate * s_pieceTime.TotalSeconds : (double)FirstBatches * size;
                    // Where rows are few, each is shared by more workers.
                    int share = Math.Max(1, _workers.Count / _jobs.Count(other => other.HasWork));
                    return job.Take(worker, (int)Math.Clamp(most, 1, PieceRequest.MaxSamples / 2), share, size);
                }
                changed = _changed.Task;
            }
            await changed.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>A subject that is asked for and that the worker has not been asked to open; null for none.</summary>
    public VoteSubject? Unopened(WorkerState worker)
    {
        lock (_lock)
            return _jobs.FirstOrDefault(job => job.HasWork && !worker.Knows(job.Subject))?.Subject;
    }

    /// <summary>Waits until there is something new.</summary>
    public Task Changed
    {
        get
        {
            lock (_lock)
                return _changed.Task;
        }
    }

    public void Complete(Piece piece, PieceAnswer answer)
    {
        lock (_lock)
        {
            _lastProgress = Stopwatch.GetTimestamp();
            piece.Job.Complete(piece, answer);
            if (piece.Job.IsOver)
                _jobs.Remove(piece.Job);
        }
    }

    /// <summary>Wakes everybody who waits, to look again.</summary>
    public void Signal()
    {
        lock (_lock)
            Change();
    }

    public void GiveBack(Piece piece)
    {
        lock (_lock)
        {
            piece.Job.GiveBack(piece);
            Change();
        }
    }

    /// <summary>Gives a piece that takes far too long to a second worker, once; the votes that come first are taken.</summary>
    public void Double(Piece piece)
    {
        lock (_lock)
        {
            if (piece.IsDone || piece.IsDoubled || piece.Job.IsOver || _jobs.Any(job => job.HasWork))
                return;
            piece.IsDoubled = true;
            piece.Job.GiveBack(piece);
            Change();
        }
    }

    public void Fail(Job job, Exception exception)
    {
        lock (_lock)
        {
            job.Fail(exception);
            _jobs.Remove(job);
        }
    }

    /// <summary>Ends all jobs, and takes no more.</summary>
    public void Close(Func<Exception> reason)
    {
        lock (_lock)
            _closed ??= reason;
        FailAll(_ => true, _ => reason());
    }

    /// <summary>Ends all jobs for which <paramref name="which"/> holds.</summary>
    public void FailAll(Func<Job, bool> which, Func<Job, Exception> reason)
    {
        lock (_lock)
        {
            foreach (Job job in _jobs.Where(which).ToArray())
            {
                job.Fail(reason(job));
                _jobs.Remove(job);
            }
        }
    }

    /// <summary>The rows that the worker has come first, then those that nobody has, then the oldest: a row should travel once.</summary>
    private Job? Choose(WorkerState worker)
    {
        Job? fresh = null, any = null;
        foreach (Job job in _jobs)
        {
            if (!job.HasWorkFor(worker) || !worker.IsReadyFor(job.Subject))
                continue;
            if (job.Holders.Contains(worker))
                return job;
            any ??= job;
            if (job.Holders.Count == 0)
                fresh ??= job;
        }
        return fresh ?? any;
    }

    private void Change()
    {
        _changed.SetResult();
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
