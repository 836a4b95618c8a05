using System.CommandLine;
using Microsoft.ML.Ablation.Files;
using Microsoft.ML.Ablation.Tool.Output;
using Microsoft.ML.Ablation.Tool.Report;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary><c>ablation report</c>: a page about finished or running certifications.</summary>
internal static class ReportCommand
{
    private static readonly double[] s_shares = [0.25, 0.5, 1, 2, 4];

    public static CliCommand Create()
    {
        var command = new CliCommand("report", "Write a page with what run folders certify; with a model and its data, with images of rows too.");
        var data = new DataOptions();
        var heldOut = new HeldOutOptions();
        var output = new OutputOptions();
        var runs = new RunOptions("Run folders that 'certify --run' wrote; details are of the first.");
        Option<string> page = new("--out", "-o") { Description = "The page.", DefaultValueFactory = _ => "report.html" };
        Option<string?> plotFolder = new("--plots") { Description = "Folder for the plots as SVG files." };
        Option<string?> model = new("--model", "-m")
        {
            Description = "The first run's model: images of its rows are shown, with answers to some of their ablations. Needs the run's data.",
        };
        runs.AddTo(command);
        foreach (Option option in new Option[] { page, plotFolder, model })
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
            IReadOnlyList<ReportPlot> plots = Plots(evaluated);
            AtomicFile.WriteAllText(path, HtmlReport.Write(evaluated, plots, pictures));
            if (parsed.GetValue(plotFolder) is { } folder)
            {
                Directory.CreateDirectory(folder);
                foreach (ReportPlot plot in plots)
                    AtomicFile.WriteAllText(Path.Combine(folder, plot.Name + ".svg"), plot.ToSvgFile());
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
        ITransformer pipeline = Certification.WithCertifier(loaded, certifier);
        // Owns the base classifier too, which both certifiers share.
        using var owned = (IDisposable)pipeline;
        if (run.Manifest.FirstRow > 0)
            rows = ml.Data.SkipRows(rows, run.Manifest.FirstRow);
        (IReadOnlyList<CertifiedLine> smallest, IReadOnlyList<CertifiedLine> largest) = HtmlReport.Extremes(run);
        return RowPictures.Draw(pipeline, rows, run, smallest.Concat(largest).Select(row => row.Row));
    }

    private static ReportPlot[] Plots(IReadOnlyList<EvaluatedRun> runs)
    {
        EvaluatedRun first = runs[0];
        int d = first.Manifest.Positions;
        int[] retained = [.. s_shares.Select(share => (int)Math.Round(share * first.Manifest.RetainedPixels)).Where(k => k >= 1 && k < d).Distinct()];
        return
        [
            ReportPlot.CertifiedAccuracy([.. runs.Select(run => (run.Folder, run.Metrics))], PublishedResult.Of(first.Manifest.Data, d)),
            .. runs.Select((run, i) => ReportPlot.Radii(FormattableString.Invariant($"radii-{i + 1}"),
                runs.Count == 1 ? "Certified radii" : $"Certified radii of {run.Folder}", [.. run.Rows.Select(row => row.Result.Certified.Radius)])),
            .. retained.Length == 0 ? Array.Empty<ReportPlot>() : [ReportPlot.Delta(d, retained)],
        ];
    }
}
