using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Ablation;

/// <summary>
/// Smooths a base classifier over its ablations and certifies its answers. Random ablations: by default procedure CERTIFY of Cohen, Rosenfeld and
/// Kolter (2019) with the certificate of Levine and Feizi (AAAI 2020), Corollary 1; <see cref="SmoothedCertifierOptions"/> has other rules and plans. Fixed masks: certificates without
/// chance (<see cref="Certification.MaskFamilyCertificate"/>).
/// </summary>
/// <remarks>
/// <format type="text/markdown">
/// | | |
/// | -- | -- |
/// | Base classifier | a chain that begins with <c>RandomAblation</c>, <c>PartitionAblation</c>, <c>BandAblation</c>, <c>BlockAblation</c> or <c>MaskAblation</c>, or for texts with <c>RandomWordAblation</c> or <c>WordPartitionAblation</c>, and gives a column <c>PredictedLabel</c>, a key or a Boolean |
/// | Output columns | <c>PredictedLabel</c> (key or Boolean, as the base classifier's), <c>Abstained</c> (Boolean), <c>CertifiedRadius</c> (Int32), <c>Score</c> (vector of Single; with a Boolean a Single), <c>LowerBound</c> (Double), <c>SelectionVotes</c> and <c>Votes</c> (vectors of Int32), <c>SampleCount</c> (Int32) |
/// | Training | fits the base classifier; one that is fitted already is taken as it is |
/// </format>
/// </remarks>
public sealed class SmoothedCertifierEstimator : IEstimator<SmoothedCertifierTransformer>
{
    private readonly IHost _host;
    private readonly IEstimator<ITransformer>? _estimator;
    private readonly ITransformer? _fitted;
    private readonly SmoothedCertifierOptions _options;
    private readonly int _trainingCopies;
    private readonly AblationSeed _seed;

    internal SmoothedCertifierEstimator(IHostEnvironment env, IEstimator<ITransformer>? estimator, ITransformer? fitted,
        SmoothedCertifierOptions options, int trainingCopies)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        if (fitted is not null)
            BaseClassifier.From(fitted);
        _host = env.Register(SmoothedCertifierTransformer.LoaderSignature);
        _estimator = estimator;
        _fitted = fitted;
        _options = options;
        _trainingCopies = trainingCopies;
        _seed = Seeds.Resolve(options.Seed, options.SecretSeed, _host);
    }

    /// <summary>Fits the base classifier, if it is not fitted yet, and wraps it.</summary>
    /// <exception cref="ArgumentException">The base classifier does not begin with a random ablation, gives no key column
    /// <c>PredictedLabel</c>, or refuses the data.</exception>
    public SmoothedCertifierTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (_estimator is not null)
            BaseShape(SchemaColumns.ShapeOf(input.Schema));
        ITransformer fitted = _fitted ?? _estimator!.Fit(_trainingCopies == 1 ? input : new AblatedCopiesView(_host, input, _trainingCopies));
        var certifier = new SmoothedCertifierTransformer(_host, fitted, _options, _seed);
        certifier.LogPlanLimits(input.Schema);
        return certifier;
    }

    /// <summary>The shape of the schema after this estimator.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column that the base classifier needs is missing or of another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        SchemaShape.Column label = BaseShape(inputSchema);
        var text = new SchemaShape.Column(AnnotationUtils.Kinds.SlotNames, SchemaShape.Column.VectorKind.Vector,
            TextDataViewType.Instance, false);
        var slots = new SchemaShape([text]);
        SchemaShape keyValues = label.Annotations.TryFindColumn(AnnotationUtils.Kinds.KeyValues, out SchemaShape.Column values)
            ? new SchemaShape([values])
            : new SchemaShape([]);
        SchemaShape.Column[] added =
        [
            label.IsKey
                ? new(_options.PredictedLabelColumnName, SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.UInt32, true, keyValues)
                : Scalar(_options.PredictedLabelColumnName, BooleanDataViewType.Instance),
            Scalar(_options.AbstainedColumnName, BooleanDataViewType.Instance),
            Scalar(_options.CertifiedRadiusColumnName, NumberDataViewType.Int32),
            label.IsKey ? Vector(_options.ScoreColumnName, NumberDataViewType.Single, slots) : Scalar(_options.ScoreColumnName, NumberDataViewType.Single),
            Scalar(_options.LowerBoundColumnName, NumberDataViewType.Double),
            Vector(_options.SelectionVotesColumnName, NumberDataViewType.Int32, slots),
            Vector(_options.VotesColumnName, NumberDataViewType.Int32, slots),
            Scalar(_options.SampleCountColumnName, NumberDataViewType.Int32),
        ];
        return new SchemaShape(inputSchema.Where(column => added.All(a => a.Name != column.Name)).Concat(added));
    }

    private SchemaShape.Column BaseShape(SchemaShape inputSchema)
    {
        // A fitted chain has no shape to ask, only its model; its answer is checked against the real schema in Fit.
        if (_fitted is not null)
        {
            return BaseClassifier.From(_fitted).EndsInBinaryModel
                ? Scalar(BaseClassifier.PredictedLabel, BooleanDataViewType.Instance)
                : new SchemaShape.Column(BaseClassifier.PredictedLabel, SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.UInt32, true);
        }
        SchemaShape output = _estimator!.GetOutputSchema(inputSchema);
        if (!output.TryFindColumn(BaseClassifier.PredictedLabel, out SchemaShape.Column label))
            throw BaseClassifier.NoAnswer(output.Select(column => column.Name));
        return label.IsKey || label.ItemType == BooleanDataViewType.Instance ? label : throw BaseClassifier.NoClass(label.GetTypeString());
    }

    private static SchemaShape.Column Scalar(string name, DataViewType type)
        => new(name, SchemaShape.Column.VectorKind.Scalar, type, false);

    private static SchemaShape.Column Vector(string name, DataViewType type, SchemaShape annotations)
        => new(name, SchemaShape.Column.VectorKind.Vector, type, false, annotations);
}
