using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.ML.Ablation.Orleans.Wire;
using Microsoft.ML.Ablation.Orleans.Worker;

namespace Microsoft.ML.Ablation.Orleans.Tests.Support;

/// <summary>A worker without a network between it and its client, which is lost after a number of pieces.</summary>
/// <param name="pieces">How many pieces it does.</param>
/// <param name="begins">What it waits for before it does any.</param>
internal sealed class FragileWorker(int pieces, Task begins) : IVoteWorkerGrain, IDisposable
{
    private readonly TaskCompletionSource _lost = new();
    private readonly VoteWorker _worker = new(new AblationWorkerOptions { Threads = 1 }, NullLogger<VoteWorker>.Instance);
    private int _counted;

    /// <summary>Pieces that it was given, lost ones included.</summary>
    public int Given => _counted;

    /// <summary>Ends when it is lost.</summary>
    public Task Lost => _lost.Task;

    public Task<WorkerDescription> Describe() => Task.FromResult(_worker.Describe());

    public Task<OpenAnswer> Open(VoteSubject subject) => _worker.OpenAsync(subject);

    public Task<PutAnswer> Put(ModelPart part) => _worker.PutAsync(part);

    public async Task<PieceAnswer> Count(PieceRequest request)
    {
        await begins;
        if (Interlocked.Increment(ref _counted) <= pieces)
            return await _worker.CountAsync(request);
        _lost.TrySetResult();
        throw new TimeoutException("The worker was lost.");
    }

    public void Dispose() => _worker.Dispose();
}
