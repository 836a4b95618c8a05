using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Microsoft.ML.Ablation.Onnx.Tests;

/// <summary>The sample <c>serve.cs</c> as a program of its own, on a free port.</summary>
internal sealed class ServedSample : IDisposable
{
    private static readonly string s_source = Path.Combine(FindRoot(), "docs", "samples", "serve.cs");
    private readonly Process _process;

    private ServedSample(Process process, Uri address) => (_process, Client) = (process, new HttpClient { BaseAddress = address });

    /// <summary>Asks it, over as many connections as there are requests at once.</summary>
    public HttpClient Client { get; }

    public long WorkingSet
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Publishes the sample to a folder.</summary>
    public static void PublishTo(string folder)
    {
        (int code, string said) = Run("publish", s_source, "-o", folder);
        Assert.AreEqual(0, code, said);
    }

    /// <summary>Runs <c>dotnet</c> to its end.</summary>
    /// <returns>The exit code, and all that was said.</returns>
    public static (int ExitCode, string Said) Run(params string[] arguments)
    {
        using Process process = Start(arguments, isErrorRead: true);
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + error.Result);
    }

    /// <summary>Starts what was published, and waits until it listens.</summary>
    public static ServedSample Serve(string folder, params string[] arguments)
    {
        Process process = Start([Path.Combine(folder, "serve.dll"), "--urls", "http://127.0.0.1:0", .. arguments], isErrorRead: false);
        const string listening = "Now listening on: ";
        while (process.StandardOutput.ReadLine() is { } line)
        {
            if (line.IndexOf(listening, StringComparison.Ordinal) is >= 0 and int at)
            {
                // Read on, so that a full pipe does not stop it.
                _ = process.StandardOutput.ReadToEndAsync();
                return new ServedSample(process, new Uri(line[(at + listening.Length)..].Trim()));
            }
        }
        process.WaitForExit();
        throw new AssertFailedException($"The sample ended with {process.ExitCode} before it listened.");
    }

    public async Task<JsonNode> GetAsync(string path, CancellationToken cancellation) => JsonNode.Parse(await Client.GetStringAsync(path, cancellation))!;

    /// <summary>Asks for its state until it is as expected.</summary>
    public async Task WaitForAsync(int running, int waiting, CancellationToken cancellation)
    {
        while (await GetAsync("health", cancellation) is var health && ((int)health["running"]!, (int)health["waiting"]!) != (running, waiting))
            await Task.Delay(10, cancellation);
    }

    public void Dispose()
    {
        Client.Dispose();
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static Process Start(string[] arguments, bool isErrorRead)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = Path.GetTempPath(), RedirectStandardOutput = true, RedirectStandardError = isErrorRead };
        // Processors with large caches let garbage grow to their size before they collect it; 4 MB make growth visible early, on every machine.
        start.Environment["DOTNET_GCgen0size"] = "400000";
        return Process.Start(start)!;
    }

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Microsoft.ML.Ablation.sln")))
                return folder.FullName;
        }
        throw new DirectoryNotFoundException("The tests do not lie below the solution.");
    }
}
