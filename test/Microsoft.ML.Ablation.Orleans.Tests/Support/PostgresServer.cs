namespace Microsoft.ML.Ablation.Orleans.Tests.Support;

/// <summary>A PostgreSQL of the tests' own, with an empty database. It does not run as root, so that root starts it as "postgres".</summary>
internal sealed class PostgresServer : IDisposable
{
    private readonly Running _server;

    public PostgresServer(string folder)
    {
        string? programs = Folders().FirstOrDefault(place => File.Exists(Path.Combine(place, "initdb")) && File.Exists(Path.Combine(place, "postgres")));
        if (programs is null)
            Assert.Inconclusive("PostgreSQL is not installed; on Debian and Ubuntu 'apt-get install postgresql' installs it.");
        int port = InProcessWorker.FreePort();
        string data = Path.Combine(Path.GetTempPath(), $"ablation-postgres-{Guid.NewGuid():N}");
        Directory.CreateDirectory(data);
        Data = data;
        if (IsRoot)
            Run(folder, "chown", "postgres", data);
        RunAsServer(data, Path.Combine(programs!, "initdb"), "-D", data, "-U", "tests", "--auth", "trust");
        string[] start = [Path.Combine(programs!, "postgres"), "-D", data, "-p", $"{port}", "-h", "127.0.0.1", "-k", data];
        _server = IsRoot ? Running.Start("runuser", data, ["-u", "postgres", "--", .. start]) : Running.Start(start[0], data, start[1..]);
        _server.WaitFor("ready to accept connections");
        Cluster = $"postgres:Host=127.0.0.1;Port={port};Database=postgres;Username=tests";
    }

    /// <summary>What names it on the command line.</summary>
    public string Cluster { get; }

    private string Data { get; }

    private static bool IsRoot => Environment.UserName == "root";

    public void Dispose()
    {
        _server.Stop();
        _server.Dispose();
        Directory.Delete(Data, recursive: true);
    }

    private static IEnumerable<string> Folders()
        => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Concat(Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin")) : []);

    private static void RunAsServer(string folder, params string[] command)
    {
        if (IsRoot)
            Run(folder, "runuser", ["-u", "postgres", "--", .. command]);
        else
            Run(folder, command[0], command[1..]);
    }

    private static void Run(string folder, string program, params string[] arguments)
    {
        using Running running = Running.Start(program, folder, arguments);
        Assert.AreEqual(0, running.Wait(), running.Said);
    }
}
