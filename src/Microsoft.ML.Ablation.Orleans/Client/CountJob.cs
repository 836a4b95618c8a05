using Microsoft.ML.Ablation.Orleans.Wire;
using Microsoft.ML.Ablation.Voting;

namespace Microsoft.ML.Ablation.Orleans.Client;

/// <summary>Counts votes.</summary>
internal sealed class CountJob(VoteSubject subject, RowKey key, float[] row, IReadOnlyList<SampleRange> ranges, int countLength)
    : Job<int[][]>(subject, key, row, ranges)
{
    private readonly int[][] _counts = [.. ranges.Select(_ => new int[countLength])];

    protected override int[][] Value => _counts;

    public override PieceRequest Request(Piece piece, bool withRow)
        => new(Subject, Key, withRow ? Row : null, [.. piece.Ranges.Select(part => SampleSpan.Of(part.Range))], null);

    public override bool Fits(Piece piece, PieceAnswer answer)
        => answer.Counts is { } counts && counts.Length == piece.Ranges.Count && counts.All(part => part.Length == countLength);

    protected override void Add(Piece piece, PieceAnswer answer)
    {
        int[][] counts = answer.Counts!;
        for (int i = 0; i < counts.Length; i++)
        {
            int[] sum = _counts[piece.Ranges[i].Index];
            for (int j = 0; j < sum.Length; j++)
                sum[j] += counts[i][j];
        }
    }
}
