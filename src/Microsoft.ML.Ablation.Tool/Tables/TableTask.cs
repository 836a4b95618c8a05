namespace Microsoft.ML.Ablation.Tool.Tables;

/// <summary>How a model of one task is trained: from the columns of a table to the last column of the certificate. One class for each task.</summary>
/// <param name="seed">The seed of the training.</param>
internal abstract class TableTask(int seed)
{
    /// <summary>The column that is ablated in a table of attributes.</summary>
    public const string FeaturesName = "Features";

    /// <summary>The label as trainers take it.</summary>
    public const string LabelName = "Label";

    /// <summary>The seed of the training.</summary>
    protected int Seed => seed;

    /// <summary>The whole model, not yet trained.</summary>
    /// <param name="ml">The context.</param>
    /// <param name="plan">What the table was understood to be.</param>
    /// <param name="ablation">The ablations.</param>
    public abstract IEstimator<ITransformer> Pipeline(MLContext ml, TablePlan plan, TableAblation ablation);

    /// <summary>Attributes as one vector; a category fills a slot for each of its values, which are one position.</summary>
    protected static IEstimator<ITransformer> Attributes(MLContext ml, TablePlan plan)
    {
        InputOutputColumnPair[] categories = [.. plan.Of(ColumnRole.Category).Select(name => new InputOutputColumnPair(name))];
        IEstimator<ITransformer> features = ml.Transforms.Concatenate(FeaturesName, Names(plan));
        return categories.Length == 0 ? features : ml.Transforms.Categorical.OneHotEncoding(categories).Append(features);
    }

    /// <summary>Ablates the vector.</summary>
    /// <param name="ml">The context.</param>
    /// <param name="plan">What the table was understood to be.</param>
    /// <param name="ablation">The ablations.</param>
    /// <param name="classes">The column with classes by which masks are chosen; null where there are none.</param>
    protected IEstimator<ITransformer> Ablate(MLContext ml, TablePlan plan, TableAblation ablation, string? classes)
    {
        FeatureGroups groups = FeatureGroups.OfColumns(Names(plan));
        return ablation.Masks is { } masks
            ? ml.Transforms.PartitionAblation(masks, FeaturesName, encoding: AblationEncoding.Missing, groups: groups, labelColumnName: classes, seed: seed)
            : ml.Transforms.RandomAblation(ablation.K!.Value, FeaturesName, encoding: AblationEncoding.Missing, groups: groups, seed: seed);
    }

    private static string[] Names(TablePlan plan) => [.. plan.Attributes.Select(column => column.Name)];
}
