using System.CommandLine;
using System.Net;
using Microsoft.ML.Ablation.Orleans;
using Microsoft.ML.Ablation.Tool.Help;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary>The options that say how a worker is reached and what it counts with.</summary>
internal sealed class WorkerOptionSet
{
    private static readonly AblationWorkerOptions s_defaults = new();

    private readonly ClusterOptionSet _cluster = new("Where the members of the cluster are registered [default: localhost, one worker on this machine]");

    private readonly Option<IPAddress?> _address = new ValueOption<IPAddress?>(ValueKind.IP, "--address")
    {
        Summary = "Where others reach this worker [default: 127.0.0.1]",
        Description = "IP address at which others reach this worker [default: 127.0.0.1, this machine alone].",
    };

    private readonly Option<int?> _port = new ValueOption<int?>(ValueKind.Integer(0, IPEndPoint.MaxPort), "--port")
    {
        Description = "Port for other workers [default: 11111; at 127.0.0.1 with a store, a free one].",
    };

    private readonly Option<int?> _gateway = new ValueOption<int?>(ValueKind.Integer(0, IPEndPoint.MaxPort), "--gateway-port")
    {
        Description = "Port for clients [default: 30000; at 127.0.0.1 with a store, a free one].",
    };

    private readonly Option<string?> _certificate = new ValueOption<string?>(ValueKind.Input, "--certificate") { Summary = "The worker's certificate: PEM, or PFX with its key", Description = "The worker's certificate: PEM, or PFX with its key." };

    private readonly Option<string?> _key = new ValueOption<string?>(ValueKind.Input, "--certificate-key") { Description = "PEM file with the key, where the certificate's does not hold it." };

    private readonly Option<string?> _models = new ValueOption<string?>(ValueKind.Output, "--models")
    {
        Description = "Folder of models, each named by its SHA-256 and .zip [default: a temporary one].",
    };

    private readonly Option<bool> _noModels = new ValueOption<bool>(ValueKind.Flag, "--no-models-from-clients") { Description = "Use only models of that folder, as 'ablation publish' makes them." };

    private readonly Option<int?> _threads = new ValueOption<int?>(ValueKind.Integer(1, 1024), "--threads") { Summary = "Threads that count [default: one per core]", Description = "Threads that count [default: one per core]." };

    private readonly Option<int?> _gpu = new ValueOption<int?>(ValueKind.Integer(0, OptionLimits.GpuNumber), "--gpu")
    {
        Summary = "Number of the CUDA device [default: the processor]",
        Description = "Number of the CUDA device that counts [default: the processor].",
    };

    private readonly Option<int?> _queue = new ValueOption<int?>(ValueKind.Integer(1, 1000), "--queue") { Description = "Pieces that may wait before others are refused [default: 16]." };

    public void AddTo(CliCommand command)
    {
        _cluster.AddTo(command);
        command.AddOptions(HelpGroup.Cluster, _address, _port, _gateway, _certificate, _key, _models, _noModels, _threads, _gpu, _queue);
    }

    /// <exception cref="IOException">The file of the secret is missing.</exception>
    public AblationWorkerOptions Read(ParseResult parsed)
    {
        AblationWorkerOptions options = _cluster.Apply(parsed, s_defaults);
        IPAddress address = parsed.GetValue(_address) ?? s_defaults.Address;
        // Several on one machine cannot share the default ports.
        bool isOneOfSeveral = IPAddress.IsLoopback(address) && options.Membership.GatewayPort is null;
        return options with
        {
            Address = address,
            Port = parsed.GetValue(_port) ?? (isOneOfSeveral ? 0 : s_defaults.Port),
            GatewayPort = parsed.GetValue(_gateway) ?? options.Membership.GatewayPort ?? (isOneOfSeveral ? 0 : s_defaults.GatewayPort),
            CertificateFile = parsed.GetValue(_certificate),
            CertificateKeyFile = parsed.GetValue(_key),
            ModelFolder = parsed.GetValue(_models),
            TakesModels = !parsed.GetValue(_noModels),
            Threads = parsed.GetValue(_threads),
            GpuDeviceId = parsed.GetValue(_gpu),
            QueueLimit = parsed.GetValue(_queue) ?? s_defaults.QueueLimit,
        };
    }
}
