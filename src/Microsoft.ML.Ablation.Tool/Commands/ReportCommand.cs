using System.CommandLine;
using Microsoft.ML.Ablation.Files;
using Microsoft.ML.Ablation.Tool.Attacking;
using Microsoft.ML.Ablation.Tool.Output;
using Microsoft.ML.Ablation.Tool.Report;
using Microsoft.ML.Ablation.Tool.Tables;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary><c>ablation report</c>: a page about finished or running certifications.</summary>
internal static class ReportCommand
{
    public static CliCommand Create()
    {
        var command = new CliCommand("report", "Write a page with what run folders certify. With a model and its data, it shows images of rows too.");
        var runs = new RunOptions("Run folders that 'certify --run' wrote; details are of the first.");
        var options = new ReportOptionSet();
        var data = new DataOptions();
        var heldOut = new HeldOutOptions();
        var output = new OutputOptions();
        runs.AddTo(command);
        options.AddTo(command);
        data.AddTo(command, ownFiles: true);
        heldOut.AddTo(command);
        output.AddTo(command);
        command.SetWork(async (parsed, cancellation) =>
        {
            ToolConsole console = output.Read(parsed);
            ReportRequest request = options.Read(parsed);
            AtomicFile.CheckWritable(request.Page);
            if (runs.AreNumbers(parsed))
            {
                WriteNumbers(runs.LoadNumbers(parsed), runs.Within(parsed), request, console);
                return ExitCode.Success;
            }
            EvaluatedRun[] evaluated = runs.Load(parsed);
            AttackedRun? attacked = request.Attack is { } attack ? AttackedRun.Load(attack) : null;
            RowPictures? pictures = null;
            AttackSection? section = null;
            if (evaluated[0].Manifest.Table is not null)
                request.RefuseImages(evaluated[0].Folder);
            if (request.Model is not null || attacked is not null)
            {
                var ml = new MLContext();
                ImageData images = await data.ResolveAsync(parsed, ml, console, cancellation);
                var drawing = new ReportImages(ml);
                if (request.Model is { } model)
                    pictures = drawing.DrawRows(evaluated[0], model, request.SecretSeed, division => heldOut.Choose(parsed, images, division), cancellation);
                if (attacked is not null)
                    section = drawing.DrawAttack(attacked, request.Model, images.LoadTest());
            }
            IReadOnlyList<ReportPlot> plots = ReportPlot.Of(evaluated);
            Save(request, HtmlReport.Write(evaluated, plots, pictures, section), section?.Plot is { } bounds ? [.. plots, bounds] : plots, [.. evaluated.Select(run => run.Folder)], console);
            return ExitCode.Success;
        });
        return command;
    }

    private static void WriteNumbers(EvaluatedNumbers[] evaluated, double within, ReportRequest request, ToolConsole console)
    {
        request.RefuseImages(evaluated[0].Folder);
        IReadOnlyList<ReportPlot> plots = ReportPlot.Of(evaluated, within);
        Save(request, NumberReport.Write(evaluated, plots, within), plots, [.. evaluated.Select(run => run.Folder)], console);
    }

    private static void Save(ReportRequest request, string page, IReadOnlyList<ReportPlot> plots, string[] folders, ToolConsole console)
    {
        AtomicFile.WriteAllText(request.Page, page);
        if (request.PlotFolder is { } folder)
            ReportPlot.SaveAll(plots, folder, request.PlotFormat);
        console.Result(new { request.Page, Plots = request.PlotFolder, Runs = folders },
            text => text.Profile.Out.Writer.WriteLine($"{request.Page}: {folders.Length} {(folders.Length == 1 ? "run" : "runs")}"));
    }
}
