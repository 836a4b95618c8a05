using Microsoft.ML.Ablation.Orleans.Wire;
using Microsoft.ML.Ablation.Voting;

namespace Microsoft.ML.Ablation.Orleans.Worker;

/// <summary>A model whose fixed masks are scored, all of a row at once, as in one process.</summary>
/// <param name="source">Who scores; this object disposes it.</param>
/// <param name="masks">The number of masks.</param>
internal sealed class OpenScores(IMaskScoreSource source, int masks) : OpenModel
{
    public override int SamplesAtOnce => masks;

    public override PieceAnswer Count(PieceRequest request, float[] row) => new(PieceState.Counted, Scores: source.Score(row));

    protected override void Close() => source.Dispose();
}
