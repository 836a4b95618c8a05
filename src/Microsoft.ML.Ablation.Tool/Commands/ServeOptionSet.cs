using System.CommandLine;
using Microsoft.ML.Ablation.Tool.Help;
using Microsoft.ML.Ablation.Tool.Serving;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary>The options that say what is served, where, and how much at once.</summary>
internal sealed class ServeOptionSet
{
    private const int MostEngines = 1_024, MostWaiting = 100_000;

    private static readonly ServeSettings s_defaults = new("");

    private readonly Option<string?> _model = new ValueOption<string?>(ValueKind.Input, "--model", "-m") { Description = "The model file.", Required = true };

    private readonly Option<Uri[]?> _urls = new ValueOption<Uri[]?>(ValueKind.Listening, "--urls")
    {
        Description = $"Where to listen [default: {s_defaults.Addresses[0].GetLeftPart(UriPartial.Authority)}, for this machine alone].",
    };

    private readonly Option<int?> _engines = new ValueOption<int?>(ValueKind.Integer(1, MostEngines), "--engines") { Description = "Requests that are certified at once [default: one per core]." };

    private readonly Option<int?> _queue = new ValueOption<int?>(ValueKind.Integer(0, MostWaiting), "--queue")
    {
        Description = $"Requests that may wait before others are refused [default: {s_defaults.Queue}].",
    };

    private readonly Option<TimeSpan?> _timeout = new ValueOption<TimeSpan?>(ValueKind.Time, "--timeout")
    {
        Description = $"How long a client may take to send a request, and then the service to answer it [default: {s_defaults.Timeout.TotalSeconds}s].",
    };

    public void AddTo(CliCommand command)
    {
        command.AddOptions(HelpGroup.Model, _model);
        command.AddOptions(HelpGroup.Service, _urls, _engines, _queue, _timeout);
    }

    public string PathOf(ParseResult parsed) => parsed.GetValue(_model) ?? throw new InvalidOperationException("No model was given.");

    public ServeSettings Read(ParseResult parsed) => new(Path.GetFileName(PathOf(parsed)))
    {
        Addresses = parsed.GetValue(_urls) ?? s_defaults.Addresses,
        Engines = parsed.GetValue(_engines) ?? s_defaults.Engines,
        Queue = parsed.GetValue(_queue) ?? s_defaults.Queue,
        Timeout = parsed.GetValue(_timeout) ?? s_defaults.Timeout,
    };
}
