using Npgsql;

namespace Microsoft.ML.Ablation.Orleans;

/// <summary>
/// The tables of Orleans's clustering by ADO.NET, which reads the statements that it uses from a table: their names, parameters and columns are its
/// contract, the statements depend on the database.
/// </summary>
internal static class PostgresTables
{
    public const string Invariant = "Npgsql";

    // Any number, the same in every worker: they take turns to check whether the tables exist.
    private const long TurnNumber = 0x61626C6174696F6E;

    private const string Tables =
        """
        CREATE TABLE orleansquery (querykey varchar(64) PRIMARY KEY, querytext text NOT NULL);
        CREATE TABLE orleansmembershipversiontable (
            deploymentid varchar(150) PRIMARY KEY,
            timestamp timestamptz NOT NULL DEFAULT now(),
            version integer NOT NULL DEFAULT 0);
        CREATE TABLE orleansmembershiptable (
            deploymentid varchar(150) NOT NULL REFERENCES orleansmembershipversiontable,
            address varchar(45) NOT NULL,
            port integer NOT NULL,
            generation integer NOT NULL,
            siloname varchar(150) NOT NULL,
            hostname varchar(150) NOT NULL,
            status integer NOT NULL,
            proxyport integer,
            suspecttimes text,
            starttime timestamptz NOT NULL,
            iamalivetime timestamptz NOT NULL,
            PRIMARY KEY (deploymentid, address, port, generation));
        """;

    private const string Silo = "deploymentid = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation";

    // A change of a member counts the version up, if it is still the one that was read; both or neither.
    private const string NextVersion =
        """
        WITH next AS (
            UPDATE orleansmembershipversiontable SET version = version + 1, timestamp = now()
            WHERE deploymentid = @DeploymentId AND version = @Version
            RETURNING deploymentid)
        """;

    private const string ReadMembers =
        """
        SELECT v.deploymentid, m.address, m.port, m.generation, m.siloname, m.hostname, m.status, m.proxyport, m.suspecttimes, m.starttime,
            m.iamalivetime, v.version
        FROM orleansmembershipversiontable v LEFT JOIN orleansmembershiptable m ON m.deploymentid = v.deploymentid
        """;

    private static readonly Dictionary<string, string> s_statements = new()
    {
        ["UpdateIAmAlivetimeKey"] = $"UPDATE orleansmembershiptable SET iamalivetime = @IAmAliveTime WHERE {Silo}",
        ["InsertMembershipVersionKey"] =
            """
            WITH added AS (
                INSERT INTO orleansmembershipversiontable (deploymentid) VALUES (@DeploymentId) ON CONFLICT DO NOTHING RETURNING 1)
            SELECT count(*)::integer FROM added
            """,
        // A member that is there already violates the primary key, which undoes the new version too.
        ["InsertMembershipKey"] =
            $"""
            {NextVersion}, changed AS (
                INSERT INTO orleansmembershiptable
                    (deploymentid, address, port, generation, siloname, hostname, status, proxyport, starttime, iamalivetime)
                SELECT deploymentid, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime FROM next
                RETURNING 1)
            SELECT count(*)::integer FROM changed
            """,
        ["UpdateMembershipKey"] =
            $"""
            {NextVersion}, changed AS (
                UPDATE orleansmembershiptable SET status = @Status, suspecttimes = @SuspectTimes, iamalivetime = @IAmAliveTime
                WHERE {Silo} AND EXISTS (SELECT 1 FROM next)
                RETURNING 1)
            SELECT count(*)::integer FROM changed
            """,
        ["MembershipReadRowKey"] =
            $"{ReadMembers} AND m.address = @Address AND m.port = @Port AND m.generation = @Generation WHERE v.deploymentid = @DeploymentId",
        ["MembershipReadAllKey"] = $"{ReadMembers} WHERE v.deploymentid = @DeploymentId",
        ["DeleteMembershipTableEntriesKey"] =
            """
            DELETE FROM orleansmembershiptable WHERE deploymentid = @DeploymentId;
            DELETE FROM orleansmembershipversiontable WHERE deploymentid = @DeploymentId
            """,
        ["GatewaysQueryKey"] =
            "SELECT address, proxyport, generation FROM orleansmembershiptable WHERE deploymentid = @DeploymentId AND status = @Status AND proxyport > 0",
        // 3 is the status Active.
        ["CleanupDefunctSiloEntriesKey"] =
            "DELETE FROM orleansmembershiptable WHERE deploymentid = @DeploymentId AND iamalivetime < @IAmAliveTime AND status <> 3",
    };

    /// <summary>Makes the tables in the connection's database, if they are not there.</summary>
    public static async Task CreateAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellation).ConfigureAwait(false);
        await using var turn = new NpgsqlCommand($"SELECT pg_advisory_xact_lock({TurnNumber}), to_regclass('orleansquery') IS NULL", connection, transaction);
        await using (NpgsqlDataReader reader = await turn.ExecuteReaderAsync(cancellation).ConfigureAwait(false))
        {
            await reader.ReadAsync(cancellation).ConfigureAwait(false);
            if (!reader.GetBoolean(1))
                return;
        }
        await using (var tables = new NpgsqlCommand(Tables, connection, transaction))
            await tables.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
        foreach ((string name, string text) in s_statements)
        {
            await using var insert = new NpgsqlCommand("INSERT INTO orleansquery VALUES (@name, @text)", connection, transaction);
            insert.Parameters.AddWithValue("name", name);
            insert.Parameters.AddWithValue("text", text);
            await insert.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
        }
        await transaction.CommitAsync(cancellation).ConfigureAwait(false);
    }
}
