using System.CommandLine;
using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Tool.Help;
using Microsoft.ML.Ablation.Tool.Runs;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary>The options that say how many votes are cast and how sure the certificate is.</summary>
internal sealed class VoteOptions
{
    /// <summary>The most classes of a new model whose every two are compared; their counts grow with the square.</summary>
    public const int MostContestants = 100;

    /// <summary>Votes that select the class, and votes between two looks, of an adaptive plan: they fill whole batches.</summary>
    private const int UsualStep = 125;

    private readonly Option<int?> _selection = new ValueOption<int?>(ValueKind.Integer(1, OptionLimits.Votes), "--selection-votes")
    {
        Description = "Votes that select the class [default: 125, with --paper 1000, or the model's].",
    };

    private readonly Option<int?> _votes = new ValueOption<int?>(ValueKind.Integer(1, OptionLimits.Votes), "--votes")
    {
        Summary = "Votes for a row that bound its radius, at most",
        Description = "Fresh votes that bound its probability, at most; ablations of a row of a regression [default: 10000, of a regression 1000, or the model's].",
    };

    private readonly Option<CertificationRule?> _rule = new ValueOption<CertificationRule?>(ValueKind.Name<CertificationRule>(), "--rule")
    {
        Summary = "Rule of the certificate: Majority, Gap, Condorcet or another",
        Description = FormattableString.Invariant($"How votes become a radius [default: Condorcet, with more than {MostContestants} classes and of a table Gap, with --paper Majority, or the model's]."),
    };

    private readonly Option<bool> _paper = new ValueOption<bool>(ValueKind.Flag, "--paper")
    {
        Summary = "The paper's procedure: rule Majority, all votes for every row",
        Description = "The paper's procedure for random ablations: rule Majority, 1000 votes that select the class and 10000 fresh ones for every row.",
    };

    private readonly Option<bool?> _adaptive = new ValueOption<bool?>(ValueKind.Flag, "--adaptive")
    {
        Description = "Stop a row when more votes are unlikely to change its radius; with false every row has all votes [default: true, with --paper false, or as the model does].",
    };

    private readonly Option<int?> _tolerance = new ValueOption<int?>(ValueKind.Integer(0, OptionLimits.Positions), "--tolerance")
    {
        Description = "With --adaptive: pixels of radius that may be given up to save votes [default: 0].",
    };

    private readonly Option<int?> _target = new ValueOption<int?>(ValueKind.Integer(0, OptionLimits.Positions), "--target")
    {
        Description = "With --adaptive: stop as soon as it is decided whether this radius is certified.",
    };

    private readonly Option<int?> _exact = new ValueOption<int?>(ValueKind.Integer(0, OptionLimits.Votes), "--exact-budget")
    {
        Description = "Classify all ablations once where there are at most this many; 0: never [default: as many as the plan draws].",
    };

    private readonly Option<int?> _memory = new ValueOption<int?>(ValueKind.Integer(1, OptionLimits.Megabytes), "--memory-limit")
    {
        Description = "Megabytes that batches of ablations may take [default: 1024 on a processor, what is free on a GPU, or the model's].",
    };

    private readonly Option<double?> _alpha = new ValueOption<double?>(ValueKind.Number(0, 1, orLeast: false, orMost: false), "--alpha")
    {
        Summary = "Probability that a row's certificate is wrong",
        Description = "Probability that a row's certificate is wrong [default: 0.05, or the model's].",
    };

    private readonly Option<double?> _threshold = new ValueOption<double?>(ValueKind.Number(0), "--score-threshold")
    {
        Description = "With fixed masks: every class whose probability for a mask is at least this has a vote, such as 0.3 [default: the most probable class has the only vote, or the model's].",
    };

    private readonly AgainstOptions _against = new();

    private readonly SecretSeedOption _secretSeed = new("the model's, or the --seed");

    public void AddTo(CliCommand command)
    {
        _secretSeed.AddTo(command);
        command.AddOptions(HelpGroup.Votes, [.. Sampling, _rule, _memory, _threshold]);
        _against.AddTo(command);
    }

    /// <summary>What has a meaning only where ablations are drawn.</summary>
    private Option[] Sampling => [_paper, _selection, _votes, _alpha, _adaptive, _tolerance, _target, _exact];

    /// <summary>The names of the options that have a meaning for tables.</summary>
    public static IReadOnlyList<string> NamesForTables { get; } =
    [
        "--selection-votes", "--votes", "--rule", "--adaptive", "--tolerance", "--target", "--exact-budget", "--alpha", "--score-threshold", "--secret-seed",
    ];

    /// <summary>Whether the paper's procedure is asked for.</summary>
    public bool IsAsInThePaper(ParseResult parsed) => parsed.GetValue(_paper);

    /// <summary>Whether any of the options is given.</summary>
    public bool AnyGiven(ParseResult parsed) => GivenOfSampling(parsed).Concat(GivenOfMasks(parsed)).Any()
        || new Option[] { _rule, _memory }.Any(option => IsGiven(parsed, option));

    /// <summary>The options of a certifier that is trained so: votes until they decide, and contests between classes where these are not too many.</summary>
    /// <exception cref="ArgumentException">A number is out of its range, or an option is given that has no effect.</exception>
    public SmoothedCertifierOptions ApplyTo(TrainingSettings settings, ParseResult parsed) => Apply(parsed, Usual(settings), settings.Ablations.AreAgainstPatches);

    /// <summary>The options of a certifier that is trained so, where the command line says nothing.</summary>
    public static SmoothedCertifierOptions Usual(TrainingSettings settings) => new()
    {
        Seed = settings.Seed,
        Plan = SamplingPlan.Adaptive(),
        Rule = settings.ImageFiles?.Classes.Count > MostContestants ? CertificationRule.Gap : CertificationRule.Condorcet,
    };

    /// <summary>The given options, with what was given on the command line in their place.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="options">The options.</param>
    /// <param name="againstPatches">Whether fixed masks are made against patches; null where ablations are random.</param>
    /// <exception cref="ArgumentException">A number is out of its range, or an option is given that has no effect.</exception>
    public SmoothedCertifierOptions Apply(ParseResult parsed, SmoothedCertifierOptions options, bool? againstPatches)
    {
        if (againstPatches is not null && GivenOfSampling(parsed).FirstOrDefault() is { } sampling)
            throw NoSampling(sampling);
        if (againstPatches is null && GivenOfMasks(parsed).FirstOrDefault() is { } masks)
            throw new ArgumentException($"{masks} is given, but ablations are random; it is for fixed masks, as --masks, --bands and --blocks of 'ablation train' make them.");
        if (parsed.GetValue(_paper))
            options = AsInThePaper(parsed, options);
        options = options with
        {
            Rule = parsed.GetValue(_rule) ?? options.Rule,
            MemoryLimitInMegabytes = parsed.GetValue(_memory) ?? options.MemoryLimitInMegabytes,
        };
        return againstPatches is { } patches ? WithMasks(parsed, options, patches) : WithSampling(parsed, options);
    }

    /// <summary>The options of a smoothed regressor, with what was given on the command line in their place.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="options">The options.</param>
    /// <param name="isFixed">Whether masks are fixed.</param>
    /// <exception cref="ArgumentException">An option is given that has no effect.</exception>
    public SmoothedRegressorOptions Apply(ParseResult parsed, SmoothedRegressorOptions options, bool isFixed)
    {
        if (((Option[])[_selection, _rule, _adaptive, _tolerance, _target, _threshold]).FirstOrDefault(option => IsGiven(parsed, option)) is { } ofClasses)
            throw new ArgumentException($"{ofClasses.Name} is given, but it is for votes for classes, and numbers are predicted; leave it out.");
        if (isFixed)
            return GivenOfSampling(parsed).FirstOrDefault() is { } sampling ? throw NoSampling(sampling) : options;
        return options with
        {
            SampleCount = parsed.GetValue(_votes) ?? options.SampleCount,
            ExactBudget = parsed.GetValue(_exact) ?? options.ExactBudget,
            Alpha = parsed.GetValue(_alpha) ?? options.Alpha,
            SecretSeed = _secretSeed.Read(parsed) ?? options.SecretSeed,
            Seed = _secretSeed.IsGiven(parsed) ? null : options.Seed,
        };
    }

    private static ArgumentException NoSampling(string option) => new($"{option} is given, but there is no sampling with fixed masks, which all vote once; leave it out.");

    private SmoothedCertifierOptions WithSampling(ParseResult parsed, SmoothedCertifierOptions options) => options with
    {
        Plan = Plan(parsed, options.Plan),
        ExactBudget = parsed.GetValue(_exact) ?? options.ExactBudget,
        Alpha = parsed.GetValue(_alpha) ?? options.Alpha,
        SecretSeed = _secretSeed.Read(parsed) ?? options.SecretSeed,
        Seed = _secretSeed.IsGiven(parsed) ? null : options.Seed,
    };

    private SmoothedCertifierOptions WithMasks(ParseResult parsed, SmoothedCertifierOptions options, bool againstPatches)
    {
        CertifiedAttack attack = _against.Attack(parsed) ?? options.Attack;
        PatchSize? patch = _against.Patch(parsed, attack == CertifiedAttack.Auto ? againstPatches : attack == CertifiedAttack.Patch);
        options = options with
        {
            ScoreThreshold = parsed.GetValue(_threshold) ?? options.ScoreThreshold,
            Attack = attack,
            PatchHeight = patch?.Height ?? options.PatchHeight,
            PatchWidth = patch?.Width ?? options.PatchWidth,
        };
        return options.ScoreThreshold is { } threshold && options.Rule == CertificationRule.Majority
            ? throw new ArgumentException(FormattableString.Invariant($"--score-threshold is {threshold}, with which a mask can vote for several classes, but rule Majority takes one; give ")
                + "--rule Gap or Condorcet.")
            : options;
    }

    private IEnumerable<string> GivenOfSampling(ParseResult parsed)
        => [.. _secretSeed.IsGiven(parsed) ? (string[])["--secret-seed"] : [], .. Sampling.Where(option => IsGiven(parsed, option)).Select(option => option.Name)];

    private IEnumerable<string> GivenOfMasks(ParseResult parsed) => [.. IsGiven(parsed, _threshold) ? (string[])[_threshold.Name] : [], .. _against.Given(parsed)];

    private static bool IsGiven(ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };

    /// <exception cref="ArgumentException">Another option says something else.</exception>
    private SmoothedCertifierOptions AsInThePaper(ParseResult parsed, SmoothedCertifierOptions options)
    {
        if (parsed.GetValue(_adaptive) == true)
            throw new ArgumentException("--paper and --adaptive are given, but the paper's procedure draws all votes for every row; give one of them.");
        return parsed.GetValue(_rule) is { } rule and not CertificationRule.Majority
            ? throw new ArgumentException($"--paper and --rule {rule} are given, but the paper's rule is Majority; give one of them.")
            : options with { Rule = CertificationRule.Majority, Plan = SamplingPlan.Fixed() };
    }

    /// <summary>The plan, with the numbers that are given; its kind is the one it has, unless <c>--adaptive</c> says otherwise.</summary>
    private SamplingPlan Plan(ParseResult parsed, SamplingPlan plan)
    {
        int? selection = parsed.GetValue(_selection), votes = parsed.GetValue(_votes);
        int? tolerance = parsed.GetValue(_tolerance), target = parsed.GetValue(_target);
        bool wasAdaptive = plan.Looks.Count > 1, isAdaptive = parsed.GetValue(_adaptive) ?? wasAdaptive;
        if (!isAdaptive && (tolerance is not null || target is not null))
            throw new ArgumentException("--tolerance and --target say when to stop early; give --adaptive with them, and neither --paper nor --adaptive false.");
        if (isAdaptive == wasAdaptive && (selection ?? votes ?? tolerance ?? target) is null)
            return plan;
        if (!isAdaptive)
            return SamplingPlan.Fixed(selection ?? (wasAdaptive ? SamplingPlan.Fixed().SelectionCount : plan.SelectionCount), votes ?? plan.EstimationCount);
        int most = votes ?? plan.EstimationCount;
        return SamplingPlan.Adaptive(selection ?? Math.Min(UsualStep, plan.SelectionCount), Math.Min(wasAdaptive ? plan.Looks[0] : UsualStep, most), most,
            tolerance ?? plan.RadiusTolerance, target ?? plan.TargetRadius);
    }
}
