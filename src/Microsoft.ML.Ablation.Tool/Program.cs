using System.CommandLine;
using Microsoft.ML.Ablation.Tool.Commands;

namespace Microsoft.ML.Ablation.Tool;

internal static class Program
{
    /// <summary>All verbs.</summary>
    public static RootCommand CreateRoot()
    {
        RootCommand root = new("Classifiers with certified robustness against sparse (L0) attacks, by randomized ablation.")
        {
            DemoCommand.Create(),
            TrainCommand.Create(),
            CertifyCommand.Create(),
            EvaluateCommand.Create(),
            ReportCommand.Create(),
            AttackCommand.Create(),
            WorkerCommand.Create(),
            BoundsCommand.Create(),
            BenchCommand.Create(),
            InfoCommand.Create(),
        };
        HelpWithExamples.AddTo(root);
        return root;
    }

    public static async Task<int> Main(string[] args)
    {
        RootCommand root = CreateRoot();
        ParseResult parsed = root.Parse(args);
        if (parsed.CommandResult.Command == root && parsed.Errors.Count > 0)
        {
            string given = parsed.UnmatchedTokens is [var word, ..] ? $"'{word}' is not possible here; " : "";
            await Console.Error.WriteLineAsync($"ablation: {given}say what to do: {string.Join(", ", root.Subcommands.Select(verb => verb.Name))} "
                + "(ablation --help explains them)");
            return ExitCode.BadInput;
        }
        if (parsed.Errors.Count > 0)
        {
            await Console.Error.WriteLineAsync($"ablation: {parsed.Errors[0].Message} (ablation --help shows what is possible)");
            return ExitCode.BadInput;
        }
        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                // Ctrl-C ends the row or batch at hand; ImageNet-sized ones take a while.
                ProcessTerminationTimeout = TimeSpan.FromSeconds(30),
            });
        }
        catch (Exception e)
        {
            (int code, string message) = ExitCode.Of(e);
            await Console.Error.WriteLineAsync($"ablation: {message}");
            return code;
        }
    }
}
