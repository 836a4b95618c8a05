using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace Microsoft.ML.Ablation.Voting;

/// <summary>
/// Scores all masks of a fixed family: rows wait in a queue for threads, each of which scores one row at a time with single-threaded operators. A row's scores are computed in batches
/// of their own, so that they do not depend on other rows, and a single row wakes a single thread.
/// </summary>
internal sealed class ThreadedScoreSource : IMaskScoreSource
{
    private readonly BlockingCollection<MaskJob> _queue = [];
    private readonly Thread[] _threads;
    private readonly Lock _lock = new();
    private readonly IDisposable _owned;
    private readonly int _values;
    private ExceptionDispatchInfo? _failure;
    private volatile bool _disposed;

    /// <param name="classCount">Classes of the base classifier.</param>
    /// <param name="values">The number of values of a row.</param>
    /// <param name="threads">Number of threads, at least 1.</param>
    /// <param name="open">Opens a stream, on the thread that will use it.</param>
    /// <param name="owned">What the source disposes at its end, and where a stream cannot be opened.</param>
    public ThreadedScoreSource(int classCount, int values, int threads, Func<IMaskStream> open, IDisposable owned)
    {
        (ClassCount, _values, _owned) = (classCount, values, owned);
        using var started = new CountdownEvent(threads);
        _threads = [.. Enumerable.Range(0, threads).Select(i => new Thread(() => Work(open, started)) { IsBackground = true, Name = $"Ablation masks {i}" })];
        foreach (Thread thread in _threads)
            thread.Start();
        started.Wait();
        if (_failure is { } failure)
        {
            Dispose();
            failure.Throw();
        }
    }

    public int ClassCount { get; }

    // While one row of each thread is in progress, its successor is read.
    public int RowsAtOnce => 2 * _threads.Length;

    public float[] Score(ReadOnlyMemory<float> planar) => ScoreAsync(planar).GetAwaiter().GetResult();

    public Task<float[]> ScoreAsync(ReadOnlyMemory<float> planar)
    {
        if (planar.Length != _values)
            throw new ArgumentException($"The row has {planar.Length} values, but the network takes {_values}.", nameof(planar));
        var job = new MaskJob(planar);
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _queue.Add(job);
        }
        return job.Scores;
    }

    private void Work(Func<IMaskStream> open, CountdownEvent started)
    {
        IMaskStream? stream = null;
        try
        {
            stream = open();
        }
        catch (Exception e)
        {
            // Rethrown by the constructor.
            _failure = ExceptionDispatchInfo.Capture(e);
        }
        started.Signal();
        using (stream)
        {
            foreach (MaskJob job in _queue.GetConsumingEnumerable())
                job.Do(stream!);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (_disposed)
                return;
            _disposed = true;
            _queue.CompleteAdding();
        }
        foreach (Thread thread in _threads)
            thread.Join();
        _owned.Dispose();
        _queue.Dispose();
    }
}
