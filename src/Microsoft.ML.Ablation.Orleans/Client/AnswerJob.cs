using Microsoft.ML.Ablation.Orleans.Wire;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Voting;

namespace Microsoft.ML.Ablation.Orleans.Client;

/// <summary>Asks for the answers to single samples; the job's only range counts through their list.</summary>
internal sealed class AnswerJob(VoteSubject subject, RowKey key, float[] row, AblationStage stage, uint[] samples)
    : Job<int[]>(subject, key, row, [new SampleRange(stage, 0, samples.Length)])
{
    private readonly int[] _answers = new int[samples.Length];

    protected override int[] Value => _answers;

    public override PieceRequest Request(Piece piece, bool withRow)
    {
        SampleRange part = piece.Ranges[0].Range;
        return new(Subject, Key, withRow ? Row : null, [SampleSpan.Of(part)], samples[(int)part.First..((int)part.First + part.Count)]);
    }

    public override bool Fits(Piece piece, PieceAnswer answer) => answer.Counts is [{ } answers] && answers.Length == piece.Count;

    protected override void Add(Piece piece, PieceAnswer answer) => answer.Counts![0].CopyTo(_answers, (int)piece.Ranges[0].Range.First);
}
