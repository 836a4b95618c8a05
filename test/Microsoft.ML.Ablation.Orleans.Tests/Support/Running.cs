using System.Collections.Concurrent;
using System.Diagnostics;

namespace Microsoft.ML.Ablation.Orleans.Tests.Support;

/// <summary>A program that runs beside the tests, with what it has said so far. Disposed, it is killed.</summary>
internal sealed class Running : IDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();

    private Running(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, e) => Add(e.Data);
        process.ErrorDataReceived += (_, e) => Add(e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string Said => string.Join('\n', _lines);

    public bool HasEnded => _process.HasExited;

    public static Running Ablation(string folder, params string[] arguments)
        => Start("dotnet", folder, [Path.Combine(AppContext.BaseDirectory, "ablation.dll"), .. arguments]);

    public static Running Start(string program, string folder, string[] arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Remove("ABLATION_DATA");
        start.Environment["OMP_WAIT_POLICY"] = "PASSIVE";
        // What a program leaves behind that is killed goes with the folder of the tests.
        start.Environment["TMPDIR"] = folder;
        foreach ((string name, string value) in environment)
            start.Environment[name] = value;
        return new Running(Process.Start(start)!);
    }

    /// <summary>Waits until it has said something.</summary>
    public void WaitFor(string text) => WaitUntil(() => Said.Contains(text, StringComparison.Ordinal), $"it says '{text}'");

    /// <summary>Waits until something holds, while it runs.</summary>
    public void WaitUntil(Func<bool> holds, string what)
    {
        var watch = Stopwatch.StartNew();
        while (!holds())
        {
            if (_process.HasExited && !holds())
                Assert.Fail($"It ended with {_process.ExitCode} before {what}: {Said}");
            if (watch.Elapsed > TimeSpan.FromMinutes(3))
                Assert.Fail($"Three minutes passed before {what}: {Said}");
            Thread.Sleep(20);
        }
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>Its exit code.</returns>
    public int Wait()
    {
        Assert.IsTrue(_process.WaitForExit(TimeSpan.FromMinutes(5)), $"It does not end: {Said}");
        _process.WaitForExit(); // Until its last line has been read.
        return _process.ExitCode;
    }

    /// <summary>SIGKILL.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>SIGTERM, as whoever stops services sends it.</summary>
    public int Stop()
    {
        Signal("TERM");
        return Wait();
    }

    /// <summary>SIGSTOP: it does nothing until <see cref="Continue"/>.</summary>
    public void Pause() => Signal("STOP");

    /// <summary>SIGCONT.</summary>
    public void Continue() => Signal("CONT");

    public void Dispose()
    {
        if (!_process.HasExited)
            Kill();
        _process.Dispose();
    }

    private void Signal(string name)
    {
        using Process kill = Process.Start("kill", [$"-{name}", $"{_process.Id}"])!;
        kill.WaitForExit();
    }

    private void Add(string? line)
    {
        if (line is not null)
            _lines.Enqueue(line);
    }
}
