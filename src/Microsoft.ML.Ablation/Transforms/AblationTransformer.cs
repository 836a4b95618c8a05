using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Ablation;

/// <summary>
/// Keeps some positions of each row and replaces the others by NULL: what <see cref="RandomAblationTransformer"/> and <see cref="MaskAblationTransformer"/> have in common.
/// </summary>
/// <remarks>
/// The view is deterministic: which positions a row keeps is a function of the transformer and the row's values, so the same row gives the same ablation in every cursor. A cursor
/// opened with a <see cref="Random"/> draws fresh ablations from it.
/// </remarks>
public abstract class AblationTransformer : RowMapperTransformer, IBaseAblation
{
    internal const string LayoutAnnotation = "AblationLayout";

    private readonly AblationOptions _options;
    private readonly float[]? _means;

    private protected AblationTransformer(IHost host, AblationOptions options, FittedAblation fitted)
        : base(host)
    {
        _options = options;
        Fitted = fitted;
        _means = fitted.Means;
    }

    /// <summary>How NULL is shown to the base classifier.</summary>
    public AblationEncoding Encoding => _options.Encoding;

    /// <summary>The column that is ablated.</summary>
    public string InputColumnName => _options.InputColumnName;

    /// <summary>The column that receives the ablated row.</summary>
    public string OutputColumnName => _options.OutputColumnName;

    /// <summary>The training mean per channel, or per slot of groups, for <see cref="AblationEncoding.Mean"/>, empty otherwise.</summary>
    public IReadOnlyList<float> Means => _means ?? [];

    /// <summary>The attributes that are a position each; empty where positions are single slots or pixels.</summary>
    public IReadOnlyList<FeatureGroup> Groups => Fitted.Groups?.Groups ?? [];

    /// <summary>What was learnt from the data.</summary>
    internal FittedAblation Fitted { get; }

    IBaseAblation IBaseAblation.WithoutSeed() => WithoutSeed();

    /// <inheritdoc cref="IBaseAblation.WithoutSeed"/>
    internal abstract AblationTransformer WithoutSeed();

    /// <summary>What this ablation keeps, in words that are the same for the same ablation.</summary>
    private protected abstract string Description { get; }

    /// <summary>Makes what gives the ablations of one cursor.</summary>
    /// <param name="d">The number of positions.</param>
    /// <param name="fresh">What a trainer's cursor draws fresh ablations from; null for the ablations that rows have.</param>
    internal abstract RetainedPositions MakeRetained(int d, AblationDraw? fresh);

    /// <summary>Tells a trainer what is drawn from.</summary>
    private protected virtual void Describe(AblationRandom random, AblationEncoder encoder)
    {
    }

    /// <summary>The encoder for data of the given schema.</summary>
    internal virtual AblationEncoder MakeEncoder(DataViewSchema inputSchema)
    {
        DataViewSchema.Column column = SchemaColumns.Find(inputSchema, "feature", InputColumnName);
        FeatureLayout layout = _options.ResolveLayout(column.Name, column.Type, Fitted.Groups?.Groups);
        if (_means is not null && _means.Length != layout.MeanCount)
        {
            throw new ArgumentOutOfRangeException(nameof(inputSchema), $"Column '{column.Name}' has {layout.MeanCount} channels, but the "
                + $"transform was fitted on {_means.Length}.");
        }
        Fitted.Groups?.Require(inputSchema, column);
        return new AblationEncoder(column.Name, layout, Encoding, _means, _options.NormalizedInput);
    }

    private protected override IRowMapper MakeMapper(DataViewSchema inputSchema) => MakeMapper(inputSchema, fresh: null);

    private AblationMapper MakeMapper(DataViewSchema inputSchema, AblationDraw? fresh)
    {
        int column = SchemaColumns.Find(inputSchema, "feature", InputColumnName).Index;
        int? copy = fresh is null ? AblatedCopiesView.ColumnOf(inputSchema) : null;
        return new AblationMapper(this, column, copy, MakeEncoder(inputSchema), fresh);
    }

    private protected override IDataView MakeView(IDataView input)
    {
        return new SingleCursorView(Host, Map(input, schema => MakeMapper(schema, fresh: null)), random =>
        {
            AblationEncoder encoder = MakeEncoder(input.Schema);
            AblationDraw fresh = AblationDraw.From(random, Description, encoder.Layout.Channels, ours => Describe(ours, encoder));
            return Map(ShuffledIfNeeded(input), schema => MakeMapper(schema, fresh));
        });
    }

    /// <summary>A source that cannot shuffle goes through ML.NET's pool of rows, if that can carry all its columns.</summary>
    private IDataView ShuffledIfNeeded(IDataView input)
    {
        if (input.CanShuffle)
            return input;
        var shuffled = new Transforms.RowShufflingTransformer(Host, input);
        return ((IDataView)shuffled).Schema.Count == input.Schema.Count ? shuffled : input;
    }
}
