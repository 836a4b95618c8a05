using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation.Voting;

/// <summary>
/// One thread's way through the transformers of a base classifier: a row that shows one ablation after the other, and the answer that comes out
/// at the end. Everything that depends on types is looked up once, here.
/// </summary>
internal sealed class ChainScorer : IDisposable
{
    private readonly AblatedRow _row;
    private readonly DataViewRow _scored;
    private readonly DataViewSchema.Column _answer;
    private readonly int _classes;
    private readonly ValueGetter<uint> _getClass;
    private readonly ValueGetter<float>? _getBinaryScore;
    private readonly ValueGetter<VBuffer<float>>? _getScores;
    private readonly float[] _dense;
    private VBuffer<float> _scores;

    /// <param name="plan">The transformers, and what is needed of each.</param>
    /// <param name="columns">The other columns of the row.</param>
    /// <param name="encoder">How rows are encoded.</param>
    /// <param name="retention">Which positions ablations retain; this thread's own.</param>
    public ChainScorer(ChainPlan plan, RowCopy columns, AblationEncoder encoder, IRetention retention)
    {
        _row = new AblatedRow(plan, columns, encoder, retention);
        _scored = plan.Open(_row);
        _answer = plan.Answer;
        _classes = ClassColumn.CountOf(_answer.Type);
        _getClass = ClassColumn.Getter(_scored, _answer);
        if (plan.BinaryScore is { } binary)
            _getBinaryScore = _scored.GetGetter<float>(binary);
        if (plan.Scores is { } scores)
            _getScores = _scored.GetGetter<VBuffer<float>>(scores);
        _dense = new float[_classes];
    }

    /// <summary>Chooses the row of which ablations are shown.</summary>
    /// <param name="encoded">All its values, encoded; not changed while it is shown.</param>
    /// <param name="key">The key of its ablations.</param>
    public void Show(float[] encoded, AblationKey key) => _row.Show(encoded, key);

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
        _row.MoveTo(stage, sample);
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

    public void Dispose() => _scored.Dispose();

    /// <summary>A row of which the ablated column is made, and the others are copies.</summary>
    private sealed class AblatedRow(ChainPlan plan, RowCopy columns, AblationEncoder encoder, IRetention retention) : DataViewRow
    {
        private float[] _encoded = [];
        private AblationKey _key;
        private AblationStage _stage;
        private uint _sample;
        private long _position = -1;

        public override DataViewSchema Schema => plan.Schema;

        // Getters remember what they have computed for a position, so that it has to be another one for every ablation.
        public override long Position => _position;

        public override long Batch => 0;

        public void Show(float[] encoded, AblationKey key) => (_encoded, _key) = (encoded, key);

        public void MoveTo(AblationStage stage, uint sample)
        {
            (_stage, _sample) = (stage, sample);
            _position++;
        }

        public override bool IsColumnActive(DataViewSchema.Column column) => plan.IsNeeded(column.Index);

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)_position, 0);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
            => plan.InputIndex(column.Index) is { } index
                ? columns.Getter<TValue>(index)
                : (ValueGetter<TValue>)(Delegate)(ValueGetter<VBuffer<float>>)Make;

        private void Make(ref VBuffer<float> ablated)
        {
            VBufferEditor<float> editor = VBufferEditor.Create(ref ablated, _encoded.Length);
            encoder.Ablate(_encoded, retention.Of(_key, _stage, _sample), editor.Values);
            ablated = editor.Commit();
        }
    }
}
