using System.CommandLine;
using Microsoft.ML.Ablation.Orleans;
using Microsoft.ML.Ablation.Orleans.Client;
using Microsoft.ML.Ablation.Tool.Help;
using Microsoft.ML.Ablation.Tool.Output;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary>The options that name a cluster and say how it is entered.</summary>
internal sealed class ClusterOptionSet
{
    private const string SecretVariable = "ABLATION_CLUSTER_SECRET";

    private readonly Option<ClusterMembership?> _cluster;

    private readonly Option<string?> _id = new ValueOption<string?>(ValueKind.Text, "--cluster-id") { Description = "Name of the cluster, where several share a store [default: ablation]." };

    private readonly Option<string?> _secret = new ValueOption<string?>(ValueKind.Input, "--cluster-secret")
    {
        Description = $"File with the cluster's secret [default: the environment variable {SecretVariable}; none on this machine alone].",
    };

    private readonly Option<string?> _authority = new ValueOption<string?>(ValueKind.Input, "--cluster-authority")
    {
        Description = "PEM file of the authority that signed the workers' certificates; connections are encrypted then.",
    };

    private readonly Option<string?> _tlsName = new ValueOption<string?>(ValueKind.Text, "--cluster-tls-name") { Description = "Name in the workers' certificates [default: ablation-worker]." };

    private readonly Option<int?> _pieceTimeout = new ValueOption<int?>(ValueKind.Integer(1, 3600), "--piece-timeout")
    {
        Description = "Seconds that a worker may take to answer before its work is given to another [default: 30].",
    };

    private readonly Option<int?> _giveUp = new ValueOption<int?>(ValueKind.Integer(1, 86400), "--give-up-after") { Description = "Seconds without an answer of any worker before giving up [default: 60]." };

    /// <param name="purpose">What the cluster is for.</param>
    public ClusterOptionSet(string purpose)
    {
        _cluster = new ValueOption<ClusterMembership?>(ValueKind.Cluster, "--cluster") { Summary = "Workers that count: localhost, redis:HOST:PORT or another", Description = $"{purpose}: localhost[:PORT], redis:HOST:PORT[,OPTIONS], or \"postgres:CONNECTION STRING\"." };
    }

    public void AddTo(CliCommand command)
    {
        command.AddOptions(HelpGroup.Cluster, [_cluster, .. Others]);
    }

    private Option[] Others => [_id, _secret, _authority, _tlsName, _pieceTimeout, _giveUp];

    /// <summary>Whether a cluster is named.</summary>
    public bool IsGiven(ParseResult parsed) => parsed.GetValue(_cluster) is not null;

    /// <exception cref="ArgumentException">An option is given without a cluster.</exception>
    public void RefuseUseless(ParseResult parsed)
    {
        if (!IsGiven(parsed) && Others.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } useless)
            throw new ArgumentException($"{useless.Name} needs --cluster; give both.");
    }

    /// <summary>Connects to the cluster that is named; null where none is.</summary>
    /// <exception cref="AblationClusterException">No worker answers.</exception>
    /// <exception cref="ArgumentException">An option is out of its range, or one is given without a cluster.</exception>
    public async Task<AblationCluster?> ConnectAsync(ParseResult parsed, ToolConsole console, CancellationToken cancellation)
    {
        RefuseUseless(parsed);
        if (!IsGiven(parsed))
            return null;
        AblationClusterOptions options = Apply(parsed, new AblationClusterOptions());
        try
        {
            AblationCluster cluster = await AblationCluster.ConnectAsync(options, new SentenceLogger(console.Say), cancellation);
            // Ends all waiting for votes.
            cancellation.Register(() => _ = cluster.DisposeAsync().AsTask());
            return cluster;
        }
        catch (AblationClusterException exception)
        {
            throw new AblationClusterException($"{exception.Message} 'ablation worker --cluster {options.Membership}' starts one.", exception);
        }
    }

    /// <summary>The given options, with what was given on the command line in their place.</summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="IOException">The file of the secret is missing.</exception>
    public T Apply<T>(ParseResult parsed, T options)
        where T : AblationClusterOptions
    {
        return options with
        {
            Membership = parsed.GetValue(_cluster) ?? options.Membership,
            ClusterId = parsed.GetValue(_id) ?? options.ClusterId,
            Secret = SecretOf(parsed),
            AuthorityFile = parsed.GetValue(_authority),
            TlsName = parsed.GetValue(_tlsName) ?? options.TlsName,
            PieceTimeout = parsed.GetValue(_pieceTimeout) is { } piece ? TimeSpan.FromSeconds(piece) : options.PieceTimeout,
            GiveUpAfter = parsed.GetValue(_giveUp) is { } giveUp ? TimeSpan.FromSeconds(giveUp) : options.GiveUpAfter,
        };
    }

    private string? SecretOf(ParseResult parsed)
    {
        if (parsed.GetValue(_secret) is not { } file)
            return Environment.GetEnvironmentVariable(SecretVariable);
        return File.Exists(file)
            ? File.ReadAllText(file).Trim()
            : throw new FileNotFoundException($"There is no file '{file}' with the cluster's secret; 'openssl rand -hex 32 > {file}' makes one.");
    }
}
