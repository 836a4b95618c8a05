using System.Runtime.ExceptionServices;
using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Sampling;

namespace Microsoft.ML.Ablation.Voting;

/// <summary>
/// Counts votes on the processor: one stream of batches per core, each on its own thread with single-threaded operators. This is faster than one stream with operators on all cores,
/// and every batch has the same arithmetic.
/// </summary>
internal sealed class CpuVoteSource : IVoteSource
{
    private readonly IBatchScorer _scorer;
    private readonly int _batchSize;
    private readonly Thread[] _threads;
    private readonly SemaphoreSlim _wake = new(0);
    private readonly CountdownEvent _finished;
    private readonly Lock _oneRow = new();
    private volatile bool _stopping;
    private ExceptionDispatchInfo? _failure;
    private IScoringJob? _job;
    private AnsweredBatch? _leftOver;

    /// <summary>Makes a source with one stream per core, or as many as memory allows.</summary>
    /// <param name="scorer">The base classifier; the source becomes its owner.</param>
    /// <param name="workingValues">Values in memory while one sample is scored.</param>
    /// <param name="bytesPerSample">The same in bytes.</param>
    /// <param name="memoryLimit">Bytes that the batches of all streams may take; null for a gibibyte.</param>
    /// <param name="threads">The most streams; null for one per core.</param>
    /// <param name="fixedSize">The only size of a batch that the classifier takes; null for any.</param>
    /// <exception cref="ArgumentOutOfRangeException">Not even one sample fits.</exception>
    public static CpuVoteSource Create(IBatchScorer scorer, long workingValues, long bytesPerSample, long? memoryLimit, int? threads, int? fixedSize = null)
    {
        (int size, int streams) = BatchShape.OnCpu(workingValues, bytesPerSample, memoryLimit, threads, fixedSize);
        return new CpuVoteSource(scorer, size, streams);
    }

    /// <param name="scorer">The base classifier; this source becomes its owner.</param>
    /// <param name="batchSize">Samples scored together, the same in every stream.</param>
    /// <param name="streams">Number of threads, at least 1.</param>
    /// <remarks>Where a stream cannot be opened, its exception is thrown and the classifier disposed.</remarks>
    public CpuVoteSource(IBatchScorer scorer, int batchSize, int streams)
    {
        _scorer = scorer;
        _batchSize = batchSize;
        _finished = new CountdownEvent(streams);
        _threads = [.. Enumerable.Range(0, streams).Select(i => new Thread(Work) { IsBackground = true, Name = $"Ablation votes {i}" })];
        foreach (Thread thread in _threads)
            thread.Start();
        _finished.Wait();
        if (_failure is { } failure)
        {
            Dispose();
            failure.Throw();
        }
    }

    public int ClassCount => _scorer.ClassCount;

    public int SamplesAtOnce => _batchSize * _threads.Length;

    public int[][] CountVotes(ReadOnlyMemory<float> planar, AblationKey key, IReadOnlyList<SampleRange> ranges, Ballot ballot = Ballot.Plurality)
    {
        lock (_oneRow)
        {
            ObjectDisposedException.ThrowIf(_stopping, this);
            var job = new VoteJob(_scorer.EncodeRow(planar.Span), key, ranges, _batchSize, ClassCount, ballot, _leftOver);
            Do(job);
            _leftOver = job.LeftOver;
            return job.Votes;
        }
    }

    public int[] Answer(ReadOnlyMemory<float> planar, AblationKey key, AblationStage stage, ReadOnlyMemory<uint> samples)
    {
        lock (_oneRow)
        {
            ObjectDisposedException.ThrowIf(_stopping, this);
            var job = new SingleSampleJob(_scorer.EncodeRow(planar.Span), key, stage, samples, _batchSize, _threads.Length, ClassCount);
            Do(job);
            return job.Answers;
        }
    }

    private void Do(IScoringJob job)
    {
        _job = job;
        _finished.Reset();
        _wake.Release(_threads.Length);
        _finished.Wait();
        _job = null;
        job.Failure?.Throw();
    }

    private void Work()
    {
        IBatchStream? stream = null;
        try
        {
            stream = _scorer.OpenStream(_batchSize);
        }
        catch (Exception e)
        {
            // Rethrown by the constructor.
            _failure = ExceptionDispatchInfo.Capture(e);
        }
        _finished.Signal();
        using (stream)
        {
            while (true)
            {
                _wake.Wait();
                if (_stopping)
                    return;
                Run(stream!, _job!);
                _finished.Signal();
            }
        }
    }

    private static void Run(IBatchStream stream, IScoringJob job)
    {
        try
        {
            while (job.Failure is null && job.Next() is { } batch)
                job.Add(batch, stream.Score(job, batch));
        }
        catch (Exception e)
        {
            // Rethrown in the thread that asked for the votes.
            job.Failure = ExceptionDispatchInfo.Capture(e);
        }
    }

    public void Dispose()
    {
        lock (_oneRow)
        {
            if (_stopping)
                return;
            _stopping = true;
            _wake.Release(_threads.Length);
            foreach (Thread thread in _threads)
                thread.Join();
            _scorer.Dispose();
            _wake.Dispose();
            _finished.Dispose();
        }
    }
}
