using Microsoft.ML;
using Microsoft.ML.Ablation;
using Microsoft.ML.Ablation.Files;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(typeof(ITransformer), typeof(SmoothedRegressorTransformer), null, typeof(SignatureLoadModel),
    "Smoothed regressor", SmoothedRegressorTransformer.LoaderSignature)]

namespace Microsoft.ML.Ablation;

/// <summary>
/// Gives every row the median of the base regressor's outputs for its ablations, with certified intervals. Fitted by <see cref="SmoothedRegressorEstimator"/>; owns the base regressor,
/// so dispose it when done.
/// </summary>
/// <remarks>
/// A row's outputs are a function of the base regressor, the seed and the row's values: they do not depend on the other rows, their order or threads. The base regressor is asked about
/// a row when a cursor first reads one of its columns. When its context is cancelled, or the token of <see cref="SmoothedRegressorOptions.CancellationToken"/>, an
/// <see cref="OperationCanceledException"/> is thrown: by the next row, and with the token already between outputs of the current one.
/// </remarks>
public sealed class SmoothedRegressorTransformer : RowMapperTransformer, IDisposable
{
    internal const string LoaderSignature = "SmoothedRegressor";
    private const string BaseDirectory = "BaseRegressor";

    private readonly BaseClassifier _regressor;
    private readonly AblationSeed? _savedSeed;
    private readonly AblationSeed _seed;
    private bool _disposed;

    /// <param name="env">The environment.</param>
    /// <param name="fitted">The base regressor.</param>
    /// <param name="options">The options.</param>
    /// <param name="seed">The seed; null for one that is drawn here, and not saved.</param>
    internal SmoothedRegressorTransformer(IHostEnvironment env, ITransformer fitted, SmoothedRegressorOptions options, AblationSeed? seed)
        : this(env, fitted, options, seed, seed ?? AblationSeed.Random())
    {
    }

    private SmoothedRegressorTransformer(IHostEnvironment env, ITransformer fitted, SmoothedRegressorOptions options, AblationSeed? savedSeed, AblationSeed seed)
        : base(env.Register(LoaderSignature))
    {
        BaseModel = fitted;
        _regressor = From(fitted);
        Options = options;
        (_savedSeed, _seed) = (savedSeed, seed);
    }

    /// <summary>The fitted base regressor, ablation included.</summary>
    public ITransformer BaseModel { get; }

    /// <summary>The number <c>k</c> of retained positions of random ablations; null where <see cref="Masks"/> are fixed.</summary>
    public int? RetainedCount => _regressor.RetainedCount;

    /// <summary>The fixed masks that certify without chance; null where ablations are random.</summary>
    public MaskFamily? Masks => _regressor.Family;

    /// <summary>The column whose positions an attacker may change.</summary>
    public string FeatureColumnName => _regressor.Ablation.InputColumnName;

    /// <summary>The options that the smoothed regressor was made with.</summary>
    public SmoothedRegressorOptions Options { get; }

    /// <summary>Whether the model's file holds the seed.</summary>
    internal bool SavesSeed => _savedSeed is not null;

    /// <summary>
    /// The same base regressor under other options. Keeps the seed when <see cref="SmoothedRegressorOptions.Seed"/> and <see cref="SmoothedRegressorOptions.SecretSeed"/> are null. Both
    /// own the base regressor; dispose one of them.
    /// </summary>
    /// <param name="options">The options.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public SmoothedRegressorTransformer WithOptions(SmoothedRegressorOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        bool isGiven = options.Seed is not null || options.SecretSeed is not null;
        return isGiven ? new(Host, BaseModel, options, Seeds.Resolve(options.Seed, options.SecretSeed, Host)) : With(BaseModel, options);
    }

    /// <summary>
    /// The same smoothed regressor for publishing: its file holds no seed. Whoever loads it gets a secret seed drawn anew, which is not saved either. Both own the base regressor; dispose
    /// one of them.
    /// </summary>
    public SmoothedRegressorTransformer WithoutSeed()
        => new(Host, _regressor.WithoutSeed(), Options with { Seed = null, SecretSeed = null }, seed: null);

    /// <summary>
    /// The same base regressor, shown another number of positions than it was trained on. Both own the base regressor; dispose one of them.
    /// </summary>
    /// <param name="k">The number of retained positions, from 1 to the number of positions.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="k"/> is less than 1. A value that is too large is refused when data are known.</exception>
    /// <exception cref="InvalidOperationException">Masks are fixed.</exception>
    public SmoothedRegressorTransformer WithRetainedCount(int k) => With(_regressor.WithRetainedCount(k), Options);

    /// <summary>The same smoothed regressor under a token that takes the place of the options' own. Nobody disposes it; this one is disposed.</summary>
    /// <exception cref="ObjectDisposedException">This one was disposed.</exception>
    internal SmoothedRegressorTransformer CancelledBy(CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return With(BaseModel, Options with { CancellationToken = cancellation });
    }

    /// <summary>Another one with this one's seed, saved or not as this one's.</summary>
    private SmoothedRegressorTransformer With(ITransformer fitted, SmoothedRegressorOptions options) => new(Host, fitted, options, _savedSeed, _seed);

    /// <summary>The number <c>d</c> of positions that a row has in data of the given schema.</summary>
    /// <param name="schema">The schema.</param>
    /// <exception cref="ArgumentOutOfRangeException">The feature column is missing or of another type than needed.</exception>
    public int CountPositions(DataViewSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        return _regressor.Vectors.MakeEncoder(schema).Layout.Positions;
    }

    /// <summary>Takes a fitted base regressor apart.</summary>
    /// <exception cref="ArgumentException">The chain does not begin with an ablation, or nothing follows it.</exception>
    internal static BaseClassifier From(ITransformer fitted) => BaseClassifier.From(fitted, "base regressor", "append a trainer of ml.Regression");

    /// <summary>The smoothed regressor on data of a schema.</summary>
    /// <exception cref="ArgumentException">The base regressor does not take such data.</exception>
    internal RegressingSession Bind(DataViewSchema schema)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return new RegressingSession(Host, Options, _regressor, schema, _seed);
    }

    private protected override IDataView MakeView(IDataView input)
    {
        Bind(input.Schema).Log();
        return base.MakeView(input);
    }

    private protected override IRowMapper MakeMapper(DataViewSchema inputSchema) => new SmoothedRegressorMapper(this, Bind(inputSchema));

    private static VersionInfo GetVersionInfo() => new(
        modelSignature: "SMOOTHRG",
        verWrittenCur: 0x00010001,
        verReadableCur: 0x00010001,
        verWeCanReadBack: 0x00010001,
        loaderSignature: LoaderSignature,
        loaderAssemblyName: typeof(SmoothedRegressorTransformer).Assembly.GetName().Name!);

    private protected override void Save(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(GetVersionInfo());

        // Format: the options (SmoothedRegressorOptions.Write); the seed (AblationSeed.Write, or WriteNone); sub-model BaseRegressor.
        Options.Write(ctx.Writer);
        if (_savedSeed is null)
            AblationSeed.WriteNone(ctx.Writer);
        else
            _savedSeed.Write(ctx.Writer);
        ctx.SaveModel(BaseModel, BaseDirectory);
    }

    private static ITransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(GetVersionInfo());
        ModelArchive.RequireWhole(ctx);
        SmoothedRegressorOptions options = SmoothedRegressorOptions.Read(ctx.Reader);
        AblationSeed? seed = AblationSeed.Read(ctx.Reader);
        ctx.LoadModel<ITransformer, SignatureLoadModel>(env, out ITransformer fitted, BaseDirectory);
        return new SmoothedRegressorTransformer(env, fitted, options, seed);
    }

    /// <summary>Frees the base regressor. A second call does nothing.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        (BaseModel as IDisposable)?.Dispose();
    }
}
