using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Ablation;

/// <summary>What the estimators of image columns share: they check the column and learn nothing.</summary>
/// <typeparam name="TTransformer">What <see cref="Fit"/> gives.</typeparam>
public abstract class ImageTransformEstimator<TTransformer> : IEstimator<TTransformer>
    where TTransformer : ImageTransformer
{
    private readonly IHost _host;
    private readonly ImageTransformOptions _options;

    private protected ImageTransformEstimator(IHost host, ImageTransformOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _host = host;
        _options = options;
    }

    /// <summary>Checks the column; reads no data.</summary>
    /// <exception cref="ArgumentException">The column is missing, of another type, or does not fit the options.</exception>
    public TTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        DataViewSchema.Column column = SchemaColumns.Find(input.Schema, "feature", _options.InputColumnName);
        _options.ResolveLayout(column.Name, column.Type);
        return MakeTransformer(_host);
    }

    /// <summary>The shape of the schema after this estimator.</summary>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        SchemaColumns.CheckFeatures(SchemaColumns.Find(inputSchema, "feature", _options.InputColumnName));
        var output = new SchemaShape.Column(_options.OutputColumnName, SchemaShape.Column.VectorKind.Vector, NumberDataViewType.Single, false);
        return new SchemaShape(inputSchema.Where(column => column.Name != output.Name).Append(output));
    }

    private protected abstract TTransformer MakeTransformer(IHostEnvironment env);
}
