using System.CommandLine;
using System.Net;
using Microsoft.ML.Ablation.Tool.Cluster;
using Microsoft.ML.Ablation.Tool.Help;
using Microsoft.ML.Ablation.Tool.Output;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary><c>ablation worker</c>: counts votes for the clients of a cluster.</summary>
internal static class WorkerCommand
{
    public static CliCommand Create()
    {
        var command = new CliCommand("worker", "Count votes for 'certify --cluster' on other machines. Ends with Ctrl-C.");
        var worker = new WorkerOptionSet();
        Option<int?> health = new ValueOption<int?>(ValueKind.Integer(1, IPEndPoint.MaxPort), "--health-port") { Description = "Port for GET /health/live and /health/ready [default: none]." };
        Option<Uri?> telemetry = new ValueOption<Uri?>(ValueKind.Url, "--otlp")
        {
            Description = "Send metrics to this OpenTelemetry collector, as http://host:4317 [default: the environment's OTEL_EXPORTER_OTLP_ENDPOINT].",
        };
        Option<bool> quiet = new ValueOption<bool>(ValueKind.Flag, "--quiet", "-q") { Description = "Only errors on stderr." };
        worker.AddTo(command);
        command.AddOptions(HelpGroup.Other, health, telemetry, quiet);
        command.SetWork(async (parsed, cancellation) =>
        {
            bool isQuiet = parsed.GetValue(quiet);
            await WorkerHost.RunAsync(worker.Read(parsed), parsed.GetValue(health), parsed.GetValue(telemetry), isQuiet, new ToolConsole(json: false, isQuiet), cancellation);
            return ExitCode.Success;
        });
        return command;
    }
}
