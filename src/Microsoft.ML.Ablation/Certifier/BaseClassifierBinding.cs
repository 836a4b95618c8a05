using System.Reflection;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Voting;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation;

/// <summary>A base classifier on data of one schema: how rows are read, and what its answers look like.</summary>
internal sealed class BaseClassifierBinding
{
    private readonly BaseClassifier _classifier;
    private readonly DataViewSchema _inputSchema;
    private readonly DataViewSchema _ablatedSchema;
    private readonly DataViewSchema.Column _ablated;
    private readonly string? _scores;
    private readonly Lazy<ChainPlan> _plan;

    /// <exception cref="ArgumentException">
    /// The schema lacks a column, or no PredictedLabel comes out that is a class, a key or a Boolean, or for contests no Score of every class.
    /// </exception>
    public BaseClassifierBinding(BaseClassifier classifier, DataViewSchema inputSchema, bool needsScores)
    {
        _classifier = classifier;
        NeedsScores = needsScores;
        _inputSchema = inputSchema;
        Encoder = classifier.Ablation.MakeEncoder(inputSchema);
        FeatureColumn = inputSchema[classifier.Ablation.InputColumnName];
        _ablatedSchema = classifier.Ablation.GetOutputSchema(inputSchema);
        _ablated = _ablatedSchema[classifier.Ablation.OutputColumnName];
        DataViewSchema output = _ablatedSchema;
        ITransformer? answering = null;
        foreach (ITransformer transformer in classifier.Rest)
        {
            DirectModel = DirectModelOf(transformer, output);
            WasTrainedUnablated |= ReadsAblated(transformer, output) && AblatedWhenTrained(transformer) == false;
            DataViewSchema next = transformer.GetOutputSchema(output);
            if (next.GetColumnOrNull(BaseClassifier.PredictedLabel)?.Index != output.GetColumnOrNull(BaseClassifier.PredictedLabel)?.Index)
                answering = transformer;
            output = next;
        }
        PredictedLabel = output.GetColumnOrNull(BaseClassifier.PredictedLabel) ?? throw BaseClassifier.NoAnswer(output.Select(column => column.Name));
        if (answering is not null && PredictionTask.OtherThanClassification(answering, PredictedLabel) is { } task)
        {
            throw new ArgumentException($"The base classifier's '{PredictedLabel.Name}' comes from {task}, which learns no classes, so that there is nothing to certify; end the chain "
                + "with a trainer of ml.BinaryClassification or ml.MulticlassClassification, or with a transformer of your own that gives a class.", "baseClassifier");
        }
        if (!ClassColumn.Allows(PredictedLabel.Type))
            throw BaseClassifier.NoClass($"{PredictedLabel.Type}");
        ClassCount = ClassColumn.CountOf(PredictedLabel.Type);
        _scores = needsScores && PredictedLabel.Type is KeyDataViewType ? ScoreColumn(output, ClassCount).Name : null;
        _plan = new(() => new ChainPlan(classifier.Rest, _ablatedSchema, _ablated.Index, schema => AnswerIn(schema).Columns));
    }

    private static DataViewSchema.Column ScoreColumn(DataViewSchema output, int classes)
    {
        DataViewSchema.Column? score = output.GetColumnOrNull(BaseClassifier.Score);
        return score?.Type is VectorDataViewType { ItemType: NumberDataViewType item, Size: int size }
            && item == NumberDataViewType.Single && size == classes
            ? score.Value
            : throw new ArgumentOutOfRangeException("baseClassifier", $"Rule Condorcet, like ScoreThreshold, compares the scores of the {classes} classes, but the base "
                + $"classifier's '{BaseClassifier.Score}' is {score?.Type.ToString() ?? "missing"}; use a trainer that gives a score for every class, "
                + "or another rule without a threshold.");
    }

    /// <summary>Whether scores of all classes are compared; else classes are counted.</summary>
    public bool NeedsScores { get; }

    public AblationEncoder Encoder { get; }

    /// <summary>The column of the input that is ablated.</summary>
    public DataViewSchema.Column FeatureColumn { get; }

    /// <summary>The name of the ablated column.</summary>
    public string AblatedColumnName => _ablated.Name;

    /// <summary>The base classifier's answer: a key, with its KeyValues, or a Boolean.</summary>
    public DataViewSchema.Column PredictedLabel { get; }

    public int ClassCount { get; }

    /// <summary>The model that counts votes by itself, when the chain ends in one that reads the ablated column.</summary>
    public object? DirectModel { get; }

    /// <summary>Whether a classifier reads the ablated column that was trained on one which was not ablated, and so has never seen NULL.</summary>
    public bool WasTrainedUnablated { get; }

    /// <summary>
    /// The attribute of the ablated column that its positions divide, in a sentence, as far as categories and the columns of the data tell; null for none. Models are made so
    /// with <see cref="FeatureGroups.EachSlot"/>, against the slot names, and by versions that did not compare groups with them.
    /// </summary>
    public string? DividedAttribute()
    {
        var annotations = SlotAnnotations.Of(_inputSchema, FeatureColumn);
        if (annotations.AreEmpty)
            return null;
        IReadOnlyList<FeatureGroup> groups = _classifier.Ablation.Groups;
        return annotations.Contradiction(groups.Count > 0 ? groups : Encoder.Layout.ToGroups(), onlyKnown: true);
    }

    private object? DirectModelOf(ITransformer transformer, DataViewSchema input)
    {
        return !Encoder.Layout.IsGrouped && ReadsAblated(transformer, input)
            && transformer is ISingleFeaturePredictionTransformer<object> { Model: (IAblationClassifier or IMaskClassifier) and var model }
            ? model
            : null;
    }

    /// <summary>
    /// Whether a classifier reads the ablated column itself: it is the one that it takes, and no transformer between has put another of that name before it.
    /// </summary>
    private bool ReadsAblated(ITransformer transformer, DataViewSchema input)
        => transformer is ISingleFeaturePredictionTransformer<object> scorer
            && scorer.FeatureColumnName == _ablated.Name
            && input.Count(column => column.Name == _ablated.Name) == _ablatedSchema.Count(column => column.Name == _ablated.Name);

    /// <summary>
    /// Whether the column that a classifier was trained on says that it was ablated; null where that is not known. ML.NET keeps the schema of the training data
    /// with the classifier, also in its file, but shows it to derived classes only.
    /// </summary>
    private static bool? AblatedWhenTrained(ITransformer transformer)
    {
        FieldInfo? field = transformer.GetType().GetField("TrainSchema", BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.FlattenHierarchy);
        string name = ((ISingleFeaturePredictionTransformer<object>)transformer).FeatureColumnName;
        return (field?.GetValue(transformer) as DataViewSchema)?.GetColumnOrNull(name)?.Annotations.Schema
            .Any(annotation => annotation.Name == AblationTransformer.LayoutAnnotation);
    }

    /// <summary>The input columns that votes need.</summary>
    /// <exception cref="ArgumentException">The base classifier also reads the features before their ablation.</exception>
    public IReadOnlySet<int> Dependencies() => OtherColumns().Prepend(FeatureColumn).Select(column => column.Index).ToHashSet();

    /// <summary>The input columns that votes need beside the ablated one: what is in them is not covered by certificates.</summary>
    /// <exception cref="ArgumentException">The base classifier also reads the features before their ablation.</exception>
    public IReadOnlyList<DataViewSchema.Column> OtherColumns()
    {
        if (DirectModel is not null)
            return [];
        int[] others = [.. _plan.Value.OtherColumns()];
        return others.Contains(FeatureColumn.Index)
            ? throw new ArgumentException($"The base classifier reads column '{FeatureColumn.Name}' itself beside its ablation '{_ablated.Name}', so that it sees what is ablated, and no "
                + "certificate would be true; let it read the ablation only.", "baseClassifier")
            : [.. others.Select(index => _inputSchema[index])];
    }

    /// <summary>
    /// The columns of <see cref="OtherColumns"/> that hold an attribute which is ablated too, by its name: who changes it changes what the base classifier sees of it.
    /// </summary>
    public IReadOnlyList<string> AblatedAndPassedBy()
    {
        HashSet<string> attributes = [.. SlotAnnotations.Of(_inputSchema, FeatureColumn).Attributes().Select(attribute => attribute.Name),
            .. _classifier.Ablation.Groups.Select(group => group.Name)];
        return [.. OtherColumns().Select(column => column.Name).Where(attributes.Contains)];
    }

    /// <summary>The transformers, for rows read from <paramref name="input"/>; the caller disposes them.</summary>
    /// <param name="input">The row of which votes are asked; null where votes need no other column than the ablated one.</param>
    /// <param name="retention">Makes what a thread is told of retained positions.</param>
    /// <param name="threads">The most threads.</param>
    public ChainThreads<ChainScorer> MakeChain(DataViewRow? input, Func<IRetention> retention, int threads)
    {
        ChainPlan plan = _plan.Value;
        return new(plan, input, Encoder, threads, columns => new ChainScorer(plan, AnswerIn(plan.OutputSchema), columns, Encoder, retention()));
    }

    private ClassAnswer AnswerIn(DataViewSchema schema) => ClassAnswer.Of(schema, PredictedLabel.Name, _scores);
}
