using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.ML.Ablation.Orleans.Wire;

namespace Microsoft.ML.Ablation.Orleans.Client;

/// <summary>A client's side of one worker: it opens what is asked for, takes pieces from the queue, and brings the votes back.</summary>
/// <param name="grain">The worker.</param>
/// <param name="state">What is known of it.</param>
/// <param name="version">The only version that is used.</param>
/// <param name="queue">The work.</param>
/// <param name="models">The files that workers may lack.</param>
/// <param name="logger">Hears of the worker.</param>
internal sealed class WorkerLink(IVoteWorkerGrain grain, WorkerState state, string version, PieceQueue queue, ModelFiles models, ILogger logger)
{
    // While one is counted, the next is already there.
    private const int PiecesAtOnce = 2;

    // How often a piece may fail, at whichever workers.
    private const int Attempts = 3;

    private const int PartBytes = 4 << 20;

    private readonly ConcurrentDictionary<Piece, bool> _current = new();
    private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _wasBusy;

    public WorkerState State => state;

    /// <summary>Whether the worker was accepted, and takes pieces.</summary>
    public bool IsAccepted { get; private set; }

    /// <summary>Ends the work: the worker is not a member any more.</summary>
    public void Leave() => _left.TrySetResult();

    /// <summary>Gives pieces that take far too long to a second worker.</summary>
    public void DoubleSlowPieces()
    {
        foreach (Piece piece in _current.Keys)
        {
            double expected = state.VotesPerSecond is > 0 and double rate ? piece.Count / rate : 5;
            if (Stopwatch.GetElapsedTime(piece.Taken).TotalSeconds > 5 + 5 * expected)
                queue.Double(piece);
        }
    }

    /// <summary>Works until the worker leaves.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="Exception">The worker does not answer.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        WorkerDescription worker = await grain.Describe().WaitAsync(cancellation).ConfigureAwait(false);
        if (worker.Version != version)
        {
            string rejection = $"it runs version {worker.Version}, but this is version {version}; votes of two versions must not be added. Run the same version everywhere.";
            logger.NotUsed(state.Name, rejection);
            state.Rejection = rejection;
            await _left.Task.WaitAsync(cancellation).ConfigureAwait(false);
            return;
        }
        IsAccepted = true;
        queue.Enter(state);
        logger.Joined(state.Name, worker.Threads, worker.Architecture);
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
            Task changed = queue.Changed;
            if (queue.Unopened(state) is not { } subject)
            {
                await changed.WaitAsync(cancellation).ConfigureAwait(false);
                continue;
            }
            OpenAnswer answer = await OpenAsync(subject, cancellation).ConfigureAwait(false);
            state.Opened(subject, answer);
            if (answer.State == OpenState.Refused)
                logger.CannotHelp(state.Name, answer.Reason);
            queue.Progress();
            queue.Signal();
        }
    }

    private async Task<OpenAnswer> OpenAsync(VoteSubject subject, CancellationToken cancellation)
    {
        OpenAnswer answer = await grain.Open(subject).WaitAsync(cancellation).ConfigureAwait(false);
        if (answer.State != OpenState.SendModel)
            return answer;
        if (await SendAsync(subject.Model, cancellation).ConfigureAwait(false) is { } refusal)
            return new OpenAnswer(OpenState.Refused, refusal);
        answer = await grain.Open(subject).WaitAsync(cancellation).ConfigureAwait(false);
        return answer.State == OpenState.SendModel ? new OpenAnswer(OpenState.Refused, "it lost the model that it was sent.") : answer;
    }

    /// <summary>Sends the file of a model.</summary>
    /// <returns>Why the worker does not take it; null when it does.</returns>
    private async Task<string?> SendAsync(string model, CancellationToken cancellation)
    {
        var transfer = Guid.NewGuid();
        using FileStream file = models.Open(model);
        var part = new byte[PartBytes];
        long offset = 0;
        while (offset < file.Length)
        {
            int count = await file.ReadAtLeastAsync(part, PartBytes, throwOnEndOfStream: false, cancellation).ConfigureAwait(false);
            PutAnswer put = await grain.Put(new ModelPart(model, transfer, file.Length, offset, part[..count])).WaitAsync(cancellation).ConfigureAwait(false);
            if (put.Refusal is { } refusal)
                return refusal;
            offset += count;
            queue.Progress();
        }
        return null;
    }

    private async Task CountAllAsync(CancellationToken cancellation)
    {
        while (true)
        {
            Piece piece = await queue.TakeAsync(state, cancellation).ConfigureAwait(false);
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
                    queue.GiveBack(piece);
            }
        }
    }

    /// <summary>Whether the piece is finished; if not, it goes back.</summary>
    private async Task<bool> CountAsync(Piece piece, CancellationToken cancellation)
    {
        Job job = piece.Job;
        PieceAnswer answer = await grain.Count(job.Request(piece, piece.NeedsRow)).WaitAsync(cancellation).ConfigureAwait(false);
        if (answer.State == PieceState.RowNeeded)
            answer = await grain.Count(job.Request(piece, withRow: true)).WaitAsync(cancellation).ConfigureAwait(false);
        switch (answer.State)
        {
            case PieceState.Counted when job.Fits(piece, answer):
                state.Counted(piece.Count, answer.Seconds);
                queue.Complete(piece, answer);
                return true;
            case PieceState.Busy:
                // Once is enough.
                if (!Interlocked.Exchange(ref _wasBusy, true))
                    logger.Busy(state.Name, answer.Reason);
                await Task.Delay(TimeSpan.FromSeconds(0.5), cancellation).ConfigureAwait(false);
                return false;
            case PieceState.NotOpen:
                state.Closed(job.Subject);
                queue.Signal();
                return false;
            default:
                string reason = answer.Reason ?? "its answer does not have the form that was asked for";
                if (++piece.Failures < Attempts)
                    return false;
                queue.Fail(job, new AblationClusterException($"Workers failed {piece.Failures} times at the same piece of a row, the last time {state.Name}: {reason}"));
                return true;
        }
    }
}
