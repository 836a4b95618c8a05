using Microsoft.ML.Ablation.Orleans.Wire;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Voting;

namespace Microsoft.ML.Ablation.Orleans.Client;

/// <summary>Asks for the scores of all fixed masks of a row: one piece, because what is scored together is part of the arithmetic.</summary>
internal sealed class ScoreJob(VoteSubject subject, RowKey key, float[] row, int masks, int classCount)
    : Job<float[]>(subject, key, row, [new SampleRange(AblationStage.Exact, 0, masks)])
{
    private readonly float[] _scores = new float[masks * classCount];

    protected override float[] Value => _scores;

    public override PieceRequest Request(Piece piece, bool withRow)
        => new(Subject, Key, withRow ? Row : null, [SampleSpan.Of(piece.Ranges[0].Range)], null);

    public override bool Fits(Piece piece, PieceAnswer answer) => answer.Scores?.Length == _scores.Length;

    protected override void Add(Piece piece, PieceAnswer answer) => answer.Scores!.CopyTo(_scores, 0);
}
