using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Sampling;

namespace Microsoft.ML.Ablation;

/// <summary>
/// Options of the smoothed certifier. The defaults are those that serve most (docs/decisions/0021-defaults.md): votes until they decide, and contests between classes.
/// <see cref="Paper"/> has those of Levine and Feizi. Which number k of retained positions, and which rule, suit a model is measured on rows held out:
/// <see cref="AblationCatalog.CompareRetainedCounts"/>.
/// </summary>
public sealed record SmoothedCertifierOptions
{
    /// <summary>
    /// The procedure of the paper: <see cref="CertificationRule.Majority"/>, 1,000 votes that select the class and 10,000 fresh ones that bound its probability for every row, α = 0.05.
    /// </summary>
    public static SmoothedCertifierOptions Paper { get; } = new() { Plan = SamplingPlan.Fixed(), Rule = CertificationRule.Majority };

    /// <summary>
    /// How many random ablations of a row vote, and when voting stops; fixed masks vote once each. Default: <see cref="SamplingPlan.Adaptive"/>, 125 votes that select the class and
    /// up to 10,000 fresh ones that bound its probability, no more than decide its radius.
    /// </summary>
    public SamplingPlan Plan { get; init; } = SamplingPlan.Adaptive();

    /// <summary>
    /// Where there are at most so many ablations, all C(d, k) are classified once instead of sampling: the probabilities are
    /// then known, and α and the seed play no part. From 0 (never) to 100,000,000. Default (null): as many
    /// as the plan would draw at most.
    /// </summary>
    public int? ExactBudget { get; init; }

    /// <summary>
    /// How votes become a radius. Default: <see cref="CertificationRule.Condorcet"/>, which has the largest radii of random ablations and of fixed masks, and needs a score of the base
    /// classifier for each class. <see cref="CertificationRule.Gap"/> needs its answers only, answers rows without a certificate too, and suits hundreds of classes, whose contests grow
    /// with the square of their number.
    /// </summary>
    public CertificationRule Rule { get; init; } = CertificationRule.Condorcet;

    /// <summary>
    /// The largest chance <c>α</c> that a row's certificate is wrong, strictly between 0 and 1; and, apart from that, that the answer of a row without a certificate is.
    /// That one of the two is wrong has a chance of at most 2α. With fixed masks there is no such chance, and α plays no part. Default: 0.05.
    /// </summary>
    public double Alpha { get; init; } = 0.05;

    /// <summary><see cref="CertificationOptions.LowerBoundShare"/> of the rules Gap and Top. Default: 0.7.</summary>
    public double LowerBoundShare { get; init; } = 0.7;

    /// <summary><see cref="CertificationOptions.TopCount"/> of the rule Top. Default: 1.</summary>
    public int TopCount { get; init; } = 1;

    /// <summary>What an attacker may change. Only fixed masks certify against patches. Default: patches where the masks are made against them, else positions.</summary>
    public CertifiedAttack Attack { get; init; } = CertifiedAttack.Auto;

    /// <summary>Rows of a patch of radius 1; one of radius m has m times as many. At least 1. Default: 1.</summary>
    public int PatchHeight { get; init; } = 1;

    /// <summary>Columns of a patch of radius 1; one of radius m has m times as many. At least 1. Default: 1, which with the default height means squares.</summary>
    public int PatchWidth { get; init; } = 1;

    /// <summary>
    /// θ, for fixed masks: every class whose score for a mask is at least θ has a vote, so that a mask can vote for several classes, or none, and scores below θ count as equal
    /// (Levine and Feizi, NeurIPS 2020). A finite number; networks of this library give probabilities. Not with <see cref="CertificationRule.Majority"/>. Default (null): the class
    /// with the largest score has the only vote.
    /// </summary>
    public double? ScoreThreshold { get; init; }

    /// <summary>
    /// Megabytes (2²⁰ bytes) that batches of ablations may take in memory, in all threads together, while a network of this
    /// library scores them; weights are not counted, nor base classifiers that are called through a data view. At least 1. Fewer mean
    /// fewer threads, then smaller batches. Default (null): 1,024 on a processor, what is free on a GPU.
    /// </summary>
    /// <remarks>It is saved with the model, because the size of a batch is part of the arithmetic that is certified.</remarks>
    public int? MemoryLimitInMegabytes { get; init; }

    /// <summary>
    /// Threads that ask a base classifier through ML.NET's transformers, at least 1; networks of this library divide the work among cores by themselves.
    /// Default (null): one per core. 1 is for classifiers that are not thread-safe.
    /// </summary>
    public int? Threads { get; init; }

    /// <summary>
    /// Ends a certification with an <see cref="OperationCanceledException"/>, whoever reads the rows: within a row after at most a few hundred votes, with fixed masks after the
    /// current row. It is not saved with the model. Default: never.
    /// </summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>
    /// How long votes of one row are drawn, more than zero; exceeded by a few hundred votes at most. A row whose time is over has the certificate of the last look of its
    /// <see cref="Plan"/> that was reached, which is as certain as any, and none (radius −1, abstained) before the first look: <see cref="SamplingPlan.Adaptive"/> looks early,
    /// <see cref="SamplingPlan.Fixed"/> only at its end. Votes then depend on the machine. Fixed masks are few and always all asked. It is not saved with the model. Default: no limit.
    /// </summary>
    /// <remarks>A number of votes as a limit is the plan's. For an answer at once, without any certificate, see <see cref="SmoothedCertifierTransformer.AnswerUncertified"/>.</remarks>
    public TimeSpan? RowDeadline { get; init; }

    /// <summary>Tells the time of <see cref="RowDeadline"/>.</summary>
    internal TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>
    /// Seed of the ablations that vote, for votes that can be repeated. Default (null): <see cref="SecretSeed"/>, or where that is null too a number that the
    /// <see cref="MLContext"/>'s seed fixes, or 256 random bits where the context has none.
    /// </summary>
    /// <remarks>
    /// The certificate holds for inputs that were chosen without knowing the seed, and a number of 32 bits is no secret: whoever has one row with its key, as a run
    /// folder lists them, finds it by trying all. The same is true of the number that a context's seed fixes.
    /// </remarks>
    public int? Seed { get; init; }

    /// <summary>
    /// Seed of the ablations that vote, for inputs that come from an opponent: 16 to 64 bytes that nobody can guess, such as
    /// <c>RandomNumberGenerator.GetBytes(32)</c>. Only one of it and <see cref="Seed"/> can be given. Default: null.
    /// </summary>
    /// <remarks>It is saved with the model, unless that is <see cref="SmoothedCertifierTransformer.WithoutSeed"/>.</remarks>
    public ReadOnlyMemory<byte>? SecretSeed { get; init; }

    /// <summary>
    /// Column with the predicted class, a key or a Boolean as the base classifier has it: the certified one; without a certificate the answer of PREDICT, in exact mode the class with
    /// most votes, and under <see cref="CertificationRule.Condorcet"/> none. Where the certifier abstains, a key is missing, but a Boolean is the class with most votes of the second
    /// stage, False where both have as many: read <see cref="AbstainedColumnName"/> with it. Default: "PredictedLabel".
    /// </summary>
    /// <remarks>
    /// A certifier whose file was written before answers were Booleans goes on to answer with a key; fit a new one around its
    /// <see cref="SmoothedCertifierTransformer.BaseModel"/> for a Boolean.
    /// </remarks>
    public string PredictedLabelColumnName { get; init; } = "PredictedLabel";

    /// <summary>
    /// Boolean column: there is neither a certificate nor an answer of PREDICT, because the votes do not settle the class; in exact mode several classes have most votes,
    /// and under <see cref="CertificationRule.Condorcet"/> no certificate. A row with a certified radius of 0 or more never abstains. Default: "Abstained".
    /// </summary>
    public string AbstainedColumnName { get; init; } = "Abstained";

    /// <summary>Int32 column: certified radius, ρ in positions or m of a patch (<see cref="Attack"/>); −1 where there is none. Default: "CertifiedRadius".</summary>
    public string CertifiedRadiusColumnName { get; init; } = "CertifiedRadius";

    /// <summary>
    /// Vector of Single: share of the second stage's votes per class; under <see cref="CertificationRule.Condorcet"/> of its fewest
    /// wins. With a Boolean a Single, as ML.NET's binary classifiers have it: the share of True less that of False, from −1 to 1. Default: "Score".
    /// </summary>
    public string ScoreColumnName { get; init; } = "Score";

    /// <summary>
    /// Double column: lower confidence bound p̲ of the selected class's probability; under <see cref="CertificationRule.Condorcet"/> of
    /// the probability that it wins its closest contest. In exact mode the probability itself, rounded down, and with fixed masks the share of all masks. The selected class is
    /// the predicted one where there is a certificate; without one it may be another. Default: "LowerBound".
    /// </summary>
    public string LowerBoundColumnName { get; init; } = "LowerBound";

    /// <summary>
    /// Vector of Int32: votes of the first stage per class, under <see cref="CertificationRule.Condorcet"/> its fewest wins; zeros in
    /// exact mode. Default: "SelectionVotes".
    /// </summary>
    public string SelectionVotesColumnName { get; init; } = "SelectionVotes";

    /// <summary>
    /// Vector of Int32: votes of the second stage per class, under <see cref="CertificationRule.Condorcet"/> its fewest wins; in exact
    /// mode of all ablations. Default: "Votes".
    /// </summary>
    public string VotesColumnName { get; init; } = "Votes";

    /// <summary>Int32 column: calls of the base classifier made for the row. Default: "SampleCount".</summary>
    public string SampleCountColumnName { get; init; } = "SampleCount";

    internal string[] ColumnNames =>
    [
        PredictedLabelColumnName, AbstainedColumnName, CertifiedRadiusColumnName, ScoreColumnName, LowerBoundColumnName,
        SelectionVotesColumnName, VotesColumnName, SampleCountColumnName,
    ];

    /// <summary>Whether scores of all classes are compared, instead of answers counted.</summary>
    internal bool NeedsScores => VoteRule.Of(Rule).Ballot == Ballot.Contests || ScoreThreshold is not null;

    internal CertificationOptions Certification => new()
    {
        Alpha = Alpha,
        Rule = Rule,
        LowerBoundShare = LowerBoundShare,
        TopCount = TopCount,
    };

    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(Plan);
        Certification.Validate();
        const int largestBudget = 100_000_000;
        if (ExactBudget is < 0 or > largestBudget)
        {
            throw new ArgumentOutOfRangeException(nameof(ExactBudget), ExactBudget,
                $"ExactBudget is {ExactBudget}; it must be from 0 to {largestBudget}, or null.");
        }
        if (!Enum.IsDefined(Attack))
            throw new ArgumentOutOfRangeException(nameof(Attack), Attack, $"Attack is {Attack}; it must be one of {string.Join(", ", Enum.GetNames<CertifiedAttack>())}.");
        foreach ((string name, int sides) in new[] { (nameof(PatchHeight), PatchHeight), (nameof(PatchWidth), PatchWidth) })
        {
            if (sides < 1)
                throw new ArgumentOutOfRangeException(name, sides, $"{name} is {sides}; it must be at least 1.");
        }
        if (ScoreThreshold is { } threshold && !double.IsFinite(threshold))
            throw new ArgumentOutOfRangeException(nameof(ScoreThreshold), threshold, FormattableString.Invariant($"ScoreThreshold is {threshold}; it must be a finite number, or null."));
        if (ScoreThreshold is not null && Rule == CertificationRule.Majority)
            throw new ArgumentException("ScoreThreshold is given with rule Majority, which takes one class from each mask; use rule Gap or Condorcet.", nameof(ScoreThreshold));
        if (MemoryLimitInMegabytes < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(MemoryLimitInMegabytes), MemoryLimitInMegabytes,
                $"MemoryLimitInMegabytes is {MemoryLimitInMegabytes}; it must be at least 1, or null.");
        }
        if (Threads < 1)
            throw new ArgumentOutOfRangeException(nameof(Threads), Threads, $"Threads is {Threads}; it must be at least 1, or null.");
        if (RowDeadline <= TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(nameof(RowDeadline), RowDeadline, $"RowDeadline is {RowDeadline}; it must be more than zero, or null.");
        Seeds.Require(Seed, SecretSeed);
        OutputColumns.Require(ColumnNames);
    }

    internal void Write(BinaryWriter writer)
    {
        writer.Write(Plan.SelectionCount);
        writer.Write(Plan.Looks.Count);
        writer.Write(Plan.Looks[0]);
        writer.Write(Plan.EstimationCount);
        writer.Write(Plan.RadiusTolerance);
        writer.Write(Plan.TargetRadius ?? -1);
        writer.Write(ExactBudget ?? -1);
        writer.Write(MemoryLimitInMegabytes ?? -1);
        writer.Write((int)Rule);
        writer.Write(Alpha);
        writer.Write(LowerBoundShare);
        writer.Write(TopCount);
        foreach (string name in ColumnNames)
            writer.Write(name);
        writer.Write(Threads ?? -1);
        writer.Write((int)Attack);
        writer.Write(PatchHeight);
        writer.Write(PatchWidth);
        writer.Write(ScoreThreshold ?? double.NaN);
    }

    /// <exception cref="FormatException">A value is out of its range.</exception>
    internal static SmoothedCertifierOptions Read(BinaryReader reader, uint version)
    {
        try
        {
            var options = new SmoothedCertifierOptions
            {
                Plan = ReadPlan(reader),
                ExactBudget = reader.ReadInt32() is >= 0 and int budget ? budget : null,
                MemoryLimitInMegabytes = reader.ReadInt32() is >= 0 and int limit ? limit : null,
                Rule = (CertificationRule)reader.ReadInt32(),
                Alpha = reader.ReadDouble(),
                LowerBoundShare = reader.ReadDouble(),
                TopCount = reader.ReadInt32(),
                PredictedLabelColumnName = reader.ReadString(),
                AbstainedColumnName = reader.ReadString(),
                CertifiedRadiusColumnName = reader.ReadString(),
                ScoreColumnName = reader.ReadString(),
                LowerBoundColumnName = reader.ReadString(),
                SelectionVotesColumnName = reader.ReadString(),
                VotesColumnName = reader.ReadString(),
                SampleCountColumnName = reader.ReadString(),
                Threads = version >= 0x00010002 && reader.ReadInt32() is >= 0 and int threads ? threads : null,
            };
            if (version >= 0x00010004)
            {
                options = options with
                {
                    Attack = (CertifiedAttack)reader.ReadInt32(),
                    PatchHeight = reader.ReadInt32(),
                    PatchWidth = reader.ReadInt32(),
                    ScoreThreshold = reader.ReadDouble() is var threshold && double.IsNaN(threshold) ? null : threshold,
                };
            }
            options.Validate();
            return options;
        }
        catch (ArgumentException e)
        {
            throw new FormatException($"The model file is damaged: {e.Message}", e);
        }
    }

    private static SamplingPlan ReadPlan(BinaryReader reader)
    {
        int selection = reader.ReadInt32(), looks = reader.ReadInt32(), first = reader.ReadInt32(), last = reader.ReadInt32();
        int tolerance = reader.ReadInt32(), target = reader.ReadInt32();
        SamplingPlan plan = looks == 1
            ? SamplingPlan.Fixed(selection, last)
            : SamplingPlan.Adaptive(selection, first, last, tolerance, target < 0 ? null : target);
        // What was promised with the saved model holds for its own looks only.
        return plan.Looks.Count == looks
            ? plan
            : throw new FormatException($"The model was saved with a sampling plan of {looks} looks, but this version's plan has "
                + $"{plan.Looks.Count}; set the plan anew with WithOptions.");
    }
}
