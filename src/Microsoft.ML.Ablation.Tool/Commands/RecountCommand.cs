using System.CommandLine;
using Microsoft.ML.Ablation.Tool.Help;
using Microsoft.ML.Ablation.Tool.Output;
using Microsoft.ML.Ablation.Tool.Runs;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary><c>ablation recount</c>: checks a run that somebody else has published.</summary>
internal static class RecountCommand
{
    public static CliCommand Create()
    {
        var command = new CliCommand("recount", "Count the votes of a run again, and compare. It needs the keys of its rows but not its seed; fixed masks are asked again.");
        var data = new DataOptions();
        var heldOut = new HeldOutOptions();
        var output = new OutputOptions();
        Option<string> run = new ValueOption<string>(ValueKind.Input, "--run") { Description = "Run folder that 'certify --run' wrote.", Required = true };
        Option<string> model = new ValueOption<string>(ValueKind.Input, "--model", "-m") { Description = "The run's model.", Required = true };
        Option<int?> rows = new ValueOption<int?>(ValueKind.Integer(1, OptionLimits.Rows), "--rows")
        {
            Description = "Recount at most this many rows of the run, from its first [default: all].",
        };
        command.AddOptions(HelpGroup.Model, run, model);
        command.AddOptions(HelpGroup.Data, rows);
        data.AddTo(command, ownFiles: true);
        heldOut.AddTo(command);
        output.AddTo(command);
        command.SetWork(async (parsed, cancellation) =>
        {
            ToolConsole console = output.Read(parsed);
            string folder = parsed.GetRequiredValue(run), modelPath = parsed.GetRequiredValue(model);
            var subject = new RunSubject(folder, EvaluatedRun.Load(folder, RunClaims.None).Manifest);
            var ml = new MLContext();
            (ITransformer loaded, SmoothedCertifierTransformer certifier) = subject.LoadModel(ml, modelPath, out RowDivision? division);
            using var owned = loaded as IDisposable;
            ImageData images = await data.ResolveAsync(parsed, ml, console, cancellation);
            IDataView view = subject.RowsOf(ml, heldOut.Choose(parsed, images, division));
            // Votes or contests, as the run counted.
            certifier = certifier.WithOptions(certifier.Options with { Rule = subject.Manifest.KnownRule() });
            RecountResult result = Recounting.Run(CertifierChain.With(loaded, certifier), view, folder, parsed.GetValue(rows) ?? int.MaxValue, console, cancellation);
            console.Result(result, text => text.Profile.Out.Writer.WriteLine(result.Differing.Count == 0
                ? $"{folder}: {result.Rows} rows recounted, all as in the run"
                : $"{folder}: {result.Rows} rows recounted, {result.Differing.Count} not as in the run: {string.Join(", ", result.Differing.Take(20))}"));
            return result.Differing.Count == 0 ? ExitCode.Success : ExitCode.Failure;
        });
        return command;
    }
}
