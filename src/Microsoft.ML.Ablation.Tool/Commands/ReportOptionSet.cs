using System.CommandLine;
using Microsoft.ML.Ablation.Tool.Help;
using Microsoft.ML.Ablation.Tool.Report;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary>The options that say what a page shows and where it goes.</summary>
internal sealed class ReportOptionSet
{
    private readonly Option<string> _page = new ValueOption<string>(ValueKind.File(".html", ".htm"), "--out", "-o") { Summary = "The page", Description = "The page.", DefaultValueFactory = _ => "report.html" };

    private readonly Option<string?> _plots = new ValueOption<string?>(ValueKind.Output, "--plots") { Summary = "Folder for the plots as files", Description = "Folder for the plots as files." };

    private readonly Option<PlotFormat> _format = new ValueOption<PlotFormat>(ValueKind.Name<PlotFormat>(), "--plot-format")
    {
        Description = "What --plots writes.",
        DefaultValueFactory = _ => PlotFormat.Svg,
    };

    private readonly Option<string?> _model = new ValueOption<string?>(ValueKind.Input, "--model", "-m")
    {
        Summary = "The first run's model, to show images of its rows",
        Description = "The first run's model, to show images of its rows. Answers to some of their ablations are shown too. Needs the run's data.",
    };

    private readonly Option<string?> _attack = new ValueOption<string?>(ValueKind.Input, "--attack")
    {
        Description = "Run folder that 'attack --run' wrote: what it broke stands beside what is certified, with images. Needs the attack's data.",
    };

    private readonly SecretSeedOption _secretSeed = new("the model's");

    public void AddTo(CliCommand command)
    {
        command.AddOptions(HelpGroup.Output, _page, _plots, _format);
        command.AddOptions(HelpGroup.Model, _model, _attack);
        _secretSeed.AddTo(command);
    }

    /// <exception cref="ArgumentException">A secret seed is given without a model.</exception>
    /// <exception cref="IOException">The file of the seed is missing.</exception>
    public ReportRequest Read(ParseResult parsed)
    {
        var request = new ReportRequest
        {
            Page = parsed.GetRequiredValue(_page),
            PlotFolder = parsed.GetValue(_plots),
            PlotFormat = parsed.GetValue(_format),
            Model = parsed.GetValue(_model),
            Attack = parsed.GetValue(_attack),
            SecretSeed = _secretSeed.Read(parsed),
        };
        return request is { SecretSeed: not null, Model: null }
            ? throw new ArgumentException("--secret-seed is the seed that the run's model was certified with; give --model with it.")
            : request;
    }
}
