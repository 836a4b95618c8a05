using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Voting;

/// <summary>A thread that asks a base classifier.</summary>
internal sealed class ChainScorer : ChainAsker
{
    private readonly DataViewSchema.Column _answer;
    private readonly int _classes;
    private readonly ValueGetter<uint> _getClass;
    private readonly ValueGetter<float>? _getBinaryScore;
    private readonly ValueGetter<VBuffer<float>>? _getScores;
    private readonly float[] _dense;
    private VBuffer<float> _scores;

    /// <param name="plan">The transformers, and what is needed of each.</param>
    /// <param name="answers">The columns with the answer.</param>
    /// <param name="columns">The other columns of the row.</param>
    /// <param name="column">The ablated column; this thread's own.</param>
    public ChainScorer(ChainPlan plan, ClassAnswer answers, RowCopy columns, AblatedColumn column)
        : base(plan, columns, column)
    {
        _answer = answers.Class;
        _classes = ClassColumn.CountOf(_answer.Type);
        _getClass = ClassColumn.Getter(Scored, _answer);
        if (answers.BinaryScore is { } binary)
            _getBinaryScore = Scored.GetGetter<float>(binary);
        if (answers.Scores is { } scores)
            _getScores = Scored.GetGetter<VBuffer<float>>(scores);
        _dense = new float[_classes];
    }

    /// <summary>The number of classes.</summary>
    public int ClassCount => _classes;

    /// <summary>The index of the class that is answered to an ablation.</summary>
    /// <exception cref="InvalidOperationException">The base classifier gives no class.</exception>
    public int ClassOf(AblationStage stage, uint sample)
    {
        int answered = ClassOrNone(stage, sample);
        return answered != MaskAnswers.None
            ? answered
            : throw new InvalidOperationException($"The base classifier gave no class (a missing key in '{_answer.Name}') for an ablated row; its transformers "
                + "must answer every row. Where the trainer does not take NaN, use the encoding Presence instead of Missing.");
    }

    /// <summary>The index of the class that is answered to an ablation; <see cref="MaskAnswers.None"/> for a missing one.</summary>
    /// <exception cref="InvalidOperationException">The answer means nothing.</exception>
    public int ClassOrNone(AblationStage stage, uint sample)
    {
        MoveTo(stage, sample);
        uint number = 0;
        _getClass(ref number);
        if (number > 0 && _getBinaryScore is not null)
        {
            float score = 0;
            _getBinaryScore(ref score);
            if (float.IsNaN(score))
            {
                throw new InvalidOperationException("The base classifier's Score of an ablated row is NaN, and its class means nothing; the trainer does not take "
                    + "missing values. Use the encoding Presence instead of Missing, and replace missing values of the data.");
            }
        }
        return (int)number - 1;
    }

    public override int BitsOf(AblationStage stage, uint sample) => ClassOrNone(stage, sample);

    /// <summary>Counts the answer to an ablation.</summary>
    public void Count(AblationStage stage, uint sample, Ballot ballot, Span<int> counts)
    {
        int answered = ClassOf(stage, sample);
        if (ballot == Ballot.Plurality)
        {
            counts[answered]++;
            return;
        }
        ScoresOf(answered, _dense);
        Contests.Add(_dense, counts);
    }

    /// <summary>The scores of all classes for an ablation; NaN where there is no answer.</summary>
    public void Score(AblationStage stage, uint sample, Span<float> scores)
    {
        int answered = ClassOrNone(stage, sample);
        if (answered == MaskAnswers.None)
            scores.Fill(float.NaN);
        else
            ScoresOf(answered, scores);
    }

    private void ScoresOf(int answered, Span<float> scores)
    {
        if (_getScores is null)
        {
            // Two classes have one contest, and the answer decides it; more give no scores that anybody asked for.
            scores.Clear();
            scores[answered] = 1;
        }
        else
        {
            _getScores(ref _scores);
            _scores.CopyTo(scores);
        }
    }
}
