using Microsoft.ML.Ablation.Voting;

namespace Microsoft.ML.Ablation;

/// <summary>
/// Counts the votes of one row, in pieces where something can end it before all are counted: between pieces the row is cancelled, or its time is over. Counts add up, whatever the
/// pieces are.
/// </summary>
internal sealed class VotePieces
{
    // A piece is long enough that what is between pieces does not count, and short enough that nobody waits for it.
    private const int SmallestPiece = 500;

    private readonly Func<IReadOnlyList<SampleRange>, Task<int[][]>> _count;
    private readonly SmoothedCertifierOptions _options;
    private readonly int _size;
    private readonly long _start;

    /// <param name="count">Counts the votes of each range.</param>
    /// <param name="samplesAtOnce">How many samples keep everything busy that counts.</param>
    /// <param name="options">What can end the row. Its time begins now.</param>
    public VotePieces(Func<IReadOnlyList<SampleRange>, Task<int[][]>> count, int samplesAtOnce, SmoothedCertifierOptions options)
    {
        (_count, _options) = (count, options);
        bool canEnd = options.RowDeadline is not null || options.CancellationToken.CanBeCanceled;
        _size = canEnd ? samplesAtOnce * Math.Max(1, SmallestPiece / samplesAtOnce) : int.MaxValue;
        _start = options.Clock.GetTimestamp();
    }

    /// <summary>The votes of the row that were counted so far, by all calls.</summary>
    public int Counted { get; private set; }

    /// <summary>Counts ranges, as far as time allows; the first votes of a row are counted in any case.</summary>
    /// <param name="ranges">The samples to draw.</param>
    /// <returns>The counts of each range, and whether they are complete.</returns>
    /// <exception cref="OperationCanceledException">The row was cancelled.</exception>
    public async Task<(int[][] Counts, bool AreComplete)> CountAsync(IReadOnlyList<SampleRange> ranges)
    {
        int[][]? counts = null;
        foreach (SampleRange[] piece in Cut(ranges))
        {
            _options.CancellationToken.ThrowIfCancellationRequested();
            if (Counted > 0 && _options.Clock.GetElapsedTime(_start) >= _options.RowDeadline)
                return (counts ?? [], AreComplete: false);
            int[][] fresh = await _count([.. piece.Where(range => range.Count > 0)]).ConfigureAwait(false);
            counts ??= [.. ranges.Select(_ => new int[fresh[0].Length])];
            foreach ((int index, int[] votes) in Enumerable.Range(0, piece.Length).Where(i => piece[i].Count > 0).Zip(fresh))
            {
                for (int i = 0; i < votes.Length; i++)
                    counts[index][i] += votes[i];
            }
            Counted += piece.Sum(range => range.Count);
        }
        return (counts!, AreComplete: true);
    }

    /// <summary>The parts of all ranges in each piece, empty ones too.</summary>
    private IEnumerable<SampleRange[]> Cut(IReadOnlyList<SampleRange> ranges)
    {
        long all = ranges.Sum(range => (long)range.Count);
        for (long from = 0; from < all; from += _size)
        {
            long start = 0, to = from + _size;
            var piece = new SampleRange[ranges.Count];
            for (int i = 0; i < piece.Length; i++)
            {
                int count = ranges[i].Count, first = (int)Math.Clamp(from - start, 0, count), end = (int)Math.Clamp(to - start, 0, count);
                piece[i] = ranges[i] with { First = ranges[i].First + (uint)first, Count = end - first };
                start += count;
            }
            yield return piece;
        }
    }
}
