using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Ablation;

/// <summary>
/// Keeps <c>k</c> random positions of each row, drawn uniformly without replacement, and replaces the others by NULL, a value
/// that looks like no real one (Levine and Feizi, AAAI 2020).
/// </summary>
/// <remarks>
/// <format type="text/markdown">
/// | | |
/// | -- | -- |
/// | Input column | a vector of <c>Single</c> of known size: flat (d values), height × width, channels × height × width, or height × width × channels |
/// | Output column | a vector of <c>Single</c>: the same dimensions; with Complement twice the channels, with Presence one more |
/// | Positions | the pixels of an image; the attributes of a table, by its slot names where no groups are given; single slots where nothing tells |
/// | Training | only Mean reads the data, once, for the mean of each channel, or of each slot of groups |
/// </format>
/// </remarks>
public sealed class RandomAblationEstimator : IEstimator<RandomAblationTransformer>
{
    private readonly IHost _host;
    private readonly RandomAblationOptions _options;
    private readonly ulong _seed;

    internal RandomAblationEstimator(IHostEnvironment env, RandomAblationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _host = env.Register(RandomAblationTransformer.LoaderSignature);
        _options = options;
        _seed = Seeds.Resolve(options.Seed, _host);
    }

    /// <summary>Checks the column and, for <see cref="AblationEncoding.Mean"/>, learns the mean of each channel.</summary>
    /// <exception cref="ArgumentException">The column is missing, of another type, too small for k, or has values that cannot be
    /// encoded; or there are no rows to learn a mean from.</exception>
    public RandomAblationTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        DataViewSchema.Column column = SchemaColumns.Find(input.Schema, "feature", _options.InputColumnName);
        FeatureGroup[]? groups = ResolveGroups(input.Schema, column);
        FeatureLayout layout = _options.ResolveLayout(column.Name, column.Type, groups);
        float[]? means = _options.Encoding == AblationEncoding.Mean ? Means(input, column, layout) : null;
        return new RandomAblationTransformer(_host, _options, groups is null ? null : FittedGroups.Of(groups, input.Schema, column), _seed, means);
    }

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
            using IChannel channel = _host.Start("Groups");
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
        var layout = new SchemaShape.Column(RandomAblationTransformer.LayoutAnnotation, SchemaShape.Column.VectorKind.Scalar,
            TextDataViewType.Instance, false);
        var output = new SchemaShape.Column(_options.OutputColumnName, SchemaShape.Column.VectorKind.Vector,
            NumberDataViewType.Single, false, new SchemaShape([layout]));
        return new SchemaShape(inputSchema.Where(c => c.Name != output.Name).Append(output));
    }

    private float[] Means(IDataView input, DataViewSchema.Column column, FeatureLayout layout)
    {
        var reader = new AblationEncoder(column.Name, layout, AblationEncoding.Mean, new float[layout.MeanCount], _options.NormalizedInput);
        var planar = new float[layout.Shape.Values];
        var sums = new double[layout.MeanCount];
        int valuesPerMean = planar.Length / sums.Length;
        long rows = 0;
        using DataViewRowCursor cursor = SingleCursor.Open(input, [column]);
        ValueGetter<VBuffer<float>> getRow = cursor.GetGetter<VBuffer<float>>(column);
        VBuffer<float> row = default;
        for (; cursor.MoveNext(); rows++)
        {
            _host.CheckAlive();
            getRow(ref row);
            reader.ReadRow(row, cursor.Position, planar);
            for (int i = 0; i < planar.Length; i++)
                sums[i / valuesPerMean] += planar[i];
        }
        if (rows == 0)
            throw new ArgumentException("The training set is empty; the Mean encoding needs at least one row.", nameof(input));
        return Array.ConvertAll(sums, sum => (float)(sum / (rows * (double)valuesPerMean)));
    }
}
