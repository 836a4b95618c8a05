using System.CommandLine;
using System.Net;
using Microsoft.ML.Ablation.Orleans;
using Microsoft.ML.Ablation.Tool.Cluster;
using Microsoft.ML.Ablation.Tool.Output;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary><c>ablation worker</c>: counts votes for the clients of a cluster.</summary>
internal static class WorkerCommand
{
    public static CliCommand Create()
    {
        var command = new CliCommand("worker", "Count votes for 'certify --cluster' on other machines, until Ctrl-C.");
        var cluster = new ClusterOptionSet("Where the members of the cluster are written down [default: localhost, one worker on this machine]");
        Option<IPAddress?> address = new ValueOption<IPAddress?>(ValueKind.IP, "--address") { Description = "IP address at which others reach this worker [default: 127.0.0.1, this machine alone]." };
        Option<int?> port = new ValueOption<int?>(ValueKind.Integer(0, IPEndPoint.MaxPort), "--port") { Description = "Port for other workers [default: 11111; at 127.0.0.1 with a store, a free one]." };
        Option<int?> gateway = new ValueOption<int?>(ValueKind.Integer(0, IPEndPoint.MaxPort), "--gateway-port") { Description = "Port for clients [default: 30000; at 127.0.0.1 with a store, a free one]." };
        Option<string?> certificate = new ValueOption<string?>(ValueKind.Input, "--certificate") { Description = "The worker's certificate: PEM, or PFX with its key." };
        Option<string?> key = new ValueOption<string?>(ValueKind.Input, "--certificate-key") { Description = "PEM file with the key, where the certificate's does not hold it." };
        Option<string?> models = new ValueOption<string?>(ValueKind.Output, "--models") { Description = "Folder of models, each called by its SHA-256 and .zip [default: one that ends with the worker]." };
        Option<bool> noModels = new ValueOption<bool>(ValueKind.Flag, "--no-models-from-clients") { Description = "Use only models of that folder." };
        Option<int?> threads = new ValueOption<int?>(ValueKind.Integer(1, 1024), "--threads") { Description = "Threads that count [default: one per core]." };
        Option<int?> gpu = new ValueOption<int?>(ValueKind.Integer(0, OptionLimits.GpuNumber), "--gpu") { Description = "Number of the CUDA device that counts [default: the processor]." };
        Option<int?> queue = new ValueOption<int?>(ValueKind.Integer(1, 1000), "--queue") { Description = "Pieces that may wait before more are turned away [default: 16]." };
        Option<int?> health = new ValueOption<int?>(ValueKind.Integer(1, IPEndPoint.MaxPort), "--health-port") { Description = "Port for GET /health/live and /health/ready [default: none]." };
        Option<Uri?> telemetry = new ValueOption<Uri?>(ValueKind.Url, "--otlp")
        {
            Description = "Send metrics to this OpenTelemetry collector, as http://host:4317 [default: the environment's OTEL_EXPORTER_OTLP_ENDPOINT].",
        };
        Option<bool> quiet = new ValueOption<bool>(ValueKind.Flag, "--quiet", "-q") { Description = "Only errors on stderr." };
        cluster.AddTo(command);
        foreach (Option option in (Option[])[address, port, gateway, certificate, key, models, noModels, threads, gpu, queue, health, telemetry, quiet])
            command.Options.Add(option);
        command.SetWork(async (parsed, cancellation) =>
        {
            var usual = new AblationWorkerOptions();
            IPAddress ip = parsed.GetValue(address) ?? usual.Address;
            AblationWorkerOptions options = cluster.Apply(parsed, usual);
            // Several on one machine cannot have the usual ports.
            bool isOneOfSeveral = IPAddress.IsLoopback(ip) && options.Membership.GatewayPort is null;
            options = options with
            {
                Address = ip,
                Port = parsed.GetValue(port) ?? (isOneOfSeveral ? 0 : usual.Port),
                GatewayPort = parsed.GetValue(gateway) ?? options.Membership.GatewayPort ?? (isOneOfSeveral ? 0 : usual.GatewayPort),
                CertificateFile = parsed.GetValue(certificate),
                CertificateKeyFile = parsed.GetValue(key),
                ModelFolder = parsed.GetValue(models),
                TakesModels = !parsed.GetValue(noModels),
                Threads = parsed.GetValue(threads),
                GpuDeviceId = parsed.GetValue(gpu),
                QueueLimit = parsed.GetValue(queue) ?? usual.QueueLimit,
            };
            var console = new ToolConsole(json: false, parsed.GetValue(quiet));
            await WorkerHost.RunAsync(options, parsed.GetValue(health), parsed.GetValue(telemetry), parsed.GetValue(quiet), console, cancellation);
            return ExitCode.Success;
        });
        return command;
    }
}
