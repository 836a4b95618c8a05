using System.Runtime.ExceptionServices;
using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Voting;
using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp.Voting;

/// <summary>
/// Counts the votes of a network on the processor: one stream of batches per core, each on its own thread with single-threaded
/// operators. This is faster than one stream with operators on all cores, and every batch has the same arithmetic.
/// </summary>
internal sealed class CpuVoteSource : IVoteSource
{
    private const long DefaultMemoryLimit = 1L << 30;

    private readonly NetworkVoter _voter;
    private readonly int _batchSize;
    private readonly Thread[] _threads;
    private readonly SemaphoreSlim _wake = new(0);
    private readonly CountdownEvent _finished;
    private readonly Lock _oneRow = new();
    private volatile bool _stopping;
    private IScoringJob? _job;
    private AnsweredBatch? _leftOver;

    /// <summary>Makes a source with one stream per core, or as many as memory allows.</summary>
    /// <param name="voter">The network, on the processor, and its input; the source becomes its owner.</param>
    /// <param name="memoryLimit">Bytes that the batches of all streams may take; null for a gibibyte.</param>
    /// <param name="threads">The most streams; null for one per core.</param>
    /// <exception cref="ArgumentOutOfRangeException">Not even one sample fits.</exception>
    public static CpuVoteSource Create(NetworkVoter voter, long? memoryLimit, int? threads = null)
    {
        long limit = memoryLimit ?? DefaultMemoryLimit;
        // The batch size does not depend on the number of streams, so votes are the same on two cores and on twenty.
        int batchSize = BatchShape.Largest(BatchShape.Sizes(voter.Network.WorkingValues, onCpu: true), voter.BytesPerSample, limit);
        long streams = Math.Clamp(limit / (batchSize * voter.BytesPerSample), 1, threads ?? Environment.ProcessorCount);
        return new CpuVoteSource(voter, batchSize, (int)streams);
    }

    /// <param name="voter">The network, on the processor, and its input; this source becomes its owner.</param>
    /// <param name="batchSize">Samples scored together, the same in every stream.</param>
    /// <param name="streams">Number of threads, at least 1.</param>
    public CpuVoteSource(NetworkVoter voter, int batchSize, int streams)
    {
        _voter = voter;
        _batchSize = batchSize;
        _finished = new CountdownEvent(streams);
        // A thread sets its own number of operator threads, which also becomes the default for new threads, so the
        // application's default is restored.
        int operatorThreads = get_num_threads();
        _threads = [.. Enumerable.Range(0, streams).Select(i => new Thread(Work) { IsBackground = true, Name = $"Ablation votes {i}" })];
        foreach (Thread thread in _threads)
            thread.Start();
        _finished.Wait();
        set_num_threads(operatorThreads);
    }

    public int ClassCount => _voter.ClassCount;

    public int SamplesAtOnce => _batchSize * _threads.Length;

    public int[][] CountVotes(ReadOnlyMemory<float> planar, AblationKey key, IReadOnlyList<SampleRange> ranges, Ballot ballot = Ballot.Plurality)
    {
        lock (_oneRow)
        {
            ObjectDisposedException.ThrowIf(_stopping, this);
            var job = new VoteJob(_voter.EncodeRow(planar.Span), key, ranges, _batchSize, ClassCount, ballot, _leftOver);
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
            var job = new SingleSampleJob(_voter.EncodeRow(planar.Span), key, stage, samples, _batchSize, _threads.Length, ClassCount);
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
        set_num_threads(1);
        using var stream = new VoteStream(_voter, _batchSize);
        _finished.Signal();
        while (true)
        {
            _wake.Wait();
            if (_stopping)
                return;
            Run(stream, _job!);
            _finished.Signal();
        }
    }

    private static void Run(VoteStream stream, IScoringJob job)
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
            _voter.Dispose();
            _wake.Dispose();
            _finished.Dispose();
        }
    }
}
