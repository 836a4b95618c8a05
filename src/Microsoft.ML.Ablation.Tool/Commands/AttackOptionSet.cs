using System.CommandLine;
using System.Text.Json.Nodes;
using Microsoft.ML.Ablation.Attacks;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary>The attacks of the tool.</summary>
internal enum AttackKind
{
    Pointwise,
    SparseRandomSearch,
}

/// <summary>The options that say how a model is attacked.</summary>
internal sealed class AttackOptionSet
{
    private static readonly AttackOptions s_defaults = new();
    private static readonly PointwiseAttack s_pointwise = new();
    private static readonly SparseRandomSearch s_search = new();

    private readonly Option<AttackKind> _kind = new("--attack") { Description = "The attack.", DefaultValueFactory = _ => AttackKind.Pointwise };

    private readonly Option<int?> _restarts = new("--restarts")
    {
        Description = $"With Pointwise: times that it begins anew [default: {s_pointwise.Restarts}].",
    };

    private readonly Option<bool> _single = new("--single-resets")
    {
        Description = "With Pointwise: set pixels back one at a time from the beginning, with many more queries.",
    };

    private readonly Option<int?> _steps = new("--steps")
    {
        Description = $"With SparseRandomSearch: steps for each number of pixels [default: {s_search.Steps}].",
    };

    private readonly Option<int?> _budget = new("--largest-budget")
    {
        Description = $"With SparseRandomSearch: the largest number of pixels [default: {s_search.LargestBudget}].",
    };

    private readonly Option<int> _seed = new("--attack-seed")
    {
        Description = "Seed of what the attack draws and of the votes that verify it.",
        DefaultValueFactory = _ => s_defaults.Seed,
    };

    private readonly Option<int> _first = new("--first-look")
    {
        Description = "Votes of a first look at a candidate.",
        DefaultValueFactory = _ => s_defaults.FirstLookVotes,
    };

    private readonly Option<int> _closer = new("--closer-look")
    {
        Description = "Votes of a closer look.",
        DefaultValueFactory = _ => s_defaults.CloserLookVotes,
    };

    private readonly Option<int> _verification = new("--verification-votes")
    {
        Description = "Fresh votes that verify a success.",
        DefaultValueFactory = _ => s_defaults.VerificationVotes,
    };

    public void AddTo(CliCommand command)
    {
        _restarts.MustBeAtLeast(1);
        _steps.MustBeAtLeast(1);
        _budget.MustBeAtLeast(1);
        foreach (Option option in new Option[] { _kind, _restarts, _single, _steps, _budget, _seed, _first, _closer, _verification })
            command.Options.Add(option);
    }

    /// <summary>The attack and its own options, for the record.</summary>
    /// <exception cref="ArgumentException">An option is given that another attack has.</exception>
    public (Attack Attack, JsonObject Settings) ReadAttack(ParseResult parsed)
    {
        (int? restarts, bool single, int? steps, int? budget) =
            (parsed.GetValue(_restarts), parsed.GetValue(_single), parsed.GetValue(_steps), parsed.GetValue(_budget));
        if (parsed.GetValue(_kind) == AttackKind.Pointwise)
        {
            Reject(steps is not null || budget is not null, "--steps and --largest-budget", AttackKind.SparseRandomSearch);
            var attack = new PointwiseAttack { Restarts = restarts ?? s_pointwise.Restarts, GroupResets = !single };
            return (attack, new JsonObject { ["restarts"] = attack.Restarts, ["groupResets"] = attack.GroupResets });
        }
        Reject(restarts is not null || single, "--restarts and --single-resets", AttackKind.Pointwise);
        var search = new SparseRandomSearch { Steps = steps ?? s_search.Steps, LargestBudget = budget ?? s_search.LargestBudget };
        return (search, new JsonObject { ["steps"] = search.Steps, ["largestBudget"] = search.LargestBudget });

        static void Reject(bool isGiven, string options, AttackKind owner)
        {
            if (isGiven)
                throw new ArgumentException($"{options} belong to --attack {owner}; give them with it.");
        }
    }

    /// <summary>The options that all attacks have.</summary>
    public AttackOptions ReadOptions(ParseResult parsed) => s_defaults with
    {
        Seed = parsed.GetValue(_seed),
        FirstLookVotes = parsed.GetValue(_first),
        CloserLookVotes = parsed.GetValue(_closer),
        VerificationVotes = parsed.GetValue(_verification),
    };
}
