using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.ML.Ablation.Orleans.Wire;

namespace Microsoft.ML.Ablation.Orleans.Client;

/// <summary>A client's side of one worker: it opens what is asked for, takes pieces from the queue, and brings the votes back.</summary>
internal sealed class WorkerLink
{
    // One is counted, the next is there already.
    private const int PiecesAtOnce = 2;

    // How often a piece may fail, at whichever workers.
    private const int Attempts = 3;

    private const int PartBytes = 4 << 20;

    private readonly IVoteWorkerGrain _grain;
    private readonly PieceQueue _queue;
    private readonly AblationCluster _cluster;
    private readonly ConcurrentDictionary<string, OpenAnswer> _subjects = new();
    private readonly ConcurrentDictionary<Piece, bool> _current = new();
    private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public WorkerLink(string name, IVoteWorkerGrain grain, PieceQueue queue, AblationCluster cluster)
    {
        (Name, _grain, _queue, _cluster) = (name, grain, queue, cluster);
    }

    /// <summary>The worker's address.</summary>
    public string Name { get; }

    /// <summary>What it counted of late; null at first.</summary>
    public double? VotesPerSecond { get; private set; }

    /// <summary>Whether it counts.</summary>
    public bool IsAccepted { get; private set; }

    /// <summary>Why it is not used at all; null when it is, or is not known yet.</summary>
    public string? Rejection { get; private set; }

    /// <summary>The pieces that it has.</summary>
    public ICollection<Piece> Current => _current.Keys;

    /// <summary>Whether it was asked to open a subject.</summary>
    public bool Knows(VoteSubject subject) => _subjects.ContainsKey(subject.Name);

    public bool IsReadyFor(VoteSubject subject) => _subjects.TryGetValue(subject.Name, out OpenAnswer? answer) && answer.State == OpenState.Ready;

    /// <summary>Why it cannot count a subject's votes; null when it can, or has not been asked.</summary>
    public string? Refusal(VoteSubject subject)
        => Rejection ?? (_subjects.TryGetValue(subject.Name, out OpenAnswer? answer) && answer.State == OpenState.Refused ? answer.Reason : null);

    /// <summary>Samples that it scores at once.</summary>
    public int SamplesAtOnce(VoteSubject subject) => _subjects[subject.Name].SamplesAtOnce;

    /// <summary>Ends the work: the worker is not a member any more.</summary>
    public void Leave() => _left.TrySetResult();

    /// <summary>Works until the worker leaves.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="Exception">The worker does not answer.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        WorkerDescription worker = await _grain.Describe().WaitAsync(cancellation).ConfigureAwait(false);
        if (_cluster.RefusalOf(worker) is { } refusal)
        {
            _cluster.Say($"Worker {Name} is not used: {refusal}");
            Rejection = refusal;
            await _left.Task.WaitAsync(cancellation).ConfigureAwait(false);
            return;
        }
        IsAccepted = true;
        _cluster.Say($"Worker {Name} has joined ({worker.Threads} {(worker.Threads == 1 ? "thread" : "threads")}, {worker.Architecture}).");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task[] loops = [OpenAllAsync(stop.Token), .. Enumerable.Range(0, PiecesAtOnce).Select(_ => CountAllAsync(stop.Token))];
        Task first = await Task.WhenAny([_left.Task, .. loops]).ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(loops.Select(loop => loop.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default))).ConfigureAwait(false);
        await first.ConfigureAwait(false);
    }

    private async Task OpenAllAsync(CancellationToken cancellation)
    {
        while (true)
        {
            Task changed = _queue.Changed;
            if (_queue.Unopened(this) is not { } subject)
            {
                await changed.WaitAsync(cancellation).ConfigureAwait(false);
                continue;
            }
            OpenAnswer answer = await OpenAsync(subject, cancellation).ConfigureAwait(false);
            _subjects[subject.Name] = answer;
            if (answer.State == OpenState.Refused)
                _cluster.Say($"Worker {Name} cannot help: {answer.Reason}");
            _queue.Progress();
            _queue.Signal();
        }
    }

    private async Task<OpenAnswer> OpenAsync(VoteSubject subject, CancellationToken cancellation)
    {
        OpenAnswer answer = await _grain.Open(subject).WaitAsync(cancellation).ConfigureAwait(false);
        if (answer.State != OpenState.SendModel)
            return answer;
        var transfer = Guid.NewGuid();
        using FileStream file = _cluster.OpenModel(subject.Model);
        var part = new byte[PartBytes];
        long offset = 0;
        while (offset < file.Length)
        {
            int count = await file.ReadAtLeastAsync(part, PartBytes, throwOnEndOfStream: false, cancellation).ConfigureAwait(false);
            PutAnswer put = await _grain.Put(new ModelPart(subject.Model, transfer, file.Length, offset, part[..count])).WaitAsync(cancellation).ConfigureAwait(false);
            if (put.Refusal is { } refusal)
                return new OpenAnswer(OpenState.Refused, refusal);
            offset += count;
            _queue.Progress();
        }
        answer = await _grain.Open(subject).WaitAsync(cancellation).ConfigureAwait(false);
        return answer.State == OpenState.SendModel ? new OpenAnswer(OpenState.Refused, "it lost the model that it was sent.") : answer;
    }

    private async Task CountAllAsync(CancellationToken cancellation)
    {
        while (true)
        {
            Piece piece = await _queue.TakeAsync(this, () => _cluster.WorkerCount, cancellation).ConfigureAwait(false);
            _current.TryAdd(piece, true);
            bool isCounted = false;
            try
            {
                isCounted = await CountAsync(piece, cancellation).ConfigureAwait(false);
            }
            finally
            {
                _current.TryRemove(piece, out _);
                if (!isCounted)
                    _queue.GiveBack(piece);
            }
        }
    }

    /// <summary>Whether the piece is done with; if not, it goes back.</summary>
    private async Task<bool> CountAsync(Piece piece, CancellationToken cancellation)
    {
        Job job = piece.Job;
        PieceAnswer answer = await _grain.Count(job.Request(piece, piece.NeedsRow)).WaitAsync(cancellation).ConfigureAwait(false);
        if (answer.State == PieceState.RowNeeded)
            answer = await _grain.Count(job.Request(piece, withRow: true)).WaitAsync(cancellation).ConfigureAwait(false);
        switch (answer.State)
        {
            case PieceState.Counted when job.Fits(piece, answer.Counts!):
                double rate = piece.Count / Math.Max(answer.Seconds, 1e-6);
                VotesPerSecond = VotesPerSecond is { } before ? 0.7 * before + 0.3 * rate : rate;
                _queue.Complete(piece, answer.Counts!);
                return true;
            case PieceState.Busy:
                _cluster.SayOnce($"Worker {Name} is busy: {answer.Reason}. Its pieces go elsewhere, or wait.");
                await Task.Delay(TimeSpan.FromSeconds(0.5), cancellation).ConfigureAwait(false);
                return false;
            case PieceState.NotOpen:
                _subjects.TryRemove(job.Subject.Name, out _);
                _queue.Signal();
                return false;
            default:
                string reason = answer.Reason ?? "its answer has not the form that was asked for";
                if (++piece.Failures < Attempts)
                    return false;
                _queue.Fail(job, new AblationClusterException($"Workers failed {piece.Failures} times at the same piece of a row, the last time {Name}: {reason}"));
                return true;
        }
    }
}
