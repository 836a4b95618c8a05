using Microsoft.ML.Ablation.Orleans.Wire;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Voting;

namespace Microsoft.ML.Ablation.Orleans.Worker;

/// <summary>A model whose votes over random ablations are counted.</summary>
/// <param name="source">Who counts; this object disposes it.</param>
internal sealed class OpenVotes(IVoteSource source) : OpenModel
{
    public override int SamplesAtOnce => source.SamplesAtOnce;

    public override PieceAnswer Count(PieceRequest request, float[] row)
    {
        AblationKey key = request.Key.ToKey();
        return new PieceAnswer(PieceState.Counted, request.Single is { } samples
            ? [source.Answer(row, key, request.Ranges[0].Stage, samples)]
            : source.CountVotes(row, key, [.. request.Ranges.Select(range => range.ToRange())], request.Subject.Ballot));
    }

    protected override void Close() => source.Dispose();
}
