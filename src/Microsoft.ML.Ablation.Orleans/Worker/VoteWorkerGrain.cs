using Microsoft.ML.Ablation.Orleans.Wire;
using Orleans;
using Orleans.Concurrency;

namespace Microsoft.ML.Ablation.Orleans.Worker;

/// <summary>The worker of this silo, for clients; pieces wait in the worker, not before the grain.</summary>
[Reentrant, SiloKeyPlacement]
internal sealed class VoteWorkerGrain(VoteWorker worker) : Grain, IVoteWorkerGrain
{
    public Task<WorkerDescription> Describe() => Task.FromResult(worker.Describe());

    public Task<OpenAnswer> Open(VoteSubject subject) => worker.OpenAsync(subject);

    public Task<PutAnswer> Put(ModelPart part) => worker.PutAsync(part);

    public Task<PieceAnswer> Count(PieceRequest request) => worker.CountAsync(request);
}
