using System.Net;

namespace Microsoft.ML.Ablation.Orleans;

/// <summary>Options of a worker.</summary>
public sealed record AblationWorkerOptions : AblationClusterOptions
{
    /// <summary>The name of the <see cref="System.Diagnostics.Metrics.Meter"/> of workers.</summary>
    public const string MeterName = "Microsoft.ML.Ablation.Orleans";

    /// <summary>The address at which other workers and clients reach this one. Default: this machine only (127.0.0.1).</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>The port for other workers; 0 for any that is free. Default: 11111.</summary>
    public int Port { get; init; } = 11111;

    /// <summary>The port for clients; 0 for any that is free. Default: 30000.</summary>
    public int GatewayPort { get; init; } = ClusterMembership.DefaultGatewayPort;

    /// <summary>The worker's certificate: a PEM file, or a PFX file with its key. Needs <see cref="AblationClusterOptions.AuthorityFile"/>.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>PEM file with the key of <see cref="CertificateFile"/>, where that file does not hold it.</summary>
    public string? CertificateKeyFile { get; init; }

    /// <summary>
    /// Folder of models, which workers may share; a model's file is named by its SHA-256 and ".zip". Default (null): a temporary one, which is removed
    /// with the worker.
    /// </summary>
    public string? ModelFolder { get; init; }

    /// <summary>
    /// Whether clients may send models that the folder lacks. A model file names the code that loads it: take it from clients you trust only. Default: true.
    /// </summary>
    public bool TakesModels { get; init; } = true;

    /// <summary>The largest model that is taken from a client, in megabytes, from 1 to 65,536. Default: 2,048.</summary>
    public int LargestModelInMegabytes { get; init; } = 2_048;

    /// <summary>Models that are held open at once, at least 1. Default: 2.</summary>
    public int OpenModels { get; init; } = 2;

    /// <summary>Threads that count, at least 1. Default (null): one per core.</summary>
    public int? Threads { get; init; }

    /// <summary>The number of the CUDA device that counts, 0 or more; networks of this library run there. Default (null): the processor.</summary>
    public int? GpuDeviceId { get; init; }

    /// <summary>Pieces that may wait or be counted at once, at least 1; others are refused, and clients try again. Default: 16.</summary>
    public int QueueLimit { get; init; } = 16;

    /// <summary>Megabytes for rows that clients have sent, at least 1. Default: 256.</summary>
    public int RowCacheInMegabytes { get; init; } = 256;

    internal override void Validate()
    {
        base.Validate();
        ArgumentNullException.ThrowIfNull(Address);
        Require(Port, 0, IPEndPoint.MaxPort, nameof(Port));
        Require(GatewayPort, 0, IPEndPoint.MaxPort, nameof(GatewayPort));
        Require(LargestModelInMegabytes, 1, 65_536, nameof(LargestModelInMegabytes));
        Require(OpenModels, 1, 1_000, nameof(OpenModels));
        Require(Threads ?? 1, 1, 1_024, nameof(Threads));
        Require(GpuDeviceId ?? 0, 0, 1_023, nameof(GpuDeviceId));
        Require(QueueLimit, 1, 1_000, nameof(QueueLimit));
        Require(RowCacheInMegabytes, 1, 65_536, nameof(RowCacheInMegabytes));
        if ((CertificateFile is null) != (AuthorityFile is null))
        {
            throw new ArgumentException("A worker's certificate and the authority that signed it go together; "
                + (CertificateFile is null ? "the certificate is missing." : "the authority is missing."));
        }
        if (Membership.IsLocalhost && !IPAddress.IsLoopback(Address))
        {
            throw new ArgumentException($"The worker's address is {Address}, but the cluster is this machine alone; give Redis or PostgreSQL as membership, or "
                + "leave the address out.");
        }
        if (!IPAddress.IsLoopback(Address) && !IsSecured)
        {
            throw new ArgumentException($"At {Address} other machines reach this worker, which needs a secret, a certificate and its authority; only 127.0.0.1 does "
                + "without.");
        }
    }

    private static void Require(int value, int least, int most, string name)
    {
        if (value < least || value > most)
            throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; it must be from {least} to {most}.");
    }
}
