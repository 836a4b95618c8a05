using System.CommandLine;
using Microsoft.ML.Ablation.Files;
using Microsoft.ML.Ablation.Tool.Output;
using Microsoft.ML.Ablation.Tool.Report;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary><c>ablation report</c>: a page about finished or running certifications.</summary>
internal static class ReportCommand
{
    public static CliCommand Create()
    {
        var command = new CliCommand("report", "Write a page with what run folders certify; with a model and its data, with images of rows too.");
        var data = new DataOptions();
        var heldOut = new HeldOutOptions();
        var output = new OutputOptions();
        var runs = new RunOptions("Run folders that 'certify --run' wrote; details are of the first.");
        Option<string> page = new("--out", "-o") { Description = "The page.", DefaultValueFactory = _ => "report.html" };
        Option<string?> plotFolder = new("--plots") { Description = "Folder for the plots as files." };
        Option<PlotFormat> format = new("--plot-format") { Description = "What --plots writes.", DefaultValueFactory = _ => PlotFormat.Svg };
        Option<string?> model = new("--model", "-m")
        {
            Description = "The first run's model: images of its rows are shown, with answers to some of their ablations. Needs the run's data.",
        };
        runs.AddTo(command);
        foreach (Option option in new Option[] { page, plotFolder, format, model })
            command.Options.Add(option);
        data.AddTo(command, ownFiles: true);
        heldOut.AddTo(command);
        output.AddTo(command);
        command.SetWork(async (parsed, cancellation) =>
        {
            ToolConsole console = output.Read(parsed);
            string path = parsed.GetRequiredValue(page);
            AtomicFile.CheckWritable(path);
            EvaluatedRun[] evaluated = runs.Load(parsed);
            RowPictures? pictures = null;
            if (parsed.GetValue(model) is { } modelPath)
            {
                var ml = new MLContext();
                ImageData images = await data.ResolveAsync(parsed, ml, console, cancellation);
                pictures = DrawPictures(ml, modelPath, heldOut.Choose(parsed, images), evaluated[0]);
            }
            IReadOnlyList<ReportPlot> plots = ReportPlot.Of(evaluated);
            AtomicFile.WriteAllText(path, HtmlReport.Write(evaluated, plots, pictures));
            if (parsed.GetValue(plotFolder) is { } folder)
            {
                Directory.CreateDirectory(folder);
                foreach (ReportPlot plot in plots)
                    plot.Plot.Save(Path.Combine(folder, $"{plot.Name}.{parsed.GetValue(format).ToString().ToLowerInvariant()}"));
            }
            var result = new { Page = path, Plots = parsed.GetValue(plotFolder), Runs = evaluated.Select(run => run.Folder).ToArray() };
            console.Result(result, text => text.Profile.Out.Writer.WriteLine($"{path}: {evaluated.Length} {(evaluated.Length == 1 ? "run" : "runs")}"));
            return ExitCode.Success;
        });
        return command;
    }

    private static RowPictures DrawPictures(MLContext ml, string modelPath, IDataView rows, EvaluatedRun run)
    {
        ITransformer loaded = ModelFile.Load(ml, modelPath);
        if (ModelFile.Hash(modelPath) != run.Manifest.Model)
            throw new InvalidDataException($"'{modelPath}' is not the model that '{run.Folder}' certified; give that one.");
        SmoothedCertifierTransformer certifier = Certification.FindCertifier(loaded).WithRetainedPixels(run.Manifest.RetainedPixels);
        ITransformer pipeline = CertifierChain.With(loaded, certifier);
        // Owns the base classifier too, which both certifiers share.
        using var owned = (IDisposable)pipeline;
        if (run.Manifest.FirstRow > 0)
            rows = ml.Data.SkipRows(rows, run.Manifest.FirstRow);
        (IReadOnlyList<CertifiedLine> smallest, IReadOnlyList<CertifiedLine> largest) = HtmlReport.Extremes(run);
        return RowPictures.Draw(pipeline, rows, run, smallest.Concat(largest).Select(row => row.Row));
    }
}

/// <summary>Formats of plots' files.</summary>
internal enum PlotFormat
{
    Svg,
    Png,
}
