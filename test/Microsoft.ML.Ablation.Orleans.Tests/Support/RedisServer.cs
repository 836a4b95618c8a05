namespace Microsoft.ML.Ablation.Orleans.Tests.Support;

/// <summary>A Redis of the tests' own, which keeps what it knows in a folder.</summary>
internal sealed class RedisServer : IDisposable
{
    private readonly string _folder;
    private Running _server;

    public RedisServer(string folder)
    {
        if (!Programs.IsThere("redis-server"))
            Assert.Inconclusive("redis-server is not installed; on Debian and Ubuntu 'apt-get install redis-server' installs it.");
        _folder = Directory.CreateDirectory(Path.Combine(folder, $"redis-{Guid.NewGuid():N}")).FullName;
        Port = InProcessWorker.FreePort();
        _server = Start();
    }

    public int Port { get; }

    /// <summary>What names it on the command line.</summary>
    public string Cluster => $"redis:127.0.0.1:{Port}";

    public void Leave() => _server.Stop();

    public void ComeBack()
    {
        _server.Dispose();
        _server = Start();
    }

    public void Dispose() => _server.Dispose();

    private Running Start()
    {
        var server = Running.Start("redis-server", _folder, ["--port", $"{Port}", "--bind", "127.0.0.1", "--appendonly", "yes", "--dir", _folder]);
        server.WaitFor("Ready to accept connections");
        return server;
    }
}

internal static class Programs
{
    public static bool IsThere(string name)
        => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, name)));
}
