using System.CommandLine;
using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Tool.Help;
using Microsoft.ML.Ablation.Tool.Output;
using Microsoft.ML.Ablation.Tool.Runs;
using Microsoft.ML.Ablation.Tool.Tables;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary>The options that say which run folders are read, and what is claimed from their votes.</summary>
/// <param name="description">What <c>--run</c> takes.</param>
internal sealed class RunOptions(string description)
{
    private readonly Option<string[]> _runs = new ValuesOption(ValueKind.Input, "--run") { Summary = "Folders that 'certify --run' wrote", Description = description, Required = true };

    private readonly Option<CertificationRule?> _rule = new ValueOption<CertificationRule?>(ValueKind.Name<CertificationRule>(), "--rule") { Summary = "Another rule [default: the run's]", Description = "How votes become a radius [default: the run's]." };

    private readonly Option<double?> _alpha = new ValueOption<double?>(ValueKind.Number(0, 1, orLeast: false, orMost: false), "--alpha") { Summary = "Another probability of error [default: the run's]", Description = "Probability that a row's certificate is wrong, where ablations are random [default: the run's]." };

    private readonly AgainstOptions _against = new();

    private readonly LargestRadiusOption _radius = new();

    private readonly Option<double?> _within = new ValueOption<double?>(ValueKind.Number(0), "--within")
    {
        Description = FormattableString.Invariant($"Of numbers: how far from the truth counts as right, as a share of it, such as 0.15 [default: {TableFigures.UsualTolerance}]."),
    };

    public void AddTo(CliCommand command)
    {
        command.AddOptions(HelpGroup.Model, _runs);
        command.AddOptions(HelpGroup.Votes, _rule, _alpha);
        _against.AddTo(command);
        command.AddOptions(HelpGroup.Votes, _radius.Option, _within);
    }

    /// <summary>Whether the runs predict numbers; else they predict classes.</summary>
    /// <exception cref="ArgumentException">Some do, and some do not.</exception>
    public bool AreNumbers(ParseResult parsed)
    {
        ILookup<bool, string> kinds = Folders(parsed).ToLookup(folder => RunFolder<NumberManifest, NumberRow>.Has(folder, NumberManifest.Mark));
        return kinds.Count == 1
            ? kinds.Single().Key
            : throw new ArgumentException($"'{kinds[true].First()}' predicts numbers, but '{kinds[false].First()}' classes, which are measured in other ways; give runs of one kind.");
    }

    /// <summary>How far from the truth counts as right, as a share of it.</summary>
    public double Within(ParseResult parsed) => parsed.GetValue(_within) ?? TableFigures.UsualTolerance;

    /// <summary>The runs, which predict numbers.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="ofClasses">Further options that are for classes.</param>
    /// <exception cref="ArgumentException">An option is for classes, or has no meaning for a run.</exception>
    public EvaluatedNumbers[] LoadNumbers(ParseResult parsed, params IEnumerable<Option> ofClasses)
    {
        if (_against.Given(parsed).Concat(ofClasses.Prepend(_rule).Where(option => IsGiven(parsed, option)).Select(option => option.Name)).FirstOrDefault() is { } useless)
            throw new ArgumentException($"{useless} is given, but it is for classes, and '{Folders(parsed)[0]}' predicts numbers; leave it out.");
        var claims = new NumberClaims(_radius.Value(parsed), parsed.GetValue(_alpha));
        return EvaluatedNumbers.Load(Folders(parsed), claims);
    }

    public string[] Folders(ParseResult parsed) => parsed.GetRequiredValue(_runs);

    /// <inheritdoc cref="EvaluatedRun.Load(IReadOnlyList{string}, RunClaims, bool)"/>
    public EvaluatedRun[] Load(ParseResult parsed, bool uncertifiedAsZero = false)
    {
        if (((Option[])[_radius.Option, _within]).FirstOrDefault(option => IsGiven(parsed, option)) is { } useless)
            throw new ArgumentException($"{useless.Name} is given, but it is for numbers, and '{Folders(parsed)[0]}' predicts classes; leave it out.");
        var claims = new RunClaims
        {
            Rule = parsed.GetValue(_rule),
            Alpha = parsed.GetValue(_alpha),
            Against = _against.Attack(parsed),
            Patch = _against.Patch(parsed, isPatch: _against.Attack(parsed) != CertifiedAttack.Positions),
        };
        return EvaluatedRun.Load(Folders(parsed), claims, uncertifiedAsZero);
    }

    private static bool IsGiven(ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };
}
