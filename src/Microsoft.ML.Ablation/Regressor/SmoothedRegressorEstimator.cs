using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Ablation;

/// <summary>
/// Smooths a base regressor over its ablations: the output is the median over them, and for ρ = 0, 1, … changed positions it provably stays within an interval
/// (<see cref="Certification.MedianCertificate"/>).
/// </summary>
/// <remarks>
/// <format type="text/markdown">
/// | | |
/// | -- | -- |
/// | Base regressor | a chain that begins with <c>RandomAblation</c>, <c>PartitionAblation</c> or another ablation and gives a column <c>Score</c>, a Single |
/// | Output columns | <c>Score</c> (Single), <c>CertifiedLower</c> and <c>CertifiedUpper</c> (vectors of Single over ρ = 0, …, R), <c>SampleCount</c> (Int32) |
/// | Training | fits the base regressor; one that is fitted already is taken as it is |
/// </format>
/// </remarks>
public sealed class SmoothedRegressorEstimator : IEstimator<SmoothedRegressorTransformer>
{
    private readonly IHost _host;
    private readonly IEstimator<ITransformer>? _estimator;
    private readonly ITransformer? _fitted;
    private readonly SmoothedRegressorOptions _options;
    private readonly int _trainingCopies;
    private readonly AblationSeed _seed;

    internal SmoothedRegressorEstimator(IHostEnvironment env, IEstimator<ITransformer>? estimator, ITransformer? fitted, SmoothedRegressorOptions options, int trainingCopies)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        if (fitted is not null)
            SmoothedRegressorTransformer.From(fitted);
        _host = env.Register(SmoothedRegressorTransformer.LoaderSignature);
        (_estimator, _fitted, _options, _trainingCopies) = (estimator, fitted, options, trainingCopies);
        _seed = Seeds.Resolve(options.Seed, options.SecretSeed, _host);
    }

    /// <summary>Fits the base regressor, if it is not fitted yet, and wraps it.</summary>
    /// <param name="input">The training data.</param>
    /// <exception cref="ArgumentException">The base regressor does not begin with an ablation, gives no Single, or refuses the data.</exception>
    public SmoothedRegressorTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (_estimator is not null)
            RequireOutput(SchemaColumns.ShapeOf(input.Schema));
        ITransformer fitted = _fitted ?? _estimator!.Fit(_trainingCopies == 1 ? input : new AblatedCopiesView(_host, input, _trainingCopies));
        var regressor = new SmoothedRegressorTransformer(_host, fitted, _options, _seed);
        regressor.Bind(input.Schema).Log();
        return regressor;
    }

    /// <summary>The shape of the schema after this estimator.</summary>
    /// <param name="inputSchema">The shape of the schema before it.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column that the base regressor needs is missing or of another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        RequireOutput(inputSchema);
        SchemaShape.Column[] added =
        [
            new(_options.ScoreColumnName, SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.Single, false),
            new(_options.CertifiedLowerColumnName, SchemaShape.Column.VectorKind.Vector, NumberDataViewType.Single, false),
            new(_options.CertifiedUpperColumnName, SchemaShape.Column.VectorKind.Vector, NumberDataViewType.Single, false),
            new(_options.SampleCountColumnName, SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.Int32, false),
        ];
        return new SchemaShape(inputSchema.Where(column => added.All(other => other.Name != column.Name)).Concat(added));
    }

    private void RequireOutput(SchemaShape inputSchema)
    {
        // A fitted chain has no shape to ask; its output is checked against the real schema in Fit.
        if (_estimator is null)
            return;
        SchemaShape.Column output = SchemaColumns.Find(_estimator.GetOutputSchema(inputSchema), "output", _options.BaseColumnName);
        if (output.Kind != SchemaShape.Column.VectorKind.Scalar || output.ItemType != NumberDataViewType.Single || output.IsKey)
            throw BaseRegressorBinding.NoNumber(output.Name, output.GetTypeString());
    }
}
