using System.Diagnostics;

namespace Microsoft.ML.Ablation.Tests;

/// <summary>A web service that runs as a program of its own, until it is disposed of.</summary>
internal sealed class RunningService : IDisposable
{
    private readonly Process _process;

    private RunningService(Process process, Uri address) => (_process, Client) = (process, new HttpClient { BaseAddress = address });

    /// <summary>Asks it, over as many connections as there are requests at once.</summary>
    public HttpClient Client { get; }

    /// <summary>Its memory in bytes.</summary>
    public long WorkingSet
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Starts it on a free port, and waits until it says where it listens.</summary>
    /// <param name="folder">The folder in which it runs.</param>
    /// <param name="arguments">Its assembly, and what it is told.</param>
    public static RunningService Start(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [.. arguments, "--urls", "http://127.0.0.1:0"]) { WorkingDirectory = folder, RedirectStandardOutput = true };
        // Processors with large caches let garbage grow to their size before they collect it; 4 MB make growth visible early, on every machine.
        start.Environment["DOTNET_GCgen0size"] = "400000";
        Process process = Process.Start(start)!;
        const string listening = "Now listening on: ";
        while (process.StandardOutput.ReadLine() is { } line)
        {
            if (line.IndexOf(listening, StringComparison.Ordinal) is >= 0 and int at)
            {
                // Read on, so that a full pipe does not stop it.
                _ = process.StandardOutput.ReadToEndAsync();
                return new RunningService(process, new Uri(line[(at + listening.Length)..].Trim()));
            }
        }
        process.WaitForExit();
        throw new AssertFailedException($"The service ended with {process.ExitCode} before it listened.");
    }

    public void Dispose()
    {
        Client.Dispose();
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
