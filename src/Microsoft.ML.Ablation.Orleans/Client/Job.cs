using System.Diagnostics;
using Microsoft.ML.Ablation.Orleans.Wire;
using Microsoft.ML.Ablation.Voting;

namespace Microsoft.ML.Ablation.Orleans.Client;

/// <summary>What is asked of one row; workers take pieces of it until nothing is left. The queue's lock guards it.</summary>
internal abstract class Job
{
    private readonly List<(int Index, SampleRange Range)> _uncut;
    private readonly List<Piece> _again = [];
    private long _uncounted;

    protected Job(VoteSubject subject, RowKey key, float[] row, IReadOnlyList<SampleRange> ranges)
    {
        (Subject, Key, Row) = (subject, key, row);
        _uncut = [.. ranges.Select((range, index) => (index, range)).Where(part => part.range.Count > 0)];
        _uncounted = _uncut.Sum(part => (long)part.Range.Count);
    }

    public VoteSubject Subject { get; }

    public RowKey Key { get; }

    public float[] Row { get; }

    /// <summary>The source of votes that asked.</summary>
    public object? Owner { get; set; }

    /// <summary>The workers that have the row.</summary>
    public HashSet<WorkerState> Holders { get; } = [];

    /// <summary>Whether there is a piece to take.</summary>
    public bool HasWork => _again.Count > 0 || _uncut.Count > 0;

    /// <summary>Whether there is one for this worker, which need not double its own.</summary>
    public bool HasWorkFor(WorkerState worker) => _uncut.Count > 0 || _again.Exists(piece => IsFor(piece, worker));

    /// <summary>Whether all is counted, or the job was ended.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Cuts a piece.</summary>
    /// <param name="worker">The worker that takes it.</param>
    /// <param name="most">The most samples, rounded up to what is scored at once.</param>
    /// <param name="share">The worker takes at most 1 / share of the rest.</param>
    /// <param name="atOnce">Samples that are scored at once.</param>
    public Piece Take(WorkerState worker, int most, int share, int atOnce)
    {
        Piece piece = _again.Find(piece => IsFor(piece, worker)) ?? Cut(most, share, atOnce);
        _again.Remove(piece);
        piece.NeedsRow = Holders.Add(worker);
        (piece.Worker, piece.Taken) = (worker, Stopwatch.GetTimestamp());
        return piece;
    }

    private static bool IsFor(Piece piece, WorkerState worker) => !piece.IsDoubled || piece.Worker != worker;

    private Piece Cut(int most, int share, int atOnce)
    {
        long left = _uncut.Sum(part => (long)part.Range.Count);
        long wanted = Math.Min(most, (left + share - 1) / share);
        var ranges = new List<(int, SampleRange)>();
        while (wanted > 0 && _uncut.Count > 0 && ranges.Count < PieceRequest.MaxRanges)
        {
            (int index, SampleRange range) = _uncut[0];
            // Up to a multiple of what is scored at once, wherever the range began.
            long end = Math.Min(range.First + range.Count, (range.First + wanted + atOnce - 1) / atOnce * atOnce);
            int count = (int)(end - range.First);
            ranges.Add((index, range with { Count = count }));
            wanted -= count;
            if (count == range.Count)
                _uncut.RemoveAt(0);
            else
                _uncut[0] = (index, range with { First = (uint)end, Count = range.Count - count });
        }
        return new Piece(this, ranges);
    }

    /// <summary>Lets another worker do a piece.</summary>
    public void GiveBack(Piece piece)
    {
        if (!piece.IsDone && !_again.Contains(piece))
            _again.Add(piece);
    }

    /// <summary>Takes the votes of a piece, once.</summary>
    public void Complete(Piece piece, PieceAnswer answer)
    {
        if (piece.IsDone || IsOver)
            return;
        piece.IsDone = true;
        _again.Remove(piece);
        Add(piece, answer);
        _uncounted -= piece.Count;
        if (_uncounted == 0)
        {
            IsOver = true;
            Finish();
        }
    }

    /// <summary>Ends the job without a result.</summary>
    public void Fail(Exception exception)
    {
        if (IsOver)
            return;
        IsOver = true;
        _again.Clear();
        _uncut.Clear();
        Abandon(exception);
    }

    /// <summary>What a worker is asked.</summary>
    public abstract PieceRequest Request(Piece piece, bool withRow);

    /// <summary>Whether an answer has the form that was asked for.</summary>
    public abstract bool Fits(Piece piece, PieceAnswer answer);

    protected abstract void Add(Piece piece, PieceAnswer answer);

    protected abstract void Finish();

    protected abstract void Abandon(Exception exception);
}

/// <summary>A job whose result is of some type.</summary>
internal abstract class Job<T>(VoteSubject subject, RowKey key, float[] row, IReadOnlyList<SampleRange> ranges) : Job(subject, key, row, ranges)
{
    private readonly TaskCompletionSource<T> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T> Result => _result.Task;

    protected abstract T Value { get; }

    protected override void Finish() => _result.SetResult(Value);

    protected override void Abandon(Exception exception) => _result.SetException(exception);
}
