using System.CommandLine;
using Microsoft.ML.Ablation.Certification;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary>The options that say how many votes are cast and how sure the certificate is.</summary>
internal sealed class VoteOptions
{
    private readonly Option<int?> _selection = new ValueOption<int?>(ValueKind.Integer(1, OptionLimits.Votes), "--selection-votes")
    {
        Description = "Votes that select the class [default: 1000, or the model's].",
    };

    private readonly Option<int?> _votes = new ValueOption<int?>(ValueKind.Integer(1, OptionLimits.Votes), "--votes")
    {
        Description = "Fresh votes that bound its probability, at most [default: 10000, or the model's].",
    };

    private readonly Option<CertificationRule?> _rule = new ValueOption<CertificationRule?>(ValueKind.Name<CertificationRule>(), "--rule")
    {
        Description = "How votes become a radius [default: Majority, or the model's].",
    };

    private readonly Option<bool> _adaptive = new ValueOption<bool>(ValueKind.Flag, "--adaptive")
    {
        Description = "Stop a row when more votes are unlikely to change its radius.",
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
        Description = "Probability that a row's certificate is wrong [default: 0.05, or the model's].",
    };

    private readonly SecretSeedOption _secretSeed = new("the model's, or the --seed");

    public void AddTo(CliCommand command)
    {
        _secretSeed.AddTo(command);
        foreach (Option option in All)
            command.Options.Add(option);
    }

    private Option[] All => [_selection, _votes, _alpha, _rule, _adaptive, _tolerance, _target, _exact, _memory];

    /// <summary>Whether any of the options is given.</summary>
    public bool AnyGiven(ParseResult parsed) => _secretSeed.IsGiven(parsed) || All.Any(option => parsed.GetResult(option) is { Implicit: false });

    /// <summary>The given options, with what was given on the command line in their place.</summary>
    /// <exception cref="ArgumentException">A number is out of its range, or an option is given that has no effect.</exception>
    public SmoothedCertifierOptions Apply(ParseResult parsed, SmoothedCertifierOptions options) => options with
    {
        Plan = Plan(parsed, options.Plan),
        ExactBudget = parsed.GetValue(_exact) ?? options.ExactBudget,
        MemoryLimitInMegabytes = parsed.GetValue(_memory) ?? options.MemoryLimitInMegabytes,
        Rule = parsed.GetValue(_rule) ?? options.Rule,
        Alpha = parsed.GetValue(_alpha) ?? options.Alpha,
        SecretSeed = _secretSeed.Read(parsed) ?? options.SecretSeed,
        Seed = _secretSeed.IsGiven(parsed) ? null : options.Seed,
    };

    private SamplingPlan Plan(ParseResult parsed, SamplingPlan plan)
    {
        int? selection = parsed.GetValue(_selection), votes = parsed.GetValue(_votes);
        int? tolerance = parsed.GetValue(_tolerance), target = parsed.GetValue(_target);
        if (parsed.GetValue(_adaptive))
        {
            int most = votes ?? plan.EstimationCount;
            return SamplingPlan.Adaptive(selection ?? Math.Min(125, plan.SelectionCount), Math.Min(125, most), most, tolerance ?? 0, target);
        }
        if (tolerance is not null || target is not null)
            throw new ArgumentException("--tolerance and --target say when to stop early; give --adaptive with them.");
        return selection is null && votes is null
            ? plan
            : SamplingPlan.Fixed(selection ?? plan.SelectionCount, votes ?? plan.EstimationCount);
    }
}
