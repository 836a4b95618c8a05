using System.CommandLine;
using Microsoft.ML.Ablation.Tool.Commands;

namespace Microsoft.ML.Ablation.Tool;

internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        RootCommand root = new("Classifiers with certified robustness against sparse (L0) attacks, by randomized ablation.")
        {
            DemoCommand.Create(),
            TrainCommand.Create(),
            CertifyCommand.Create(),
            EvaluateCommand.Create(),
            ReportCommand.Create(),
            BoundsCommand.Create(),
            BenchCommand.Create(),
            InfoCommand.Create(),
        };
        ParseResult parsed = root.Parse(args.Length == 0 ? ["--help"] : args);
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
