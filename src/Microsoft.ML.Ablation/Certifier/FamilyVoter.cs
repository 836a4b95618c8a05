using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Voting;

namespace Microsoft.ML.Ablation;

/// <summary>The answers to all masks of a fixed family.</summary>
/// <param name="session">The certifier on the rows' schema.</param>
/// <param name="scores">Who scores; the voter disposes it.</param>
internal sealed class FamilyVoter(FamilySession session, VoteLease<IMaskScoreSource> scores) : RowVoter
{
    public override int RowsAtOnce => scores.Source.RowsAtOnce;

    public override async Task<RowResult> CertifyAsync(ReadOnlyMemory<float> planar, AblationKey key)
        => session.Conclude(session.AnswersOf(await scores.Source.ScoreAsync(planar).ConfigureAwait(false)));

    /// <summary>The answers to a row's masks.</summary>
    public MaskAnswers AnswersTo(ReadOnlyMemory<float> planar) => session.AnswersOf(scores.Source.Score(planar));

    /// <summary>The first masks.</summary>
    public override IReadOnlyList<AblationAnswer> Answers(ReadOnlyMemory<float> planar, AblationKey key, int count)
    {
        MaskAnswers answers = AnswersTo(planar);
        return [.. Enumerable.Range(0, Math.Min(count, answers.Count)).Select(mask => new AblationAnswer(session.Family.Retained(mask).ToArray(), answers.ClassOf(mask)))];
    }

    public override void Dispose() => scores.Dispose();
}
