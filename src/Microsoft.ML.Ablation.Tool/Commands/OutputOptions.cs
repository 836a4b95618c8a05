using System.CommandLine;
using Microsoft.ML.Ablation.Tool.Output;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary>The options that say how results and progress are written.</summary>
internal sealed class OutputOptions
{
    private readonly Option<bool> _json = new ValueOption<bool>(ValueKind.Flag, "--json") { Description = "Print the result as one JSON object." };

    private readonly Option<bool> _quiet = new ValueOption<bool>(ValueKind.Flag, "--quiet", "-q") { Description = "No progress and no remarks on stderr." };

    public void AddTo(CliCommand command)
    {
        command.Options.Add(_json);
        command.Options.Add(_quiet);
    }

    public ToolConsole Read(ParseResult parsed) => new(parsed.GetValue(_json), parsed.GetValue(_quiet));
}
