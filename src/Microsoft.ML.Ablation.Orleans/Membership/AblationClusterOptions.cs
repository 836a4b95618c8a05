using System.Reflection;

namespace Microsoft.ML.Ablation.Orleans;

/// <summary>Options that workers and clients of a cluster share.</summary>
public record AblationClusterOptions
{
    /// <summary>Where workers are found. Default: one worker on this machine.</summary>
    public ClusterMembership Membership { get; init; } = ClusterMembership.Localhost();

    /// <summary>The name of the cluster: several may share a Redis or a database. Default: "ablation".</summary>
    public string ClusterId { get; init; } = "ablation";

    /// <summary>
    /// The secret that workers and clients share, at least 16 characters; each proves that it knows it, and nobody sends it. Default (null): none, which
    /// is allowed on this machine only.
    /// </summary>
    public string? Secret { get; init; }

    /// <summary>
    /// PEM file with the certificates of the authority that signed the workers' certificates; connections are encrypted then. Default (null): connections
    /// are not encrypted, which is allowed on this machine only.
    /// </summary>
    public string? AuthorityFile { get; init; }

    /// <summary>The name in the workers' certificates. Default: "ablation-worker".</summary>
    public string TlsName { get; init; } = "ablation-worker";

    /// <summary>How long a worker may take to answer, from 1 second to 1 hour; after that its work is given to another one. Default: 30 seconds.</summary>
    public TimeSpan PieceTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a client waits without an answer of any worker before it gives up, from 1 second to 1 day. Default: 60 seconds.</summary>
    public TimeSpan GiveUpAfter { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The version of the library that counts: votes of two versions must not be added.</summary>
    internal static string LibraryVersion { get; } =
        typeof(SmoothedCertifierTransformer).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    /// <summary>The version that is told to the other side; tests play another one.</summary>
    internal string Version { get; init; } = LibraryVersion;

    /// <summary>Which cluster it is; a record would write its secret, too.</summary>
    public sealed override string ToString() => $"cluster '{ClusterId}' at {Membership}";

    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    internal virtual void Validate()
    {
        ArgumentNullException.ThrowIfNull(Membership);
        ArgumentException.ThrowIfNullOrWhiteSpace(ClusterId);
        ArgumentException.ThrowIfNullOrWhiteSpace(TlsName);
        if (Secret is { Length: < SecretHandshake.ShortestSecret })
        {
            throw new ArgumentException($"The cluster's secret has {Secret.Length} characters; at least {SecretHandshake.ShortestSecret} are needed, as "
                + "'openssl rand -hex 32' gives.");
        }
        Require(PieceTimeout, TimeSpan.FromHours(1), nameof(PieceTimeout));
        Require(GiveUpAfter, TimeSpan.FromDays(1), nameof(GiveUpAfter));
    }

    /// <summary>Whether connections beyond this machine are allowed.</summary>
    internal bool IsSecured => Secret is not null && AuthorityFile is not null;

    private static void Require(TimeSpan time, TimeSpan most, string name)
    {
        if (time < TimeSpan.FromSeconds(1) || time > most)
            throw new ArgumentOutOfRangeException(name, time, $"{name} is {time}; it must be from 1 second to {most}.");
    }
}
