using Orleans;

namespace Microsoft.ML.Ablation.Orleans.Wire;

/// <summary>One worker, as clients see it. The key is the address of its silo.</summary>
[Alias("ablation.worker")]
internal interface IVoteWorkerGrain : IGrainWithStringKey
{
    /// <summary>Describes the worker.</summary>
    [Alias("describe")]
    Task<WorkerDescription> Describe();

    /// <summary>Prepares to count votes of a model, or to score its masks.</summary>
    [Alias("open")]
    Task<OpenAnswer> Open(VoteSubject subject);

    /// <summary>Takes a part of a model's file; parts come in order. The answer to the last one says whether the file has the right hash.</summary>
    [Alias("put")]
    Task<PutAnswer> Put(ModelPart part);

    /// <summary>Counts votes, or scores masks.</summary>
    [Alias("count")]
    Task<PieceAnswer> Count(PieceRequest request);
}
