using System.Diagnostics;

namespace Microsoft.ML.Ablation.Tool.Tests;

/// <summary>Runs a program and collects what it says.</summary>
internal sealed record ToolProcess(int ExitCode, string Output, string Error)
{
    private const string DataVariable = "ABLATION_DATA";

    /// <summary>The folder of the solution, found upwards from the tests.</summary>
    public static string RepositoryRoot { get; } = FindRoot();

    /// <summary>
    /// Runs <c>ablation</c> as it was built beside the tests: its entry point within this process, which saves a second each time. The commands of
    /// the documents are run as the program that users start.
    /// </summary>
    public static ToolProcess Ablation(string folder, params string[] arguments)
    {
        // Streams, folder and environment are the whole process's; tests of one assembly run one after the other.
        (TextWriter output, TextWriter error, string here) = (Console.Out, Console.Error, Environment.CurrentDirectory);
        string? data = Environment.GetEnvironmentVariable(DataVariable);
        using StringWriter said = new(), failed = new();
        try
        {
            Console.SetOut(said);
            Console.SetError(failed);
            Environment.CurrentDirectory = folder;
            Environment.SetEnvironmentVariable(DataVariable, null);
            int code = Program.Main(arguments).GetAwaiter().GetResult();
            return new ToolProcess(code, said.ToString(), failed.ToString());
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
            Environment.CurrentDirectory = here;
            Environment.SetEnvironmentVariable(DataVariable, data);
        }
    }

    /// <summary>Runs <c>ablation</c> as a program, whose start, memory and streams are its own.</summary>
    public static ToolProcess OwnProcess(string folder, params string[] arguments)
        => Start("dotnet", folder, [Path.Combine(AppContext.BaseDirectory, "ablation.dll"), .. arguments]);

    /// <summary>
    /// Runs <c>ablation</c>, and stops it as soon as it has written to stderr. SIGTERM takes the way of Ctrl-C; SIGINT itself is
    /// ignored in processes that were started in the background, and so in tests that were.
    /// </summary>
    public static ToolProcess Interrupt(string folder, params string[] arguments)
        => Run("dotnet", folder, [Path.Combine(AppContext.BaseDirectory, "ablation.dll"), .. arguments], interrupt: true);

    public static ToolProcess Start(string program, string folder, params string[] arguments) => Run(program, folder, arguments, interrupt: false);

    /// <summary>Runs <c>ablation</c>, and kills it as soon as a file is there.</summary>
    /// <returns>Whether it was killed before it ended by itself.</returns>
    public static bool KillWhenThereIs(string file, string folder, params string[] arguments)
        => KillWhen(() => File.Exists(file), folder, arguments) && File.Exists(file);

    /// <summary>Runs <c>ablation</c>, and kills it as soon as something holds.</summary>
    /// <returns>Whether it was killed before it ended by itself.</returns>
    public static bool KillWhen(Func<bool> holds, string folder, params string[] arguments)
    {
        using Process process = Process.Start(Describe("dotnet", folder, [Path.Combine(AppContext.BaseDirectory, "ablation.dll"), .. arguments]))!;
        // Read, so that a full pipe does not stop it.
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        while (!holds() && !process.WaitForExit(1))
        {
        }
        process.Kill(); // SIGKILL, where there are signals.
        process.WaitForExit();
        Task.WaitAll(output, error);
        return process.ExitCode != 0;
    }

    private static ToolProcess Run(string program, string folder, string[] arguments, bool interrupt)
    {
        using Process process = Process.Start(Describe(program, folder, arguments))!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        string firstLine = "";
        if (interrupt)
        {
            firstLine = process.StandardError.ReadLine() + "\n";
            using Process kill = Process.Start("kill", ["-TERM", $"{process.Id}"])!;
            kill.WaitForExit();
        }
        Task<string> error = process.StandardError.ReadToEndAsync();
        process.WaitForExit();
        return new ToolProcess(process.ExitCode, output.Result, firstLine + error.Result);
    }

    private static ProcessStartInfo Describe(string program, string folder, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove(DataVariable);
        // Other tests run beside this one; threads of torch that wait should not spin.
        start.Environment["OMP_WAIT_POLICY"] = "PASSIVE";
        return start;
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
