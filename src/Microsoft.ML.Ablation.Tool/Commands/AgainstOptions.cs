using System.CommandLine;
using Microsoft.ML.Ablation.Tool.Help;
using Microsoft.ML.Ablation.Tool.Runs;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary>The options that say what fixed masks certify against; the answers to masks do not depend on it.</summary>
internal sealed class AgainstOptions
{
    private readonly Option<CertifiedAttack?> _against = new ValueOption<CertifiedAttack?>(ValueKind.Name(CertifiedAttack.Positions, CertifiedAttack.Patch), "--against")
    {
        Description = "With fixed masks: certify against changed positions, or against a patch [default: what the masks are made against, or the model's or run's].",
    };

    private readonly Option<PatchSize?> _patch = new ValueOption<PatchSize?>(ValueKind.Size(OptionLimits.ImageSide), "--patch")
    {
        Description = "With fixed masks against a patch: rows and columns of a patch of size 1, of which certificates give multiples, such as 2x3 [default: 1x1, squares].",
    };

    private Option[] All => [_against, _patch];

    public void AddTo(CliCommand command)
    {
        command.AddOptions(HelpGroup.Votes, All);
    }

    /// <summary>The names of those that are given.</summary>
    public IEnumerable<string> Given(ParseResult parsed) => All.Where(option => parsed.GetResult(option) is { Implicit: false }).Select(option => option.Name);

    public CertifiedAttack? Attack(ParseResult parsed) => parsed.GetValue(_against);

    /// <summary>The patch of size 1.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="isPatch">Whether the attack is a patch.</param>
    /// <exception cref="ArgumentException">It is given, but the attack is no patch.</exception>
    public PatchSize? Patch(ParseResult parsed, bool isPatch) => parsed.GetValue(_patch) is { } patch && !isPatch
        ? throw new ArgumentException($"--patch is {patch.Height}x{patch.Width}, but changed positions are certified; give --against Patch with it, or leave it out.")
        : parsed.GetValue(_patch);
}
