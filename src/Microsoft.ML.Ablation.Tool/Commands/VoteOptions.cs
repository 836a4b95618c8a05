using System.CommandLine;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary>The options that say how many votes are cast and how sure the certificate is.</summary>
internal sealed class VoteOptions
{
    private readonly Option<int?> _selection = new("--selection-votes") { Description = "Votes that select the class [default: 1000, or the model's]." };

    private readonly Option<int?> _votes = new("--votes") { Description = "Fresh votes that bound its probability [default: 10000, or the model's]." };

    private readonly Option<double?> _alpha = new("--alpha") { Description = "Chance that a row's certificate is wrong [default: 0.05, or the model's]." };

    public void AddTo(Command command)
    {
        command.Options.Add(_selection);
        command.Options.Add(_votes);
        command.Options.Add(_alpha);
    }

    /// <summary>The given options, with what was given on the command line in their place.</summary>
    public SmoothedCertifierOptions Apply(ParseResult parsed, SmoothedCertifierOptions options) => options with
    {
        SelectionSamples = parsed.GetValue(_selection) ?? options.SelectionSamples,
        EstimationSamples = parsed.GetValue(_votes) ?? options.EstimationSamples,
        Alpha = parsed.GetValue(_alpha) ?? options.Alpha,
    };
}
