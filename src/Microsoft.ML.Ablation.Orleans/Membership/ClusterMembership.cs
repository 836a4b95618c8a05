using System.Globalization;
using System.Net;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Hosting;
using StackExchange.Redis;

namespace Microsoft.ML.Ablation.Orleans;

/// <summary>Where the members of a cluster are registered.</summary>
public sealed class ClusterMembership
{
    /// <summary>The gateway port of a worker, unless told otherwise.</summary>
    public const int DefaultGatewayPort = 30000;

    private readonly Kind _kind;
    private readonly int _port;
    private readonly string _connection = "";

    private ClusterMembership(Kind kind, int port = 0, string connection = "")
    {
        (_kind, _port, _connection) = (kind, port, connection);
    }

    private enum Kind
    {
        Localhost,
        Redis,
        Postgres,
    }

    internal bool IsLocalhost => _kind == Kind.Localhost;

    /// <summary>The port for clients, where the membership determines it.</summary>
    internal int? GatewayPort => IsLocalhost ? _port : null;

    /// <summary>Not registered: one worker on this machine.</summary>
    /// <param name="gatewayPort">The port at which it takes clients.</param>
    public static ClusterMembership Localhost(int gatewayPort = DefaultGatewayPort)
    {
        if (gatewayPort is < 1 or > IPEndPoint.MaxPort)
            throw new ArgumentOutOfRangeException(nameof(gatewayPort), gatewayPort, $"The port is {gatewayPort}; it must be from 1 to {IPEndPoint.MaxPort}.");
        return new(Kind.Localhost, gatewayPort);
    }

    /// <summary>In Redis.</summary>
    /// <param name="configuration">A configuration of StackExchange.Redis: "host:6379", and after commas options such as password=… and ssl=true.</param>
    /// <exception cref="ArgumentException">The text is invalid.</exception>
    public static ClusterMembership Redis(string configuration)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(configuration);
        var options = ConfigurationOptions.Parse(configuration);
        return options.EndPoints.Count > 0 ? new(Kind.Redis, connection: configuration) : throw new ArgumentException("The address of Redis names no host.", nameof(configuration));
    }

    /// <summary>In a PostgreSQL database, by ADO.NET; missing tables are created.</summary>
    /// <param name="connectionString">A connection string of Npgsql: "Host=…;Database=…;Username=…;Password=…".</param>
    /// <exception cref="ArgumentException">The text is invalid.</exception>
    public static ClusterMembership Postgres(string connectionString)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(connectionString);
        return new(Kind.Postgres, connection: new Npgsql.NpgsqlConnectionStringBuilder(connectionString).ConnectionString);
    }

    /// <summary>Reads "localhost", "localhost:PORT", "redis:CONFIGURATION" or "postgres:CONNECTION STRING".</summary>
    /// <exception cref="FormatException">The text is none of them.</exception>
    public static ClusterMembership Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] parts = text.Split(':', 2);
        string rest = parts.Length > 1 ? parts[1] : "";
        try
        {
            switch (parts[0])
            {
                case "localhost" when parts.Length == 1:
                    return Localhost();
                case "localhost" when int.TryParse(rest, NumberStyles.None, CultureInfo.InvariantCulture, out int port):
                    return Localhost(port);
                case "redis" when rest.Length > 0:
                    return Redis(rest);
                case "postgres" when rest.Length > 0:
                    return Postgres(rest);
            }
        }
        catch (ArgumentException e)
        {
            throw new FormatException($"'{parts[0]}:…' is not a cluster: {e.Message}", e);
        }
        throw new FormatException($"'{parts[0]}' is not a cluster; give localhost, localhost:PORT, redis:HOST:PORT or \"postgres:Host=…;Database=…\".");
    }

    /// <summary>The membership, without secrets.</summary>
    public override string ToString() => _kind switch
    {
        Kind.Localhost => FormattableString.Invariant($"localhost:{_port}"),
        Kind.Redis => $"redis:{string.Join(',', ConfigurationOptions.Parse(_connection).EndPoints.Select(Text))}",
        _ => $"postgres:{new Npgsql.NpgsqlConnectionStringBuilder(_connection).Host}",
    };

    internal async Task PrepareAsync(CancellationToken cancellation)
    {
        if (_kind != Kind.Postgres)
            return;
        await using var connection = new Npgsql.NpgsqlConnection(_connection);
        await connection.OpenAsync(cancellation).ConfigureAwait(false);
        await PostgresTables.CreateAsync(connection, cancellation).ConfigureAwait(false);
    }

    /// <param name="silo">The silo.</param>
    /// <param name="endPoint">Where other silos reach it.</param>
    internal void AddTo(ISiloBuilder silo, IPEndPoint endPoint)
    {
        if (_kind == Kind.Redis)
        {
            silo.UseRedisClustering(options => options.ConfigurationOptions = RedisConfiguration());
        }
        else if (_kind == Kind.Postgres)
        {
            silo.UseAdoNetClustering(options =>
            {
                options.Invariant = PostgresTables.Invariant;
                options.ConnectionString = _connection;
            });
        }
        else
        {
            silo.UseDevelopmentClustering(endPoint);
        }
    }

    internal void AddTo(IClientBuilder client)
    {
        if (_kind == Kind.Redis)
        {
            client.UseRedisClustering(options => options.ConfigurationOptions = RedisConfiguration());
        }
        else if (_kind == Kind.Postgres)
        {
            client.UseAdoNetClustering(options =>
            {
                options.Invariant = PostgresTables.Invariant;
                options.ConnectionString = _connection;
            });
        }
        else
        {
            client.UseStaticClustering(new IPEndPoint(IPAddress.Loopback, _port));
        }
    }

    private ConfigurationOptions RedisConfiguration()
    {
        var options = ConfigurationOptions.Parse(_connection);
        // Calls fail at once while Redis is away; the cluster repeats them.
        options.BacklogPolicy = BacklogPolicy.FailFast;
        return options;
    }

    private static string Text(EndPoint endPoint) => endPoint switch
    {
        // 0 stands for the usual port.
        DnsEndPoint { Port: 0 } dns => dns.Host,
        DnsEndPoint dns => $"{dns.Host}:{dns.Port}",
        _ => endPoint.ToString()!,
    };
}
