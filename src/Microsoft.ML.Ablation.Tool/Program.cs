using System.CommandLine;
using System.Globalization;
using Microsoft.ML.Ablation.Tool.Commands;
using Microsoft.ML.Ablation.Tool.Help;
using Microsoft.ML.Ablation.Tool.Output;

namespace Microsoft.ML.Ablation.Tool;

internal static class Program
{
    /// <summary>All verbs.</summary>
    public static RootCommand CreateRoot()
    {
        RootCommand root = new("Classifiers with certified robustness against sparse (L0) attacks.")
        {
            DemoCommand.Create(),
            TrainCommand.Create(),
            TuneCommand.Create(),
            PredictCommand.Create(),
            ExplainCommand.Create(),
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
        OpenMpThreads.SleepWhileWaiting();
        try
        {
            RootCommand root = CreateRoot();
            // Without files of arguments: @name is a value like any other.
            ParseResult parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
            if (parsed.Errors.Count > 0)
            {
                StandardError.WriteFailure(ParseFailure.Describe(parsed, root));
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
}
