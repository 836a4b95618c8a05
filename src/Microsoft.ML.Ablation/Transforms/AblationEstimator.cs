using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Ablation;

/// <summary>What the estimators of ablations have in common: they check the column, find its positions, and learn means where NULL is one.</summary>
/// <typeparam name="TTransformer">The transformer.</typeparam>
public abstract class AblationEstimator<TTransformer> : IEstimator<TTransformer>
    where TTransformer : AblationTransformer
{
    private readonly AblationOptions _options;

    private protected AblationEstimator(IHostEnvironment env, string name, AblationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        Host = env.Register(name);
        _options = options;
    }

    private protected IHost Host { get; }

    /// <summary>Checks the column and, for <see cref="AblationEncoding.Mean"/>, learns the mean of each channel.</summary>
    /// <exception cref="ArgumentException">The column is missing, of another type, too small for k, or has values that cannot be
    /// encoded; or there are no rows to learn a mean from.</exception>
    public TTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        DataViewSchema.Column column = SchemaColumns.Find(input.Schema, "feature", _options.InputColumnName);
        FeatureGroup[]? groups = ResolveGroups(input.Schema, column);
        FeatureLayout layout = _options.ResolveLayout(column.Name, column.Type, groups);
        var rows = new AblationRows(Host, input, column, layout, _options);
        float[]? means = _options.Encoding == AblationEncoding.Mean ? Means(rows) : null;
        return Make(rows, new FittedAblation(groups is null ? null : FittedGroups.Of(groups, input.Schema, column), means));
    }

    /// <summary>Makes the transformer of what was learnt.</summary>
    private protected abstract TTransformer Make(AblationRows rows, FittedAblation fitted);

    /// <summary>The groups of a table, and a line in the log of how they were found.</summary>
    private FeatureGroup[]? ResolveGroups(DataViewSchema schema, DataViewSchema.Column column)
    {
        if (_options.IsImage)
        {
            FeatureGroups.RequireImage(schema, column, _options.ResolveLayout(column.Name, column.Type, groups: null));
            return null;
        }
        ResolvedGroups resolved = _options.Groups is { } given ? given.Resolve(schema, column) : FeatureGroups.ResolveByDefault(schema, column);
        if (resolved.Note is { } note)
        {
            using IChannel channel = Host.Start("Groups");
            if (resolved.IsWarning)
                channel.Warning(note);
            else
                channel.Info(note);
        }
        return resolved.Groups;
    }

    /// <summary>The shape of the schema after this estimator.</summary>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        SchemaColumns.CheckFeatures(SchemaColumns.Find(inputSchema, "feature", _options.InputColumnName));
        var layout = new SchemaShape.Column(AblationTransformer.LayoutAnnotation, SchemaShape.Column.VectorKind.Scalar,
            TextDataViewType.Instance, false);
        var output = new SchemaShape.Column(_options.OutputColumnName, SchemaShape.Column.VectorKind.Vector,
            NumberDataViewType.Single, false, new SchemaShape([layout]));
        return new SchemaShape(inputSchema.Where(c => c.Name != output.Name).Append(output));
    }

    private static float[] Means(AblationRows input)
    {
        var sums = new double[input.Layout.MeanCount];
        int valuesPerMean = input.Layout.Shape.Values / sums.Length;
        long rows = 0;
        foreach (float[] planar in input.Read())
        {
            rows++;
            for (int i = 0; i < planar.Length; i++)
                sums[i / valuesPerMean] += planar[i];
        }
        if (rows == 0)
            throw new ArgumentException("The training set is empty; the Mean encoding needs at least one row.", nameof(input));
        return Array.ConvertAll(sums, sum => (float)(sum / (rows * (double)valuesPerMean)));
    }
}
