using System.CommandLine;
using Microsoft.ML.Ablation.Tool.Help;
using Microsoft.ML.Ablation.Tool.Output;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary>The options that say how results and progress are written.</summary>
internal sealed class OutputOptions
{
    private readonly Option<bool> _json = new ValueOption<bool>(ValueKind.Flag, "--json") { Summary = "Print the result as one JSON object", Description = "Print the result as one JSON object." };

    private readonly Option<bool> _quiet = new ValueOption<bool>(ValueKind.Flag, "--quiet", "-q") { Summary = "Write only errors to stderr", Description = "No progress and no remarks on stderr." };

    public void AddTo(CliCommand command)
    {
        command.AddOptions(HelpGroup.Output, _json, _quiet);
    }

    public ToolConsole Read(ParseResult parsed) => new(parsed.GetValue(_json), parsed.GetValue(_quiet));
}
