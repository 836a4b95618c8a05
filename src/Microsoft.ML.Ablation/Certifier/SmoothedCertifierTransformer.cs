using Microsoft.ML;
using Microsoft.ML.Ablation;
using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Files;
using Microsoft.ML.Ablation.Sampling;
using Microsoft.ML.Ablation.Voting;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(typeof(ITransformer), typeof(SmoothedCertifierTransformer), null, typeof(SignatureLoadModel),
    "Smoothed certifier", SmoothedCertifierTransformer.LoaderSignature)]

namespace Microsoft.ML.Ablation;

/// <summary>
/// Gives every row the answer of the smoothed classifier with a certified radius. Fitted by
/// <see cref="SmoothedCertifierEstimator"/>; owns the base classifier, so dispose it when done.
/// </summary>
/// <remarks>
/// A row's votes are a function of the base classifier, the seed and the row's values: they do not depend on the other rows, their order, batches
/// or threads. A row is certified when a cursor first reads one of its columns. When its context is cancelled, or the token of
/// <see cref="SmoothedCertifierOptions.CancellationToken"/>, the row at hand is finished and the next one throws an <see cref="OperationCanceledException"/>.
/// </remarks>
public sealed class SmoothedCertifierTransformer : RowMapperTransformer, IDisposable
{
    internal const string LoaderSignature = "SmoothedCertifier";
    private const string BaseDirectory = "BaseClassifier";

    private readonly ITransformer _fitted;
    private readonly BaseClassifier _classifier;
    private readonly IVoteService? _service;
    private readonly AblationSeed? _savedSeed;
    private readonly Lock _lock = new();
    private IVoteSource? _directVotes;
    private ImageShape _directShape;
    private VoteCertifier? _certifier;
    private bool _disposed;

    /// <param name="env">The environment.</param>
    /// <param name="fitted">The base classifier.</param>
    /// <param name="options">The options.</param>
    /// <param name="seed">The seed; null for one that is drawn here, and not saved.</param>
    /// <param name="service">Who counts votes; null for this process.</param>
    internal SmoothedCertifierTransformer(IHostEnvironment env, ITransformer fitted, SmoothedCertifierOptions options, AblationSeed? seed,
        IVoteService? service = null)
        : this(env, fitted, options, seed, seed ?? AblationSeed.Random(), service)
    {
    }

    private SmoothedCertifierTransformer(IHostEnvironment env, ITransformer fitted, SmoothedCertifierOptions options, AblationSeed? savedSeed,
        AblationSeed seed, IVoteService? service)
        : base(env.Register(LoaderSignature))
    {
        _fitted = fitted;
        _service = service;
        _classifier = BaseClassifier.From(fitted);
        Options = options;
        _savedSeed = savedSeed;
        Seed = seed;
    }

    /// <summary>The fitted base classifier, random ablation included.</summary>
    public ITransformer BaseModel => _fitted;

    /// <summary>The number <c>k</c> of retained positions.</summary>
    public int RetainedPixels => _classifier.Ablation.RetainedPixels;

    /// <summary>The column whose positions an attacker may change.</summary>
    public string FeatureColumnName => _classifier.Ablation.InputColumnName;

    /// <summary>The options that the certifier was made with.</summary>
    public SmoothedCertifierOptions Options { get; }

    /// <summary>The seed that votes are drawn with here.</summary>
    internal AblationSeed Seed { get; }

    /// <summary>Whether the model's file holds the seed.</summary>
    internal bool SavesSeed => _savedSeed is not null;

    internal AblationEncoding Encoding => _classifier.Ablation.Encoding;

    internal IReadOnlyList<FeatureGroup> Groups => _classifier.Ablation.Groups;

    /// <summary>
    /// The same base classifier under other options: more votes, another α, other column names. Keeps the seed when
    /// <see cref="SmoothedCertifierOptions.Seed"/> and <see cref="SmoothedCertifierOptions.SecretSeed"/> are null. Both own the base classifier; dispose one of them.
    /// </summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public SmoothedCertifierTransformer WithOptions(SmoothedCertifierOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        bool isGiven = options.Seed is not null || options.SecretSeed is not null;
        return isGiven
            ? new SmoothedCertifierTransformer(Host, _fitted, options, Seeds.Resolve(options.Seed, options.SecretSeed, Host), _service)
            : With(_fitted, options, _service);
    }

    /// <summary>
    /// The same certifier for publishing: its file holds no seed, neither of the votes nor of the ablations that <c>RandomAblation</c> shows. Whoever loads it gets a secret
    /// seed drawn anew, which is not saved either; votes then differ from one loading to the next, unless
    /// <see cref="WithOptions"/> sets a seed. Both own the base classifier; dispose one of them.
    /// </summary>
    public SmoothedCertifierTransformer WithoutSeed()
        => new(Host, _classifier.WithoutSeed(), Options with { Seed = null, SecretSeed = null }, seed: null, _service);

    /// <summary>
    /// The same base classifier, shown another number of positions than it was trained on. A certificate holds for every <c>k</c>:
    /// fewer positions reach further as long as the classifier knows its way with so few. Both own the base classifier; dispose one of them.
    /// </summary>
    /// <param name="k">The number of retained positions, from 1 to the number of positions.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="k"/> is less than 1; that it is too large is told when data are known.</exception>
    public SmoothedCertifierTransformer WithRetainedPixels(int k) => With(_classifier.WithRetainedPixels(k), Options, _service);

    /// <exception cref="OperationCanceledException">The context or the token of the options was cancelled.</exception>
    internal void CheckAlive()
    {
        Options.CancellationToken.ThrowIfCancellationRequested();
        Host.CheckAlive();
    }

    /// <summary>The same certifier of another base classifier, which it owns.</summary>
    /// <exception cref="InvalidOperationException">Votes are counted outside of this process.</exception>
    internal SmoothedCertifierTransformer WithBaseModel(ITransformer fitted) => _service is null
        ? With(fitted, Options, service: null)
        : throw new InvalidOperationException("The certifier's votes are counted by a cluster, which has the model as it is; change the model first, then distribute it.");

    /// <summary>The same certifier with its votes counted outside of this process. Both own the base classifier; dispose one of them.</summary>
    internal SmoothedCertifierTransformer WithVotesOf(IVoteService service) => With(_fitted, Options, service);

    /// <summary>Another certifier with this one's seed, saved or not as this one's.</summary>
    private SmoothedCertifierTransformer With(ITransformer fitted, SmoothedCertifierOptions options, IVoteService? service)
        => new(Host, fitted, options, _savedSeed, Seed, service);

    /// <summary>The votes of a cursor's rows, and whether they are the cursor's to dispose: a model that counts by itself does so for all cursors.</summary>
    internal (IVoteSource Votes, bool IsOwned) VotesFor(BoundBaseClassifier classifier, DataViewRow input)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_service is not null)
            return (_service.CreateVoteSource(InputOf(classifier), classifier.ClassCount), true);
        if (classifier.DirectModel is not { } model)
            return (classifier.MakeChainSource(input, Options.Threads ?? Environment.ProcessorCount), true);
        lock (_lock)
        {
            ImageShape shape = classifier.Encoder.Layout.Shape;
            if (_directVotes is null)
            {
                _directVotes = model.CreateVoteSource(classifier.Encoder, RetainedPixels, Options.MemoryLimitInMegabytes * (1L << 20));
                _directShape = shape;
            }
            if (shape != _directShape)
                throw new ArgumentException($"Column '{FeatureColumnName}' has shape {shape}, but the model takes {_directShape}.");
            return (_directVotes, false);
        }
    }

    /// <exception cref="ArgumentException">The base classifier reads more than the ablated column.</exception>
    private VoteInput InputOf(BoundBaseClassifier classifier)
    {
        string[] others = [.. classifier.OtherColumns().Select(column => column.Name)];
        return others.Length == 0
            ? new VoteInput(((VectorDataViewType)classifier.FeatureColumn.Type).Dimensions, RetainedPixels, Options.MemoryLimitInMegabytes)
            : throw new ArgumentException($"The base classifier reads '{string.Join("', '", others)}' beside the ablated column '{FeatureColumnName}', but only that is sent "
                + "to other machines; put what makes it of them before the certifier, or count votes in this process.");
    }

    /// <summary>A source of the base classifier's votes on its own, for rows that come from elsewhere; the caller disposes it.</summary>
    /// <param name="input">What the rows are.</param>
    /// <param name="ballot">What is counted.</param>
    /// <param name="threads">The most threads; null for one per core.</param>
    /// <exception cref="ArgumentException">The base classifier does not take such rows, or needs more than the ablated column.</exception>
    internal IVoteSource MakeVotes(VoteInput input, Ballot ballot, int? threads)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var schema = new DataViewSchema.Builder();
        schema.AddColumn(FeatureColumnName, new VectorDataViewType(NumberDataViewType.Single, input.Dimensions.ToArray()));
        BaseClassifier shown = BaseClassifier.From(_classifier.WithRetainedPixels(input.RetainedPixels));
        var classifier = new BoundBaseClassifier(shown, schema.ToSchema(), ballot);
        return classifier.DirectModel is { } model
            ? model.CreateVoteSource(classifier.Encoder, input.RetainedPixels, input.MemoryLimitInMegabytes * (1L << 20), threads)
            : classifier.MakeChainSource(null, threads ?? Environment.ProcessorCount);
    }

    /// <summary>Frees what votes are counted with, and leaves the base classifier to the other certifiers that own it.</summary>
    internal void ReleaseVotes()
    {
        lock (_lock)
        {
            _directVotes?.Dispose();
            _directVotes = null;
        }
    }

    /// <summary>The number <c>d</c> of positions that a row has in data of the given schema.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The feature column is missing or of another type than needed.</exception>
    public int CountPositions(DataViewSchema schema) => _classifier.Ablation.MakeEncoder(schema).Layout.Positions;

    /// <summary>The mathematics for <paramref name="d"/> positions; it remembers the bounds that it has solved.</summary>
    internal VoteCertifier CertifierFor(int d)
    {
        lock (_lock)
        {
            if (_certifier?.D != d)
                _certifier = new VoteCertifier(d, RetainedPixels, Options.Plan, Options.Certification);
            return _certifier;
        }
    }

    /// <summary>How many ablations there are, when they are few enough to classify all; null when votes are sampled.</summary>
    internal int? ExactCount(int d)
    {
        int budget = Options.ExactBudget ?? (int)Math.Min(100_000_000L, (long)Options.Plan.SelectionCount + Options.Plan.EstimationCount);
        return budget > 0 && SubsetEnumerator.TryCount(d, RetainedPixels, budget, out long count) ? (int)count : null;
    }

    /// <summary>Logs what no row can exceed, before anybody waits for votes.</summary>
    internal void Advise(DataViewSchema inputSchema)
    {
        BoundBaseClassifier classifier = Bind(inputSchema);
        VoteCertifier votes = CertifierFor(classifier.Encoder.Layout.Positions);
        using IChannel channel = Host.Start("Plan");
        if (classifier.IsStrangerToNull)
        {
            channel.Warning($"The base classifier was trained on a column '{_classifier.Ablation.OutputColumnName}' that was not ablated: it was never shown NULL, and few rows "
                + "will be certified. Train it behind RandomAblation, in one chain.");
        }
        if (OthersRead(classifier) is { } others)
            channel.Warning(others);
        if (classifier.DividedAttribute() is { } divided)
        {
            channel.Warning($"Certificates count positions of column '{FeatureColumnName}', and these are no attributes: {divided}. An attacker who changes that attribute may change "
                + "several positions. Fit with the groups that the column tells, which are the default.");
        }
        if (ExactCount(votes.D) is { } all)
        {
            channel.Info($"Exact mode: d = {votes.D} and k = {votes.K} have only {all} ablations, and each is classified once.");
            return;
        }
        int reachable = votes.LargestReachableRadius(classifier.ClassCount);
        if (reachable < 0)
        {
            channel.Warning(FormattableString.Invariant($"{votes.Plan.EstimationCount} votes certify nothing at alpha {Options.Alpha}, whatever they are; at least ")
                + $"{votes.SmallestUsefulCount(classifier.ClassCount)} are needed.");
            return;
        }
        channel.Info($"With d = {votes.D} and k = {votes.K} no radius exceeds {votes.LargestCertifiableRadius}, and with this plan {reachable}.");
    }

    /// <summary>What is said where the base classifier reads columns beside the ablated one; null where it does not.</summary>
    private string? OthersRead(BoundBaseClassifier classifier)
    {
        string[] others = [.. classifier.OtherColumns().Select(column => column.Name)];
        if (others.Length == 0)
            return null;
        IReadOnlyList<string> twice = classifier.AblatedAndPassedBy();
        string which = twice.Count == 0
            ? "If one of them is made of what is in that column, leave it out."
            : $"{SchemaColumns.Listed(twice)} {(twice.Count == 1 ? "is" : "are")} in that column too: whoever changes such an attribute changes what is read past the ablation, and the "
                + "certificate does not hold; leave it out.";
        return $"The base classifier reads {SchemaColumns.Listed(others)} beside the ablated column '{FeatureColumnName}'. Certificates hold only for inputs that agree in "
            + $"{(others.Length == 1 ? "it" : "them")}: an attacker who can change {(others.Length == 1 ? "it" : "them")} is not covered. {which}";
    }

    private protected override IDataView MakeView(IDataView input)
    {
        Advise(input.Schema);
        return new SingleCursorView(Host, Map(input, schema => new SmoothedCertifierMapper(this, Bind(schema), input)));
    }

    private protected override IRowMapper MakeMapper(DataViewSchema inputSchema)
        => new SmoothedCertifierMapper(this, Bind(inputSchema), view: null);

    /// <summary>Reads the true classes of the certifier's input as the certifier numbers them.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such label, or it has no class in common with the certifier.</exception>
    internal ClassMap LabelsOf(DataViewSchema schema, string labelColumnName)
        => new(ClassColumn.FindLabel(schema, labelColumnName), GetOutputSchema(schema)[Options.PredictedLabelColumnName], Host);

    /// <summary>The base classifier on data of a schema.</summary>
    internal BoundBaseClassifier Bind(DataViewSchema schema) => new(_classifier, schema, Ballots.BallotOf(Options.Rule));

    private static VersionInfo GetVersionInfo() => new(
        modelSignature: "SMOOTHCF",
        verWrittenCur: 0x00010003,
        verReadableCur: 0x00010003,
        verWeCanReadBack: 0x00010001,
        loaderSignature: LoaderSignature,
        loaderAssemblyName: typeof(SmoothedCertifierTransformer).Assembly.GetName().Name!);

    private protected override void Save(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(GetVersionInfo());

        // Format: the options (SmoothedCertifierOptions.Write; Threads since version 2); the seed (AblationSeed.Write, or WriteNone; a ulong until version
        // 2); sub-model BaseClassifier.
        Options.Write(ctx.Writer);
        if (_savedSeed is null)
            AblationSeed.WriteNone(ctx.Writer);
        else
            _savedSeed.Write(ctx.Writer);
        ctx.SaveModel(_fitted, BaseDirectory);
    }

    private static ITransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(GetVersionInfo());
        ModelArchive.RequireWhole(ctx);
        SmoothedCertifierOptions options = SmoothedCertifierOptions.Read(ctx.Reader, ctx.Header.ModelVerWritten);
        AblationSeed? seed = ctx.Header.ModelVerWritten < 0x00010003 ? AblationSeed.OfNumber(ctx.Reader.ReadUInt64()) : AblationSeed.Read(ctx.Reader);
        ctx.LoadModel<ITransformer, SignatureLoadModel>(env, out ITransformer fitted, BaseDirectory);
        return new SmoothedCertifierTransformer(env, fitted, options, seed);
    }

    /// <summary>Frees the base classifier and the buffers that its votes are counted with. A second call does nothing.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_disposed)
                return;
            _disposed = true;
            _directVotes?.Dispose();
            (_fitted as IDisposable)?.Dispose();
        }
    }
}
