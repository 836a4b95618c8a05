using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Voting;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation;

/// <summary>A base classifier on data of one schema: how rows are read, and what its answers look like.</summary>
internal sealed class BaseClassifierBinding : BaseModelBinding
{
    private readonly string? _scores;

    /// <exception cref="ArgumentException">
    /// The schema lacks a column, or no PredictedLabel comes out that is a class, a key or a Boolean, or for contests no Score of every class.
    /// </exception>
    public BaseClassifierBinding(BaseClassifier classifier, DataViewSchema inputSchema, bool needsScores)
        : base(classifier, inputSchema)
    {
        NeedsScores = needsScores;
        (ITransformer last, DataViewSchema input) = Steps[^1];
        DirectModel = DirectModelOf(last, input);
        PredictedLabel = OutputSchema.GetColumnOrNull(BaseClassifier.PredictedLabel) ?? throw BaseClassifier.NoAnswer(OutputSchema.Select(column => column.Name));
        if (Answering() is { } answering && PredictionTask.OtherThanClassification(answering, PredictedLabel) is { } task)
        {
            throw new ArgumentException($"The base classifier's '{PredictedLabel.Name}' comes from {task}, which learns no classes, so that there is nothing to certify; end the chain "
                + "with a trainer of ml.BinaryClassification or ml.MulticlassClassification, or with a transformer of your own that gives a class.", "baseClassifier");
        }
        if (!ClassColumn.Allows(PredictedLabel.Type))
            throw BaseClassifier.NoClass($"{PredictedLabel.Type}");
        ClassCount = ClassColumn.CountOf(PredictedLabel.Type);
        _scores = needsScores && PredictedLabel.Type is KeyDataViewType ? ScoreColumn(OutputSchema, ClassCount).Name : null;
    }

    private static DataViewSchema.Column ScoreColumn(DataViewSchema output, int classes)
    {
        DataViewSchema.Column? score = output.GetColumnOrNull(BaseClassifier.Score);
        return score?.Type is VectorDataViewType { ItemType: NumberDataViewType item, Size: int size }
            && item == NumberDataViewType.Single && size == classes
            ? score.Value
            : throw new ArgumentOutOfRangeException("baseClassifier", $"Rule Condorcet, like ScoreThreshold, compares the scores of the {classes} classes, but the base "
                + $"classifier's '{BaseClassifier.Score}' is {score?.Type.ToString() ?? "missing"}; use a trainer that gives a score for every class, "
                + "or rule Gap without a threshold.");
    }

    /// <summary>Whether scores of all classes are compared; else classes are counted.</summary>
    public bool NeedsScores { get; }

    /// <summary>The base classifier's answer: a key, with its KeyValues, or a Boolean.</summary>
    public DataViewSchema.Column PredictedLabel { get; }

    public int ClassCount { get; }

    /// <summary>The model that counts votes by itself, when the chain ends in one that reads the ablated column.</summary>
    public object? DirectModel { get; }

    public override string Role => "base classifier";

    protected override bool AnswersDirectly => DirectModel is not null;

    /// <summary>The transformers, for rows read from <paramref name="input"/>; the caller disposes them.</summary>
    /// <param name="input">The row of which votes are asked; null where votes need no other column than the ablated one.</param>
    /// <param name="column">Makes what a thread sees of the ablated column.</param>
    /// <param name="threads">The most threads.</param>
    public ChainVotes MakeVotes(DataViewRow? input, Func<AblatedColumn> column, int threads)
        => new(MakeChain(input, threads, (plan, columns) => new ChainScorer(plan, AnswerIn(plan.OutputSchema), columns, column())));

    protected override IEnumerable<DataViewSchema.Column> AnswersIn(DataViewSchema schema) => AnswerIn(schema).Columns;

    private ClassAnswer AnswerIn(DataViewSchema schema) => ClassAnswer.Of(schema, PredictedLabel.Name, _scores);

    /// <summary>The last transformer that gives the column of the answer; null where it was there before.</summary>
    private ITransformer? Answering()
    {
        DataViewSchema after = OutputSchema;
        foreach ((ITransformer transformer, DataViewSchema before) in Steps.Reverse())
        {
            if (before.GetColumnOrNull(BaseClassifier.PredictedLabel)?.Index != after.GetColumnOrNull(BaseClassifier.PredictedLabel)?.Index)
                return transformer;
            after = before;
        }
        return null;
    }

    private object? DirectModelOf(ITransformer transformer, DataViewSchema input)
    {
        return !AblatesWords && !Encoder.Layout.IsGrouped && ReadsAblated(transformer, input)
            && transformer is ISingleFeaturePredictionTransformer<object> { Model: (IAblationClassifier or IMaskClassifier) and var model }
            ? model
            : null;
    }
}
