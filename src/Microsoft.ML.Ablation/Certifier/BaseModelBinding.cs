using System.Reflection;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Voting;
using Microsoft.ML.Data;

namespace Microsoft.ML.Ablation;

/// <summary>A base model on data of one schema: how rows are read, and what its transformers need of them.</summary>
internal abstract class BaseModelBinding
{
    private readonly BaseClassifier _model;
    private readonly DataViewSchema _inputSchema;
    private readonly AblationEncoder? _encoder;
    private readonly DataViewSchema _ablatedSchema;
    private readonly DataViewSchema.Column _ablated;
    private readonly Lazy<ChainPlan> _plan;

    /// <exception cref="ArgumentException">The schema lacks a column.</exception>
    protected BaseModelBinding(BaseClassifier model, DataViewSchema inputSchema)
    {
        _model = model;
        _inputSchema = inputSchema;
        _encoder = (model.Ablation as AblationTransformer)?.MakeEncoder(inputSchema);
        FeatureColumn = SchemaColumns.Find(inputSchema, "feature", model.Ablation.InputColumnName);
        _ablatedSchema = model.Ablation.GetOutputSchema(inputSchema);
        _ablated = _ablatedSchema[model.Ablation.OutputColumnName];
        var steps = new List<(ITransformer, DataViewSchema)>();
        OutputSchema = _ablatedSchema;
        foreach (ITransformer transformer in model.Rest)
        {
            steps.Add((transformer, OutputSchema));
            WasTrainedUnablated |= ReadsAblated(transformer, OutputSchema) && AblatedWhenTrained(transformer) == false;
            OutputSchema = transformer.GetOutputSchema(OutputSchema);
        }
        Steps = steps;
        _plan = new(() => new ChainPlan(model.Rest, _ablatedSchema, _ablated.Index, AnswersIn));
    }

    /// <summary>What the model is, in words.</summary>
    public abstract string Role { get; }

    /// <summary>The transformers after the ablation, each with the schema of the rows that it takes.</summary>
    protected IReadOnlyList<(ITransformer Transformer, DataViewSchema Input)> Steps { get; }

    /// <summary>The schema after the last transformer.</summary>
    protected DataViewSchema OutputSchema { get; }

    /// <summary>How rows of numbers are read and shown.</summary>
    /// <exception cref="InvalidOperationException">Words are ablated.</exception>
    public AblationEncoder Encoder => _encoder ?? throw _model.NoVectors();

    /// <summary>Whether words of a text are ablated.</summary>
    public bool AblatesWords => _encoder is null;

    /// <summary>The column of the input that is ablated.</summary>
    public DataViewSchema.Column FeatureColumn { get; }

    /// <summary>The name of the ablated column.</summary>
    public string AblatedColumnName => _ablated.Name;

    /// <summary>Whether a classifier reads the ablated column that was trained on one which was not ablated, and so has never seen NULL.</summary>
    public bool WasTrainedUnablated { get; }

    /// <summary>Whether the answer is a function of the ablated column alone, computed without the transformers.</summary>
    protected virtual bool AnswersDirectly => false;

    /// <summary>The columns with the answer in the last schema of the chain.</summary>
    protected abstract IEnumerable<DataViewSchema.Column> AnswersIn(DataViewSchema schema);

    /// <summary>
    /// The attribute of the ablated column that its positions divide, in a sentence, as far as categories and the columns of the data tell; null for none. Models are made so
    /// with <see cref="FeatureGroups.EachSlot"/>, against the slot names, and by versions that did not compare groups with them.
    /// </summary>
    public string? DividedAttribute()
    {
        if (AblatesWords)
            return null;
        var annotations = SlotAnnotations.Of(_inputSchema, FeatureColumn);
        if (annotations.AreEmpty)
            return null;
        IReadOnlyList<FeatureGroup> groups = _model.Vectors.Groups;
        return annotations.Contradiction(groups.Count > 0 ? groups : Encoder.Layout.ToGroups(), onlyKnown: true);
    }

    /// <summary>The names of the positions, those of the groups or of the slots; null for pixels, and where slots have no names.</summary>
    public IReadOnlyList<string>? PositionNames()
    {
        if (_model.Vectors.Groups is { Count: > 0 } groups)
            return [.. groups.Select(group => group.Name)];
        FeatureLayout layout = Encoder.Layout;
        if (layout.HasSides || layout.Channels > 1)
            return null;
        string[] names = SlotAnnotations.NamesOf(FeatureColumn);
        return names.All(name => name.Length == 0) ? null : [.. names.Select((name, slot) => name.Length == 0 ? $"Slot {slot}" : name)];
    }

    /// <summary>
    /// Whether a classifier reads the ablated column itself: it is the one that it takes, and no transformer between has put another of that name before it.
    /// </summary>
    protected bool ReadsAblated(ITransformer transformer, DataViewSchema input)
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
        if (AnswersDirectly)
            return [];
        int[] others = [.. _plan.Value.OtherColumns()];
        return others.Contains(FeatureColumn.Index)
            ? throw new ArgumentException($"The {Role} reads column '{FeatureColumn.Name}' itself beside its ablation '{_ablated.Name}', so that it sees what is ablated, and no "
                + "certificate would be true; let it read the ablation only.", "baseClassifier")
            : [.. others.Select(index => _inputSchema[index])];
    }

    /// <summary>
    /// The columns of <see cref="OtherColumns"/> that hold an attribute which is ablated too, by its name: who changes it changes what the base classifier sees of it.
    /// </summary>
    public IReadOnlyList<string> AblatedAndPassedBy()
    {
        if (AblatesWords)
            return [];
        HashSet<string> attributes = [.. SlotAnnotations.Of(_inputSchema, FeatureColumn).Attributes().Select(attribute => attribute.Name),
            .. _model.Vectors.Groups.Select(group => group.Name)];
        return [.. OtherColumns().Select(column => column.Name).Where(attributes.Contains)];
    }

    /// <summary>The transformers in several threads, for rows read from <paramref name="input"/>; the caller disposes them.</summary>
    /// <param name="input">The row of which answers are asked; null where they need no other column than the ablated one.</param>
    /// <param name="threads">The most threads.</param>
    /// <param name="make">Makes what asks in one thread.</param>
    protected ChainThreads<TAsker> MakeChain<TAsker>(DataViewRow? input, int threads, Func<ChainPlan, RowCopy, TAsker> make)
        where TAsker : ChainAsker
    {
        ChainPlan plan = _plan.Value;
        return new ChainThreads<TAsker>(plan, input, threads, columns => make(plan, columns));
    }
}
