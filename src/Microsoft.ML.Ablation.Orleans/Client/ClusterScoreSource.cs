using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Orleans.Wire;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Voting;

namespace Microsoft.ML.Ablation.Orleans.Client;

/// <summary>Scores of fixed masks that the workers of a cluster compute.</summary>
internal sealed class ClusterScoreSource : ClusterSource, IMaskScoreSource
{
    // A row is one piece of a few milliseconds. A worker holds two, and answers are on their way meanwhile.
    private const int RowsPerWorker = 4;

    private readonly VoteSubject _subject;
    private readonly int _masks;

    /// <param name="queue">The work of the workers.</param>
    /// <param name="model">The hash of the model.</param>
    /// <param name="input">The shape of its rows, and how they are ablated.</param>
    /// <param name="masks">The number of its masks.</param>
    /// <param name="classCount">Classes of the model.</param>
    /// <exception cref="ArgumentException">The scores of a row are too many for a message.</exception>
    public ClusterScoreSource(PieceQueue queue, string model, VoteInput input, int masks, int classCount)
        : base(queue, model, input, classCount, RowsPerWorker)
    {
        RequireMessage("The masks of a row have", "scores", (long)masks * classCount);
        _masks = masks;
        _subject = SubjectOf(retained: 0, input.NeedsScores ? Ballot.Contests : Ballot.Plurality);
    }

    // Scores depend on no key; workers know rows by one.
    public Task<float[]> ScoreAsync(ReadOnlyMemory<float> planar)
        => Ask(new ScoreJob(_subject, RowKey.Of(AblationKey.Compute(0, planar.Span)), planar.ToArray(), _masks, ClassCount));

    public float[] Score(ReadOnlyMemory<float> planar) => ScoreAsync(planar).GetAwaiter().GetResult();
}
