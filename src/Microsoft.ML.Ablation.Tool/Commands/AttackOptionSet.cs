using System.CommandLine;
using System.Text.Json.Nodes;
using Microsoft.ML.Ablation.Attacks;
using Microsoft.ML.Ablation.Tool.Help;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary>The attacks of the tool.</summary>
internal enum AttackKind
{
    Pointwise,
    SparseRandomSearch,
    ProjectedGradient,
    AdversarialPatch,
}

/// <summary>The options that say how a model is attacked.</summary>
internal sealed class AttackOptionSet
{
    private static readonly AttackOptions s_defaults = new();
    private static readonly PointwiseAttack s_pointwise = new();
    private static readonly SparseRandomSearch s_search = new();
    private static readonly ProjectedGradientAttack s_gradient = new();
    private static readonly AdversarialPatch s_patch = new();

    private readonly Option<AttackKind> _kind = new ValueOption<AttackKind>(ValueKind.Name<AttackKind>(), "--attack")
    {
        Summary = "Pointwise, SparseRandomSearch, ProjectedGradient or another",
        Description = "The attack.",
        DefaultValueFactory = _ => AttackKind.Pointwise,
    };

    private readonly Option<int?> _restarts = new ValueOption<int?>(ValueKind.Integer(1, OptionLimits.AttackSteps), "--restarts")
    {
        Summary = "Restarts of Pointwise",
        Description = $"With Pointwise: number of restarts [default: {s_pointwise.Restarts}].",
    };

    private readonly Option<bool> _single = new ValueOption<bool>(ValueKind.Flag, "--single-resets")
    {
        Description = "With Pointwise: reset pixels one at a time from the start, with many more queries.",
    };

    private readonly Option<bool> _asFound = new ValueOption<bool>(ValueKind.Flag, "--as-found")
    {
        Description = "With Pointwise: leave the values of changed pixels at black and white, which takes fewer queries and changes no distance.",
    };

    private readonly Option<int?> _steps = new ValueOption<int?>(ValueKind.Integer(1, OptionLimits.AttackSteps), "--steps")
    {
        Summary = "Steps of the attack",
        Description = $"With SparseRandomSearch and ProjectedGradient: steps for each number of pixels [default: {s_search.Steps} and {s_gradient.Steps}]; with AdversarialPatch: "
            + $"random steps for each size [default: {s_patch.Steps}].",
    };

    private readonly Option<int?> _budget = new ValueOption<int?>(ValueKind.Integer(1, OptionLimits.Positions), "--largest-budget")
    {
        Description = $"With SparseRandomSearch and ProjectedGradient: the largest number of pixels [default: {s_search.LargestBudget}].",
    };

    private readonly Option<int?> _ablations = new ValueOption<int?>(ValueKind.Integer(1, 100000), "--ablations")
    {
        Description = $"With ProjectedGradient and AdversarialPatch: ablations over which a gradient is taken [default: {s_gradient.Ablations} and {s_patch.Ablations}].",
    };

    private readonly Option<int?> _side = new ValueOption<int?>(ValueKind.Integer(1, OptionLimits.Positions), "--largest-side")
    {
        Description = $"With AdversarialPatch: the largest side of a square patch [default: {s_patch.LargestSide}], or multiple of the patch that the model certifies.",
    };

    private readonly Option<int> _seed = new ValueOption<int>(ValueKind.Integer(int.MinValue, int.MaxValue), "--attack-seed")
    {
        Description = "Seed of what the attack draws and of the votes that verify it.",
        DefaultValueFactory = _ => s_defaults.Seed,
    };

    private readonly Option<int> _first = new ValueOption<int>(ValueKind.Integer(10, OptionLimits.AttackSteps), "--first-look")
    {
        Description = "Votes of a first look at a candidate.",
        DefaultValueFactory = _ => s_defaults.FirstLookVotes,
    };

    private readonly Option<int> _closer = new ValueOption<int>(ValueKind.Integer(10, OptionLimits.AttackSteps), "--closer-look")
    {
        Description = "Votes of a closer look.",
        DefaultValueFactory = _ => s_defaults.CloserLookVotes,
    };

    private readonly Option<bool> _anew = new ValueOption<bool>(ValueKind.Flag, "--ask-anew")
    {
        Description = "Classify all ablations for every candidate, also those that show no changed pixel: the same result, to measure the savings.",
    };

    private readonly Option<int> _verification = new ValueOption<int>(ValueKind.Integer(10, OptionLimits.Votes), "--verification-votes")
    {
        Description = "Fresh votes that verify a success.",
        DefaultValueFactory = _ => s_defaults.VerificationVotes,
    };

    public void AddTo(CliCommand command)
    {
        command.AddOptions(HelpGroup.Attack, _kind, _restarts, _single, _asFound, _steps, _budget, _side, _ablations, _seed, _first, _closer, _anew, _verification);
    }

    /// <summary>The attack and its own options, for the record.</summary>
    /// <exception cref="ArgumentException">An option is given that the attack does not have.</exception>
    public (Attack Attack, JsonObject Settings) ReadAttack(ParseResult parsed)
    {
        AttackKind kind = parsed.GetValue(_kind);
        RequireOwner(parsed, kind, [_restarts, _single, _asFound], AttackKind.Pointwise);
        RequireOwner(parsed, kind, [_steps], AttackKind.SparseRandomSearch, AttackKind.ProjectedGradient, AttackKind.AdversarialPatch);
        RequireOwner(parsed, kind, [_budget], AttackKind.SparseRandomSearch, AttackKind.ProjectedGradient);
        RequireOwner(parsed, kind, [_ablations], AttackKind.ProjectedGradient, AttackKind.AdversarialPatch);
        RequireOwner(parsed, kind, [_side], AttackKind.AdversarialPatch);
        int? steps = parsed.GetValue(_steps), budget = parsed.GetValue(_budget);
        switch (kind)
        {
            case AttackKind.SparseRandomSearch:
                var search = new SparseRandomSearch { Steps = steps ?? s_search.Steps, LargestBudget = budget ?? s_search.LargestBudget };
                return (search, new JsonObject { ["steps"] = search.Steps, ["largestBudget"] = search.LargestBudget });
            case AttackKind.ProjectedGradient:
                var gradient = new ProjectedGradientAttack
                {
                    Steps = steps ?? s_gradient.Steps,
                    Ablations = parsed.GetValue(_ablations) ?? s_gradient.Ablations,
                    LargestBudget = budget ?? s_gradient.LargestBudget,
                };
                return (gradient, new JsonObject
                {
                    ["steps"] = gradient.Steps,
                    ["ablations"] = gradient.Ablations,
                    ["largestBudget"] = gradient.LargestBudget,
                });
            case AttackKind.AdversarialPatch:
                var patch = new AdversarialPatch
                {
                    Steps = steps ?? s_patch.Steps,
                    Ablations = parsed.GetValue(_ablations) ?? s_patch.Ablations,
                    LargestSide = parsed.GetValue(_side) ?? s_patch.LargestSide,
                };
                return (patch, new JsonObject
                {
                    ["steps"] = patch.Steps,
                    ["ablations"] = patch.Ablations,
                    ["largestSide"] = patch.LargestSide,
                });
            default:
                var pointwise = new PointwiseAttack
                {
                    Restarts = parsed.GetValue(_restarts) ?? s_pointwise.Restarts,
                    GroupResets = !parsed.GetValue(_single),
                    RefineValues = !parsed.GetValue(_asFound),
                };
                return (pointwise, new JsonObject
                {
                    ["restarts"] = pointwise.Restarts,
                    ["groupResets"] = pointwise.GroupResets,
                    ["refineValues"] = pointwise.RefineValues,
                });
        }
    }

    private static void RequireOwner(ParseResult parsed, AttackKind kind, Option[] options, params AttackKind[] owners)
    {
        if (!owners.Contains(kind) && options.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } given)
            throw new ArgumentException($"{given.Name} belongs to --attack {Listed(owners)}; give it with that.");
    }

    private static string Listed(AttackKind[] kinds)
        => kinds.Length == 1 ? $"{kinds[0]}" : $"{string.Join(", ", kinds[..^1])} and {kinds[^1]}";

    /// <summary>The options that all attacks have.</summary>
    public AttackOptions ReadOptions(ParseResult parsed) => s_defaults with
    {
        Seed = parsed.GetValue(_seed),
        FirstLookVotes = parsed.GetValue(_first),
        CloserLookVotes = parsed.GetValue(_closer),
        KeepsAnswers = !parsed.GetValue(_anew),
        VerificationVotes = parsed.GetValue(_verification),
    };
}
