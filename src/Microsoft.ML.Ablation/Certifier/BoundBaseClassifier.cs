using Microsoft.ML.Ablation.Voting;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Ablation;

/// <summary>A base classifier on data of one schema: how rows are read, and what its answers look like.</summary>
internal sealed class BoundBaseClassifier
{
    private readonly IHost _host;
    private readonly BaseClassifier _classifier;
    private readonly DataViewSchema _ablatedSchema;
    private readonly DataViewSchema.Column _ablated;
    private readonly DataViewSchema.Column _answer;

    /// <exception cref="ArgumentOutOfRangeException">
    /// The schema lacks a column, or no key column PredictedLabel comes out, or for contests no Score of every class.
    /// </exception>
    public BoundBaseClassifier(IHost host, BaseClassifier classifier, DataViewSchema inputSchema, Ballot ballot)
    {
        _host = host;
        _classifier = classifier;
        Encoder = classifier.Ablation.MakeEncoder(inputSchema);
        FeatureColumn = inputSchema[classifier.Ablation.InputColumnName];
        _ablatedSchema = classifier.Ablation.GetOutputSchema(inputSchema);
        _ablated = _ablatedSchema[classifier.Ablation.OutputColumnName];
        DataViewSchema output = _ablatedSchema;
        foreach (ITransformer transformer in classifier.Rest)
        {
            DirectModel = DirectModelOf(transformer, output);
            output = transformer.GetOutputSchema(output);
        }
        PredictedLabel = SchemaColumns.Find(output, "predicted label", BaseClassifier.PredictedLabel);
        if (PredictedLabel.Type is not KeyDataViewType)
        {
            throw new ArgumentOutOfRangeException(nameof(inputSchema), $"The base classifier's '{PredictedLabel.Name}' has type "
                + $"{PredictedLabel.Type}, but a key is needed; train it on a key label (Conversion.MapValueToKey) and leave the key as "
                + "it is (MapKeyToValue belongs after the certifier).");
        }
        ClassCount = checked((int)((KeyDataViewType)PredictedLabel.Type).Count);
        _answer = ballot == Ballot.Contests ? ScoreColumn(output, ClassCount) : PredictedLabel;
    }

    private static DataViewSchema.Column ScoreColumn(DataViewSchema output, int classes)
    {
        DataViewSchema.Column? score = output.GetColumnOrNull(BaseClassifier.Score);
        return score?.Type is VectorDataViewType { ItemType: NumberDataViewType item, Size: int size }
            && item == NumberDataViewType.Single && size == classes
            ? score.Value
            : throw new ArgumentOutOfRangeException("baseClassifier", $"Rule Condorcet compares the scores of the {classes} classes, but the base "
                + $"classifier's '{BaseClassifier.Score}' is {score?.Type.ToString() ?? "missing"}; use a trainer that gives a score for every class, "
                + "or another rule.");
    }

    public AblationEncoder Encoder { get; }

    /// <summary>The column of the input that is ablated.</summary>
    public DataViewSchema.Column FeatureColumn { get; }

    /// <summary>The base classifier's answer: a key, with its KeyValues.</summary>
    public DataViewSchema.Column PredictedLabel { get; }

    public int ClassCount { get; }

    /// <summary>The model that counts votes by itself, when the chain ends in one that reads the ablated column.</summary>
    public IAblationClassifier? DirectModel { get; }

    private IAblationClassifier? DirectModelOf(ITransformer transformer, DataViewSchema input)
    {
        // The scorer reads the ablated column itself when no transformer between has put another of that name before it.
        return transformer is ISingleFeaturePredictionTransformer<object> { Model: IAblationClassifier model } scorer
            && scorer.FeatureColumnName == _ablated.Name
            && input.Count(column => column.Name == _ablated.Name) == _ablatedSchema.Count(column => column.Name == _ablated.Name)
            ? model
            : null;
    }

    /// <summary>The input columns that votes need.</summary>
    public IReadOnlySet<int> Dependencies()
    {
        var needed = new HashSet<int> { FeatureColumn.Index };
        if (DirectModel is not null)
            return needed;
        var mappers = new Stack<IRowToRowMapper>();
        DataViewSchema schema = _ablatedSchema;
        foreach (ITransformer transformer in _classifier.Rest)
        {
            IRowToRowMapper mapper = transformer.GetRowToRowMapper(schema);
            mappers.Push(mapper);
            schema = mapper.OutputSchema;
        }
        IEnumerable<DataViewSchema.Column> columns = [schema[_answer.Name]];
        foreach (IRowToRowMapper mapper in mappers)
            columns = mapper.GetDependencies(columns);
        needed.UnionWith(columns.Select(column => RepeatedRowView.InputIndex(column.Index, _ablated.Index)).OfType<int>());
        return needed;
    }

    /// <summary>A source of votes through a data view, for rows read from <paramref name="input"/>.</summary>
    public DataViewVoteSource MakeDataViewSource(DataViewRow input)
    {
        var batch = new AblatedBatchView(_host, _ablatedSchema, _ablated.Index, input, Encoder, _classifier.Ablation.RetainedPixels);
        IDataView scored = batch;
        foreach (ITransformer transformer in _classifier.Rest)
            scored = transformer.Transform(scored);
        return new DataViewVoteSource(batch, scored, scored.Schema[_answer.Name], ClassCount);
    }
}
