using System.Collections.Concurrent;
using Microsoft.ML.Ablation.Voting;
using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp.Voting;

/// <summary>
/// Scores all masks of a fixed family with a network: rows wait in a queue for threads, each of which scores one row at a time with single-threaded operators. A row's scores are
/// computed in batches of their own, so that they do not depend on other rows, and a single row wakes a single thread.
/// </summary>
internal sealed class NetworkScoreSource : IMaskScoreSource
{
    private const long DefaultMemoryLimit = 1L << 30;

    private readonly ScoringNetwork _network;
    private readonly MaskSet _masks;
    private readonly BlockingCollection<MaskJob> _queue = [];
    private readonly Thread[] _threads;
    private readonly Lock _lock = new();
    private volatile bool _disposed;

    private NetworkScoreSource(ScoringNetwork network, MaskSet masks, int batchSize, int threads)
    {
        (_network, _masks) = (network, masks);
        // A thread sets its own number of operator threads, which also becomes the default for new threads, so the application's default is restored.
        int operatorThreads = get_num_threads();
        using var started = new CountdownEvent(threads);
        _threads = [.. Enumerable.Range(0, threads).Select(i => new Thread(() => Work(batchSize, started)) { IsBackground = true, Name = $"Ablation masks {i}" })];
        foreach (Thread thread in _threads)
            thread.Start();
        started.Wait();
        set_num_threads(operatorThreads);
    }

    public int ClassCount => _network.Shape.Classes;

    // While one row of each thread is in progress, its successor is read.
    public int RowsAtOnce => 2 * _threads.Length;

    /// <summary>Makes a source with one thread per core, or as many as memory allows; on a GPU one.</summary>
    /// <param name="network">The network; the source becomes its owner, like that of the masks.</param>
    /// <param name="masks">The masks.</param>
    /// <param name="memoryLimit">Bytes that the batches of all threads may take; null for a gibibyte.</param>
    /// <param name="threads">The most threads; null for one per core.</param>
    /// <exception cref="ArgumentOutOfRangeException">Not even one mask fits the limit; network and masks are disposed then.</exception>
    public static NetworkScoreSource Create(ScoringNetwork network, MaskSet masks, long? memoryLimit, int? threads)
    {
        try
        {
            long limit = memoryLimit ?? DefaultMemoryLimit;
            bool onCpu = network.Device.type == global::TorchSharp.DeviceType.CPU;
            // The size of a batch does not depend on the number of threads, so that scores are the same on two cores and on twenty.
            int size = network.WorkingValuesOfMasks is null
                ? Math.Min(masks.Family.Count, BatchShape.Largest(BatchShape.Sizes(network.WorkingValues, onCpu), network.WorkingBytes, limit))
                : masks.Family.Count;
            long bytes = network.WorkingValuesOfMasks * sizeof(float) ?? size * network.WorkingBytes;
            int most = onCpu ? threads ?? Environment.ProcessorCount : 1;
            return new NetworkScoreSource(network, masks, size, (int)Math.Clamp(limit / bytes, 1, most));
        }
        catch
        {
            network.Dispose();
            masks.Dispose();
            throw;
        }
    }

    public float[] Score(ReadOnlyMemory<float> planar) => ScoreAsync(planar).GetAwaiter().GetResult();

    public Task<float[]> ScoreAsync(ReadOnlyMemory<float> planar)
    {
        if (planar.Length != _masks.Encoder.Shape.Values)
            throw new ArgumentException($"The row has {planar.Length} values, but the network takes {_masks.Encoder.Shape.Values}.", nameof(planar));
        var job = new MaskJob(planar);
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _queue.Add(job);
        }
        return job.Scores;
    }

    private void Work(int batchSize, CountdownEvent started)
    {
        set_num_threads(1);
        using MaskStream stream = _network.WorkingValuesOfMasks is null ? new AblatedMaskStream(_network, _masks, batchSize) : new WholeMaskStream(_network, _masks);
        started.Signal();
        foreach (MaskJob job in _queue.GetConsumingEnumerable())
            job.Do(stream);
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
        _network.Dispose();
        _masks.Dispose();
        _queue.Dispose();
    }
}
