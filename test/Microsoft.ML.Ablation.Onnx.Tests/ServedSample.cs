using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Microsoft.ML.Ablation.Onnx.Tests;

/// <summary>The sample <c>serve.cs</c> as a program of its own, on a free port.</summary>
internal sealed class ServedSample : IDisposable
{
    private static readonly string s_source = Path.Combine(FindRoot(), "docs", "samples", "serve.cs");
    private readonly RunningService _service;

    private ServedSample(RunningService service) => _service = service;

    /// <summary>Asks it.</summary>
    public HttpClient Client => _service.Client;

    /// <summary>Its memory in bytes.</summary>
    public long WorkingSet => _service.WorkingSet;

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
        using Process process = Process.Start(new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = Path.GetTempPath(), RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + error.Result);
    }

    /// <summary>Starts what was published, and waits until it listens.</summary>
    public static ServedSample Serve(string folder, params string[] arguments) => new(RunningService.Start(Path.GetTempPath(), [Path.Combine(folder, "serve.dll"), .. arguments]));

    public async Task<JsonNode> GetAsync(string path, CancellationToken cancellation) => JsonNode.Parse(await Client.GetStringAsync(path, cancellation))!;

    /// <summary>Asks for its state until it is as expected.</summary>
    public async Task WaitForAsync(int running, int waiting, CancellationToken cancellation)
    {
        while (await GetAsync("health", cancellation) is var health && ((int)health["running"]!, (int)health["waiting"]!) != (running, waiting))
            await Task.Delay(10, cancellation);
    }

    public void Dispose() => _service.Dispose();

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
