using System.CommandLine;
using System.Globalization;
using Microsoft.ML.Ablation.Tool.Commands;
using Microsoft.ML.Ablation.Tool.Output;

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
            TuneCommand.Create(),
            CertifyCommand.Create(),
            ConvertCommand.Create(),
            QuantizeCommand.Create(),
            ExportCommand.Create(),
            EvaluateCommand.Create(),
            ReportCommand.Create(),
            ServeCommand.Create(),
            RecountCommand.Create(),
            PublishCommand.Create(),
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
        // The tool is built without cultures; this keeps its words and numbers where it is called from within another program.
        (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (CultureInfo.InvariantCulture, CultureInfo.InvariantCulture);
        try
        {
            RootCommand root = CreateRoot();
            // Without files of arguments: @name is a value like any other.
            ParseResult parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
            if (parsed.Errors.Count > 0)
            {
                StandardError.WriteFailure(Describe(parsed, root));
                return ExitCode.BadInput;
            }
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
            StandardError.WriteFailure(message);
            return code;
        }
    }

    private static string Describe(ParseResult parsed, RootCommand root)
    {
        CliCommand verb = parsed.CommandResult.Command;
        if (verb != root)
            return $"{parsed.Errors[0].Message.TrimEnd()} (ablation {verb.Name} --help shows the options)";
        string given = parsed.UnmatchedTokens is [var word, ..] ? $"'{word}' is not a command; " : "";
        return $"{given}give a command: {string.Join(", ", root.Subcommands.Select(command => command.Name))} (ablation --help explains them)";
    }
}
