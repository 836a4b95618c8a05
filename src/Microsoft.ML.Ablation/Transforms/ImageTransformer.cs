using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Ablation;

/// <summary>What the transformers of image columns share: one column in, one out.</summary>
public abstract class ImageTransformer : RowMapperTransformer
{
    private readonly ImageTransformOptions _options;

    private protected ImageTransformer(IHost host, ImageTransformOptions options)
        : base(host) => _options = options;

    /// <summary>The column with the image.</summary>
    public string InputColumnName => _options.InputColumnName;

    /// <summary>The column that receives the image.</summary>
    public string OutputColumnName => _options.OutputColumnName;

    private protected override IRowMapper MakeMapper(DataViewSchema inputSchema) => MakeMapper(inputSchema, fresh: null);

    private protected ImageMapper MakeMapper(DataViewSchema inputSchema, AblationKey? fresh)
    {
        DataViewSchema.Column column = SchemaColumns.Find(inputSchema, "feature", InputColumnName);
        FeatureLayout layout = _options.ResolveLayout(column.Name, column.Type), output = _options.OutputLayout(layout);
        return new ImageMapper(this, column, layout, output, ChangeFor(layout, output, fresh));
    }

    /// <summary>What is done to images of a layout.</summary>
    /// <param name="layout">Where the values of an image stand.</param>
    /// <param name="output">Where those of the changed image stand.</param>
    /// <param name="fresh">What a cursor opened with a <see cref="Random"/> draws changes from; null for other cursors.</param>
    /// <returns>What gives the change for one getter; null when images stay as they are.</returns>
    private protected abstract Func<ImageChange>? ChangeFor(FeatureLayout layout, FeatureLayout output, AblationKey? fresh);
}
