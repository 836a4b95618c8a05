using Microsoft.ML.Ablation.Certification;

namespace Microsoft.ML.Ablation.Voting;

/// <summary>
/// Scores every mask of a fixed family for one row: what an engine implements for certificates without chance. Scores are a function of the row alone, whatever rows come before it
/// or beside it.
/// </summary>
public interface IMaskScoreSource : IDisposable
{
    /// <summary>Classes of the base classifier.</summary>
    int ClassCount { get; }

    /// <summary>How many rows to submit at once, so that everything that scores for this source is busy.</summary>
    int RowsAtOnce => 1;

    /// <summary>Scores all masks of a row. May be called from several threads.</summary>
    /// <param name="planar">The row's values in channel-major order, each one that the encoding can show.</param>
    /// <returns>The scores, as <see cref="MaskAnswers.OfScores"/> takes them: the one of class j for mask n at n·c + j; NaN for all classes of a mask without an answer.</returns>
    float[] Score(ReadOnlyMemory<float> planar);

    /// <summary>The same without a thread that waits, where scores are computed elsewhere.</summary>
    /// <inheritdoc cref="Score"/>
    Task<float[]> ScoreAsync(ReadOnlyMemory<float> planar) => Task.FromResult(Score(planar));
}
