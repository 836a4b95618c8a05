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
/// <see cref="SmoothedCertifierOptions.CancellationToken"/>, an <see cref="OperationCanceledException"/> is thrown: by the next row, and with the token already between votes of the
/// current one.
/// </remarks>
public sealed class SmoothedCertifierTransformer : RowMapperTransformer, IDisposable
{
    internal const string LoaderSignature = "SmoothedCertifier";
    private const string BaseDirectory = "BaseClassifier";

    private readonly ITransformer _fitted;
    private readonly AblationSeed? _savedSeed;
    private readonly VoteEngine _engine;
    private readonly Lock _lock = new();
    private VoteCertifier? _mathematics;
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
        : this(env, fitted, options, savedSeed, seed, new VoteEngine(service, options.Threads, options.MemoryLimitInMegabytes))
    {
    }

    private SmoothedCertifierTransformer(IHostEnvironment env, ITransformer fitted, SmoothedCertifierOptions options, AblationSeed? savedSeed,
        AblationSeed seed, VoteEngine engine)
        : base(env.Register(LoaderSignature))
    {
        _fitted = fitted;
        Classifier = BaseClassifier.From(fitted);
        Options = options;
        _savedSeed = savedSeed;
        Seed = seed;
        _engine = engine;
    }

    /// <summary>The fitted base classifier, random ablation included.</summary>
    public ITransformer BaseModel => _fitted;

    /// <summary>The number <c>k</c> of retained positions of random ablations; null where <see cref="Masks"/> are fixed, and for texts, where it depends on the number of words.</summary>
    public int? RetainedCount => Classifier.RetainedCount;

    /// <summary>The fixed masks that certify without chance; null where ablations are random, and for texts.</summary>
    public MaskFamily? Masks => Classifier.Family;

    /// <summary>The column whose positions, or words, an attacker may change.</summary>
    public string FeatureColumnName => Classifier.Ablation.InputColumnName;

    /// <summary>The options that the certifier was made with.</summary>
    public SmoothedCertifierOptions Options { get; }

    /// <summary>The base classifier, taken apart.</summary>
    internal BaseClassifier Classifier { get; }

    /// <summary>Whether a Boolean answer is given as a key of False and True, as programs expect it that were written for the model when files had a version before 5.</summary>
    internal bool AnswersByKey { get; private init; }

    /// <summary>The seed that votes are drawn with here.</summary>
    internal AblationSeed Seed { get; }

    /// <summary>Whether the model's file holds the seed.</summary>
    internal bool SavesSeed => _savedSeed is not null;

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
            ? new SmoothedCertifierTransformer(Host, _fitted, options, Seeds.Resolve(options.Seed, options.SecretSeed, Host), _engine.Service) { AnswersByKey = AnswersByKey }
            : With(_fitted, options, _engine.Service);
    }

    /// <summary>
    /// The same certifier for publishing: its file holds no seed, neither of the votes nor of the ablations that <c>RandomAblation</c> shows. Whoever loads it gets a secret
    /// seed drawn anew, which is not saved either; votes then differ from one loading to the next, unless
    /// <see cref="WithOptions"/> sets a seed. Both own the base classifier; dispose one of them.
    /// </summary>
    public SmoothedCertifierTransformer WithoutSeed()
        => new(Host, Classifier.WithoutSeed(), Options with { Seed = null, SecretSeed = null }, seed: null, _engine.Service) { AnswersByKey = AnswersByKey };

    /// <summary>
    /// The same base classifier, shown another number of positions than it was trained on. A certificate holds for every <c>k</c>:
    /// fewer positions reach further, as long as the classifier is accurate with so few. Both own the base classifier; dispose one of them.
    /// </summary>
    /// <param name="k">The number of retained positions, from 1 to the number of positions.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="k"/> is less than 1. A value that is too large is refused when data are known.</exception>
    /// <exception cref="InvalidOperationException">Masks are fixed.</exception>
    public SmoothedCertifierTransformer WithRetainedCount(int k) => With(Classifier.WithRetainedCount(k), Options, _engine.Service);

    /// <summary>The same certifier of another base classifier, which it owns.</summary>
    /// <exception cref="InvalidOperationException">Votes are counted outside of this process.</exception>
    internal SmoothedCertifierTransformer WithBaseModel(ITransformer fitted) => _engine.Service is null
        ? With(fitted, Options, service: null)
        : throw new InvalidOperationException("The certifier's votes are counted by a cluster, which has the model as it is; change the model first, then distribute it.");

    /// <summary>The same certifier with its votes counted outside of this process. Both own the base classifier; dispose one of them.</summary>
    internal SmoothedCertifierTransformer WithVotesOf(IVoteService service) => With(_fitted, Options, service);

    /// <summary>The same certifier, and the same engine, under a token that takes the place of the options' own. Nobody disposes it; this one is disposed.</summary>
    internal SmoothedCertifierTransformer CancelledBy(CancellationToken cancellation)
        => new(Host, _fitted, Options with { CancellationToken = cancellation }, _savedSeed, Seed, _engine)
        {
            AnswersByKey = AnswersByKey,
            _mathematics = _mathematics,
        };

    /// <summary>Another certifier with this one's seed, saved or not as this one's.</summary>
    private SmoothedCertifierTransformer With(ITransformer fitted, SmoothedCertifierOptions options, IVoteService? service)
        => new(Host, fitted, options, _savedSeed, Seed, service) { AnswersByKey = AnswersByKey };

    /// <summary>The number <c>d</c> of positions that a row has in data of the given schema.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The feature column is missing or of another type than needed.</exception>
    public int CountPositions(DataViewSchema schema) => Classifier.Vectors.MakeEncoder(schema).Layout.Positions;

    /// <summary>
    /// Explains the certificate of a row: what is certain, how votes or contests stand, which class comes closest, what the next radius would take, and which positions the lead
    /// comes from.
    /// </summary>
    /// <param name="rows">What the certifier takes; the first row is explained. For a chain with preprocessing see <c>ml.Data.Explain</c>.</param>
    /// <param name="ablations">
    /// How many ablations tell which positions matter, at least 1: further calls of the base classifier, on random ablations that vote. Where there are no more, all are asked, and fixed
    /// masks always. Default: 1,000.
    /// </param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ArgumentException">There is no row, or it lacks what the base classifier needs.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="ablations"/> is less than 1.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public CertificateExplanation Explain(IDataView rows, int ablations = 1_000, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentOutOfRangeException.ThrowIfLessThan(ablations, 1);
        return Inquire(rows, (session, row) => CertificateExplanation.Of(session, row, ablations), cancellationToken).FirstOrDefault()
            ?? throw new ArgumentException("There is no row to explain; give a view with the row in question first (TakeRows, SkipRows, FilterByCustomPredicate).", nameof(rows));
    }

    /// <summary>
    /// Answers at once, from a few ablations, for whoever cannot wait for a certificate. Nothing is certified of these answers: they may differ from the certifier's own, and any change
    /// may turn them.
    /// </summary>
    /// <param name="rows">What the certifier takes. For a chain with preprocessing see <c>ml.Data.AnswerUncertified</c>.</param>
    /// <param name="ablations">How many random ablations of a row are asked, at least 1; all where there are no more, and fixed masks always. Default: 100.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>One answer for each row, made when it is enumerated.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="ablations"/> is less than 1.</exception>
    public IEnumerable<UncertifiedAnswer> AnswerUncertified(IDataView rows, int ablations = 100, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentOutOfRangeException.ThrowIfLessThan(ablations, 1);
        string[]? names = null;
        return Inquire(rows, (session, row) =>
        {
            names ??= ClassNames.Of(session.Binding.PredictedLabel);
            (int best, int support, int asked) = row.Answer(ablations);
            return new UncertifiedAnswer(names[best], (double)support / asked, asked);
        }, cancellationToken);
    }

    /// <summary>What is asked of each row beside its certificate, when it is enumerated.</summary>
    private IEnumerable<T> Inquire<T>(IDataView rows, Func<CertifyingSession, RowInquiry, T> ask, CancellationToken cancellation)
    {
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellation, Options.CancellationToken);
        CertifyingSession session = CancelledBy(linked.Token).Bind(rows.Schema);
        using DataViewRowCursor cursor = SingleCursor.Open(rows, session.Binding.Dependencies().Select(index => rows.Schema[index]));
        foreach (RowInquiry row in session.Inquire(cursor))
            yield return ask(session, row);
    }

    /// <summary>Logs what no row of such data can exceed.</summary>
    internal void LogPlanLimits(DataViewSchema inputSchema) => PlanLimits.Log(Host, Bind(inputSchema));

    private protected override IDataView MakeView(IDataView input)
    {
        CertifyingSession session = Bind(input.Schema);
        PlanLimits.Log(Host, session);
        return new SingleCursorView(Host, Map(input, schema => new SmoothedCertifierMapper(this, schema == input.Schema ? session : Bind(schema), input)));
    }

    private protected override IRowMapper MakeMapper(DataViewSchema inputSchema) => new SmoothedCertifierMapper(this, Bind(inputSchema), view: null);

    /// <summary>Reads the true classes of the certifier's input as the certifier numbers them.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such label, or it has no class in common with the certifier.</exception>
    internal ClassMap LabelsOf(DataViewSchema schema, string labelColumnName)
        => new(ClassColumn.FindLabel(schema, labelColumnName), GetOutputSchema(schema)[Options.PredictedLabelColumnName], Host);

    /// <summary>The certifier on data of a schema.</summary>
    /// <exception cref="ArgumentException">The base classifier does not take such data, or an option is for other ablations.</exception>
    internal CertifyingSession Bind(DataViewSchema schema)
    {
        var binding = new BaseClassifierBinding(Classifier, schema, Options.NeedsScores);
        if (Classifier.Ablation is MaskAblationTransformer masks)
            return new FamilySession(Host, Options, binding, masks, _engine);
        if (Options.Attack == CertifiedAttack.Patch)
        {
            throw new ArgumentException("Attack is Patch, but random ablations, and those of words, certify changed positions only; begin the base classifier with BandAblation or "
                + "BlockAblation.");
        }
        if (Classifier.Ablation is WordPartitionAblationTransformer partition)
            return new WordPartitionSession(Host, Options, binding, partition, _engine);
        if (Options.ScoreThreshold is not null)
            throw new ArgumentException("ScoreThreshold is for fixed masks, but the base classifier begins with RandomAblation; set it to null.");
        if (Classifier.Ablation is RandomWordAblationTransformer words)
            return new RandomWordSession(Host, Options, binding, words, Seed, _engine);
        return new SampledSession(Host, Options, binding, MathematicsFor(binding.Encoder.Layout.Positions, RetainedCount!.Value), Seed, _engine);
    }

    /// <summary>The same for rows of numbers.</summary>
    /// <exception cref="InvalidOperationException">Words are ablated.</exception>
    internal VectorSession BindVectors(DataViewSchema schema)
    {
        _ = Classifier.Vectors;
        return (VectorSession)Bind(schema);
    }

    /// <summary>The mathematics for <paramref name="d"/> positions; it remembers the bounds that it has solved.</summary>
    private VoteCertifier MathematicsFor(int d, int k)
    {
        lock (_lock)
        {
            if (_mathematics?.D != d)
                _mathematics = new VoteCertifier(d, k, Options.Plan, Options.Certification);
            return _mathematics;
        }
    }

    private static VersionInfo GetVersionInfo() => new(
        modelSignature: "SMOOTHCF",
        verWrittenCur: 0x00010005,
        verReadableCur: 0x00010005,
        verWeCanReadBack: 0x00010001,
        loaderSignature: LoaderSignature,
        loaderAssemblyName: typeof(SmoothedCertifierTransformer).Assembly.GetName().Name!);

    private protected override void Save(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(GetVersionInfo());

        // Format: the options (SmoothedCertifierOptions.Write; Threads since version 2, Attack and what follows since version 4); the seed (AblationSeed.Write, or WriteNone; a
        // ulong until version 2); a Boolean: AnswersByKey (since version 5, true before); sub-model BaseClassifier.
        Options.Write(ctx.Writer);
        if (_savedSeed is null)
            AblationSeed.WriteNone(ctx.Writer);
        else
            _savedSeed.Write(ctx.Writer);
        ctx.Writer.Write(AnswersByKey);
        ctx.SaveModel(_fitted, BaseDirectory);
    }

    private static ITransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(GetVersionInfo());
        ModelArchive.RequireWhole(ctx);
        SmoothedCertifierOptions options = SmoothedCertifierOptions.Read(ctx.Reader, ctx.Header.ModelVerWritten);
        AblationSeed? seed = ctx.Header.ModelVerWritten < 0x00010003 ? AblationSeed.OfNumber(ctx.Reader.ReadUInt64()) : AblationSeed.Read(ctx.Reader);
        bool answersByKey = ctx.Header.ModelVerWritten < 0x00010005 || ctx.Reader.ReadBoolean();
        ctx.LoadModel<ITransformer, SignatureLoadModel>(env, out ITransformer fitted, BaseDirectory);
        return new SmoothedCertifierTransformer(env, fitted, options, seed) { AnswersByKey = answersByKey };
    }

    /// <summary>Frees the base classifier and the buffers that its votes are counted with. A second call does nothing.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_disposed)
                return;
            _disposed = true;
            _engine.Dispose();
            (_fitted as IDisposable)?.Dispose();
        }
    }
}
