using System.Runtime.ExceptionServices;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Voting;
using static TorchSharp.torch;

namespace Microsoft.ML.Ablation.TorchSharp.Voting;

/// <summary>
/// Counts the votes of a network: one stream of batches per core, each on its own thread with single-threaded operators,
/// which is faster than one stream with operators over all cores and gives every batch the same arithmetic.
/// </summary>
internal sealed class TorchVoteSource : IVoteSource
{
    private readonly NetworkVoter _voter;
    private readonly Thread[] _threads;
    private readonly SemaphoreSlim _wake = new(0);
    private readonly CountdownEvent _finished;
    private readonly Lock _oneRow = new();
    private volatile bool _stopping;
    private VoteJob? _job;
    private AnsweredBatch? _leftOver;

    /// <param name="voter">The network and its input; this source becomes its owner.</param>
    /// <param name="streams">Threads, at least 1.</param>
    public TorchVoteSource(NetworkVoter voter, int streams)
    {
        _voter = voter;
        _finished = new CountdownEvent(streams);
        // A thread's operator count is set from within it, and the setting is also the default of threads to come,
        // so the application's own is put back.
        int operatorThreads = get_num_threads();
        _threads = [.. Enumerable.Range(0, streams).Select(i => new Thread(Work) { IsBackground = true, Name = $"Ablation votes {i}" })];
        foreach (Thread thread in _threads)
            thread.Start();
        _finished.Wait();
        set_num_threads(operatorThreads);
    }

    public int ClassCount => _voter.ClassCount;

    public int[][] CountVotes(ReadOnlyMemory<float> planar, AblationKey key, IReadOnlyList<SampleRange> ranges)
    {
        lock (_oneRow)
        {
            ObjectDisposedException.ThrowIf(_stopping, this);
            var job = new VoteJob(_voter.EncodeRow(planar.Span), key, ranges, _voter.BatchSize, ClassCount, _leftOver);
            _job = job;
            _finished.Reset();
            _wake.Release(_threads.Length);
            _finished.Wait();
            _job = null;
            job.Failure?.Throw();
            _leftOver = job.LeftOver;
            return job.Votes;
        }
    }

    private void Work()
    {
        set_num_threads(1);
        using var stream = _voter.MakeStream();
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

    private static void Run(VoteStream stream, VoteJob job)
    {
        try
        {
            while (job.Failure is null && job.Next() is { } batch)
                job.Add(batch, stream.Classify(job, batch));
        }
        catch (Exception e)
        {
            // Thrown again in the thread that asked for the votes.
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
