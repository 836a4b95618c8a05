using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Ablation.Attacks;

/// <summary>Asks a model about one candidate after the other, and reads its reply from the columns of its output.</summary>
internal sealed class ModelOracle
{
    private readonly CandidateView _candidates;
    private readonly IDataView _scored;
    private readonly DataViewSchema.Column _label;
    private readonly DataViewSchema.Column _answer;
    private readonly DataViewSchema.Column? _abstained;
    private readonly ClassMap _classes;
    private readonly DataViewSchema.Column? _scores;
    private readonly DataViewSchema.Column? _radius;
    private readonly DataViewSchema.Column? _votes;
    private readonly DataViewSchema.Column? _counts;

    /// <param name="host">The host.</param>
    /// <param name="model">The model.</param>
    /// <param name="candidates">Its input.</param>
    /// <param name="options">Names of its columns.</param>
    /// <param name="certified">The options of its certifier; null for a plain classifier.</param>
    /// <exception cref="ArgumentException">A column is missing or of another type than needed.</exception>
    public ModelOracle(IHost host, ITransformer model, CandidateView candidates, AttackOptions options,
        SmoothedCertifierOptions? certified)
    {
        _candidates = candidates;
        _scored = model.Transform(candidates);
        DataViewSchema schema = _scored.Schema;
        _label = ClassColumn.FindLabel(schema, options.LabelColumnName);
        _answer = ClassColumn.FindPrediction(schema, options.PredictedLabelColumnName);
        _classes = new ClassMap(_label, _answer, host);
        if (certified is null)
        {
            var scores = new VectorDataViewType(NumberDataViewType.Single, Classes.Count);
            DataViewSchema.Column? column = schema.GetColumnOrNull(DefaultColumnNames.Score);
            _scores = column?.Type.Equals(scores) == true ? column : null;
        }
        else
        {
            _abstained = ClassColumn.FindAbstained(schema, _answer, certified.AbstainedColumnName);
            _radius = schema.GetColumnOrNull(certified.CertifiedRadiusColumnName);
            _votes = schema.GetColumnOrNull(certified.SampleCountColumnName);
            _counts = schema.GetColumnOrNull(certified.VotesColumnName);
        }
    }

    public IReadOnlyList<string> Classes => _classes.Classes;

    /// <summary>Asks the model.</summary>
    /// <param name="candidate">The features, in the order of the column's slots.</param>
    /// <param name="certified">Whether the reply has the certified radius, which costs votes.</param>
    public ModelReply Ask(float[] candidate, bool certified)
    {
        _candidates.Show([candidate]);
        DataViewSchema.Column?[] columns = [_label, _answer, _abstained, _scores, _votes, _counts, certified ? _radius : null];
        using DataViewRowCursor cursor = SingleCursor.Open(_scored, columns.OfType<DataViewSchema.Column>());
        cursor.MoveNext();
        uint label = 0, answer = 0;
        _classes.LabelGetter(cursor, () => _candidates.Row)(ref label);
        _classes.AnswerGetter(cursor, _abstained)(ref answer);
        float[]? scores = Vector<float>(cursor, _scores);
        int[] counts = Vector<int>(cursor, _counts) ?? [];
        return new ModelReply((int)label - 1, answer == 0 ? AttackTarget.Abstained : (int)answer - 1, scores,
            certified ? Integer(cursor, _radius) : null, Integer(cursor, _votes) ?? 1, counts);
    }

    private static T[]? Vector<T>(DataViewRow row, DataViewSchema.Column? column)
    {
        if (column is null)
            return null;
        VBuffer<T> values = default;
        row.GetGetter<VBuffer<T>>(column.Value)(ref values);
        return [.. values.DenseValues()];
    }

    private static int? Integer(DataViewRow row, DataViewSchema.Column? column)
    {
        if (column is null)
            return null;
        int value = 0;
        row.GetGetter<int>(column.Value)(ref value);
        return value;
    }
}
