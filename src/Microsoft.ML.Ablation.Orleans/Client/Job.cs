using System.Diagnostics;
using Microsoft.ML.Ablation.Orleans.Wire;
using Microsoft.ML.Ablation.Voting;

namespace Microsoft.ML.Ablation.Orleans.Client;

/// <summary>A part of a job that one worker does.</summary>
/// <param name="Job">The job.</param>
/// <param name="Ranges">What is to be counted, each with the number of the job's range that it belongs to.</param>
internal sealed record Piece(Job Job, IReadOnlyList<(int Index, SampleRange Range)> Ranges)
{
    /// <summary>Samples of all ranges.</summary>
    public int Count { get; } = Ranges.Sum(range => range.Range.Count);

    /// <summary>Whether its votes are in; whoever brings them after that is late.</summary>
    public bool IsDone { get; set; }

    /// <summary>Whether it was given to a second worker already.</summary>
    public bool IsDoubled { get; set; }

    /// <summary>How often a worker failed at it.</summary>
    public int Failures { get; set; }

    /// <summary>The worker that took it last, and when.</summary>
    public WorkerLink? Worker { get; set; }

    /// <inheritdoc cref="Worker"/>
    public long Taken { get; set; }

    /// <summary>Whether that worker has to be sent the row.</summary>
    public bool NeedsRow { get; set; }
}

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

    /// <summary>Who asked.</summary>
    public object? Owner { get; set; }

    /// <summary>The workers that have the row.</summary>
    public HashSet<WorkerLink> Holders { get; } = [];

    /// <summary>Whether there is a piece to take.</summary>
    public bool HasWork => _again.Count > 0 || _uncut.Count > 0;

    /// <summary>Whether there is one for this worker, which need not double its own.</summary>
    public bool HasWorkFor(WorkerLink worker) => _uncut.Count > 0 || _again.Exists(piece => IsFor(piece, worker));

    /// <summary>Whether all is counted, or nothing more will be.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Cuts a piece.</summary>
    /// <param name="worker">Who takes it.</param>
    /// <param name="most">The most samples, but what is scored at once is never cut.</param>
    /// <param name="share">The part of what is left that the worker should take at most, as 1 / share.</param>
    /// <param name="atOnce">Samples that are scored at once.</param>
    public Piece Take(WorkerLink worker, int most, int share, int atOnce)
    {
        Piece piece = _again.Find(piece => IsFor(piece, worker)) ?? Cut(most, share, atOnce);
        _again.Remove(piece);
        piece.NeedsRow = Holders.Add(worker);
        (piece.Worker, piece.Taken) = (worker, Stopwatch.GetTimestamp());
        return piece;
    }

    private static bool IsFor(Piece piece, WorkerLink worker) => !piece.IsDoubled || piece.Worker != worker;

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
    public void Complete(Piece piece, int[][] counts)
    {
        if (piece.IsDone || IsOver)
            return;
        piece.IsDone = true;
        _again.Remove(piece);
        Add(piece, counts);
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
    public abstract bool Fits(Piece piece, int[][] counts);

    protected abstract void Add(Piece piece, int[][] counts);

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

/// <summary>Counts votes.</summary>
internal sealed class CountJob(VoteSubject subject, RowKey key, float[] row, IReadOnlyList<SampleRange> ranges, int countLength)
    : Job<int[][]>(subject, key, row, ranges)
{
    private readonly int[][] _counts = [.. ranges.Select(_ => new int[countLength])];

    protected override int[][] Value => _counts;

    public override PieceRequest Request(Piece piece, bool withRow)
        => new(Subject, Key, withRow ? Row : null, [.. piece.Ranges.Select(part => SampleSpan.Of(part.Range))], null);

    public override bool Fits(Piece piece, int[][] counts) => counts.Length == piece.Ranges.Count && counts.All(part => part.Length == countLength);

    protected override void Add(Piece piece, int[][] counts)
    {
        for (int i = 0; i < counts.Length; i++)
        {
            int[] sum = _counts[piece.Ranges[i].Index];
            for (int j = 0; j < sum.Length; j++)
                sum[j] += counts[i][j];
        }
    }
}

/// <summary>Asks for the answers to single samples; the job's only range counts through their list.</summary>
internal sealed class AnswerJob(VoteSubject subject, RowKey key, float[] row, Sampling.AblationStage stage, uint[] samples)
    : Job<int[]>(subject, key, row, [new SampleRange(stage, 0, samples.Length)])
{
    private readonly int[] _answers = new int[samples.Length];

    protected override int[] Value => _answers;

    public override PieceRequest Request(Piece piece, bool withRow)
    {
        SampleRange part = piece.Ranges[0].Range;
        return new(Subject, Key, withRow ? Row : null, [SampleSpan.Of(part)], samples[(int)part.First..((int)part.First + part.Count)]);
    }

    public override bool Fits(Piece piece, int[][] counts) => counts.Length == 1 && counts[0].Length == piece.Count;

    protected override void Add(Piece piece, int[][] counts) => counts[0].CopyTo(_answers, (int)piece.Ranges[0].Range.First);
}
