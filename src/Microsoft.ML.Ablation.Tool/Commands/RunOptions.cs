using System.CommandLine;
using Microsoft.ML.Ablation.Certification;
using Microsoft.ML.Ablation.Tool.Help;
using Microsoft.ML.Ablation.Tool.Output;
using Microsoft.ML.Ablation.Tool.Runs;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary>The options that say which run folders are read, and what is claimed from their votes.</summary>
/// <param name="description">What <c>--run</c> takes.</param>
internal sealed class RunOptions(string description)
{
    private readonly Option<string[]> _runs = new ValuesOption(ValueKind.Input, "--run") { Summary = "Folders that 'certify --run' wrote", Description = description, Required = true };

    private readonly Option<CertificationRule?> _rule = new ValueOption<CertificationRule?>(ValueKind.Name<CertificationRule>(), "--rule") { Summary = "Another rule [default: the run's]", Description = "How votes become a radius [default: the run's]." };

    private readonly Option<double?> _alpha = new ValueOption<double?>(ValueKind.Number(0, 1, orLeast: false, orMost: false), "--alpha") { Summary = "Another probability of error [default: the run's]", Description = "Probability that a row's certificate is wrong, where ablations are random [default: the run's]." };

    private readonly AgainstOptions _against = new();

    public void AddTo(CliCommand command)
    {
        command.AddOptions(HelpGroup.Model, _runs);
        command.AddOptions(HelpGroup.Votes, _rule, _alpha);
        _against.AddTo(command);
    }

    public string[] Folders(ParseResult parsed) => parsed.GetRequiredValue(_runs);

    /// <inheritdoc cref="EvaluatedRun.Load"/>
    public EvaluatedRun[] Load(ParseResult parsed, bool uncertifiedAsZero = false)
    {
        var claims = new RunClaims
        {
            Rule = parsed.GetValue(_rule),
            Alpha = parsed.GetValue(_alpha),
            Against = _against.Attack(parsed),
            Patch = _against.Patch(parsed, isPatch: _against.Attack(parsed) != CertifiedAttack.Positions),
        };
        return [.. Folders(parsed).Select(folder => EvaluatedRun.Load(folder, claims, uncertifiedAsZero))];
    }
}
