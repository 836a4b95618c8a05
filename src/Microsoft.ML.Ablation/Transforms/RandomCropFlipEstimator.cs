using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Ablation;

/// <summary>
/// Shows trainers every image a little different each time: moved by up to some pixels in each direction, with zeros where nothing
/// was, and mirrored half the time. It is the padded random crop and flip with which the paper trains on CIFAR-10.
/// </summary>
/// <remarks>
/// <format type="text/markdown">
/// | | |
/// | -- | -- |
/// | Input column | a vector of <c>Single</c> of known size: height × width, channels × height × width, or height × width × channels |
/// | Output column | the same type |
/// | Training | reads no data |
/// </format>
///
/// Put it before <c>RandomAblation</c>, behind any cache: only a cursor opened with a <see cref="Random"/>, as trainers open
/// them, sees changed images. Whoever scores sees each image as it is.
/// </remarks>
public sealed class RandomCropFlipEstimator : IEstimator<RandomCropFlipTransformer>
{
    private readonly IHost _host;
    private readonly RandomCropFlipOptions _options;

    internal RandomCropFlipEstimator(IHostEnvironment env, RandomCropFlipOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _host = env.Register(RandomCropFlipTransformer.LoaderSignature);
        _options = options;
    }

    /// <summary>Checks the column.</summary>
    /// <exception cref="ArgumentException">The column is missing, of another type, or smaller than the padding.</exception>
    public RandomCropFlipTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        DataViewSchema.Column column = SchemaColumns.Find(input.Schema, "feature", _options.InputColumnName);
        _options.ResolveLayout(column.Name, column.Type);
        return new RandomCropFlipTransformer(_host, _options);
    }

    /// <summary>The shape of the schema after this estimator.</summary>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        SchemaColumns.CheckFeatures(SchemaColumns.Find(inputSchema, "feature", _options.InputColumnName));
        var output = new SchemaShape.Column(_options.OutputColumnName, SchemaShape.Column.VectorKind.Vector, NumberDataViewType.Single, false);
        return new SchemaShape(inputSchema.Where(column => column.Name != output.Name).Append(output));
    }
}
