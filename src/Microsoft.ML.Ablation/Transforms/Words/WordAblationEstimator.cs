using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Ablation;

/// <summary>What the estimators of word ablations have in common: they check the column, and learn nothing.</summary>
/// <typeparam name="TTransformer">The transformer.</typeparam>
public abstract class WordAblationEstimator<TTransformer> : IEstimator<TTransformer>
    where TTransformer : WordAblationTransformer
{
    private readonly WordAblationOptions _options;

    private protected WordAblationEstimator(IHostEnvironment env, string name, WordAblationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        Host = env.Register(name);
        _options = options;
    }

    private protected IHost Host { get; }

    /// <summary>Checks the column; reads no data.</summary>
    /// <param name="input">The data.</param>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing, or no text.</exception>
    public TTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        WordAblationTransformer.FindText(input.Schema, _options.InputColumnName);
        return Make();
    }

    /// <summary>The shape of the schema after this estimator.</summary>
    /// <param name="inputSchema">The shape of the schema before it.</param>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing, or no text.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        SchemaShape.Column column = SchemaColumns.Find(inputSchema, "text", _options.InputColumnName);
        if (column.Kind != SchemaShape.Column.VectorKind.Scalar || column.ItemType != TextDataViewType.Instance)
            throw WordAblationTransformer.NoText(column.Name, column.GetTypeString());
        var output = new SchemaShape.Column(_options.OutputColumnName, SchemaShape.Column.VectorKind.Scalar, TextDataViewType.Instance, false);
        return new SchemaShape(inputSchema.Where(other => other.Name != output.Name).Append(output));
    }

    /// <summary>Makes the transformer.</summary>
    private protected abstract TTransformer Make();
}
