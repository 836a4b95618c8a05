using System.CommandLine;
using Microsoft.ML.Ablation.Attacks;
using Microsoft.ML.Ablation.Files;
using Microsoft.ML.Ablation.Orleans.Worker;
using Microsoft.ML.Ablation.Tool.Attacking;
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
        Option<string> page = new ValueOption<string>(ValueKind.Output, "--out", "-o") { Description = "The page.", DefaultValueFactory = _ => "report.html" };
        Option<string?> plotFolder = new ValueOption<string?>(ValueKind.Output, "--plots") { Description = "Folder for the plots as files." };
        Option<PlotFormat> format = new ValueOption<PlotFormat>(ValueKind.Name<PlotFormat>(), "--plot-format") { Description = "What --plots writes.", DefaultValueFactory = _ => PlotFormat.Svg };
        Option<string?> model = new ValueOption<string?>(ValueKind.Input, "--model", "-m")
        {
            Description = "The first run's model: images of its rows are shown, with answers to some of their ablations. Needs the run's data.",
        };
        var secretSeed = new SecretSeedOption("the model's");
        Option<string?> attack = new ValueOption<string?>(ValueKind.Input, "--attack")
        {
            Description = "Run folder that 'attack --run' wrote: what it broke stands beside what is certified, with images. Needs the attack's data.",
        };
        runs.AddTo(command);
        foreach (Option option in new Option[] { page, plotFolder, format, model, attack })
            command.Options.Add(option);
        secretSeed.AddTo(command);
        data.AddTo(command, ownFiles: true);
        heldOut.AddTo(command);
        output.AddTo(command);
        command.SetWork(async (parsed, cancellation) =>
        {
            ToolConsole console = output.Read(parsed);
            string path = parsed.GetRequiredValue(page);
            AtomicFile.CheckWritable(path);
            EvaluatedRun[] evaluated = runs.Load(parsed);
            AttackedRun? attacked = parsed.GetValue(attack) is { } attackFolder ? AttackedRun.Load(attackFolder) : null;
            RowPictures? pictures = null;
            AttackSection? section = null;
            string? modelPath = parsed.GetValue(model);
            ReadOnlyMemory<byte>? secret = secretSeed.Read(parsed);
            if (secret is not null && modelPath is null)
                throw new ArgumentException("--secret-seed is the seed that the run's model was certified with; give --model with it.");
            if (modelPath is not null || attacked is not null)
            {
                var ml = new MLContext();
                ImageData images = await data.ResolveAsync(parsed, ml, console, cancellation);
                if (modelPath is not null)
                    pictures = DrawPictures(ml, modelPath, heldOut.Choose(parsed, images), evaluated[0], secret, cancellation);
                if (attacked is not null)
                    section = AttackSection.Of(attacked, AttackedRows(ml, attacked, modelPath, images.LoadTest()));
            }
            IReadOnlyList<ReportPlot> plots = ReportPlot.Of(evaluated);
            AtomicFile.WriteAllText(path, HtmlReport.Write(evaluated, plots, pictures, section));
            if (section?.Plot is { } bounds)
                plots = [.. plots, bounds];
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

    private static RowPictures DrawPictures(MLContext ml, string modelPath, IDataView rows, EvaluatedRun run, ReadOnlyMemory<byte>? secretSeed,
        CancellationToken cancellation)
    {
        ITransformer loaded = ModelFile.Load(ml, modelPath);
        if (ModelStore.HashOf(modelPath) != run.Manifest.Model)
            throw new InvalidDataException($"'{modelPath}' is not the model that '{run.Folder}' certified; give that one.");
        SmoothedCertifierTransformer certifier = Certification.FindCertifier(loaded).WithRetainedPixels(run.Manifest.RetainedPixels);
        if (secretSeed is not null)
            certifier = certifier.WithOptions(certifier.Options with { Seed = null, SecretSeed = secretSeed });
        if (certifier.Seed.ToString() != run.Manifest.Seed)
        {
            throw new InvalidDataException($"'{run.Folder}' was certified with another seed (it is '{run.Manifest.Seed}' there) than '{modelPath}' has; give the run's "
                + "with --secret-seed.");
        }
        ITransformer pipeline = CertifierChain.With(loaded, certifier);
        // Owns the base classifier too, which both certifiers share.
        using var owned = (IDisposable)pipeline;
        if (run.Manifest.FirstRow > 0)
            rows = ml.Data.SkipRows(rows, run.Manifest.FirstRow);
        (IReadOnlyList<CertifiedLine> smallest, IReadOnlyList<CertifiedLine> largest) = HtmlReport.Extremes(run);
        return RowPictures.Draw(pipeline, rows, run, smallest.Concat(largest).Select(row => row.Row), cancellation);
    }

    /// <summary>Rows with the pixels that were attacked: those of the data, or what the model makes of image files.</summary>
    /// <exception cref="InvalidDataException">Image files are given without the model that was attacked.</exception>
    private static IDataView AttackedRows(MLContext ml, AttackedRun attacked, string? modelPath, IDataView rows)
    {
        string features = attacked.Manifest.Options.FeatureColumnName;
        if (rows.Schema.GetColumnOrNull(features) is not null)
            return rows;
        return modelPath is not null && ModelStore.HashOf(modelPath) == attacked.Manifest.Model
            ? AttackInput.Of(ModelFile.Load(ml, modelPath), rows, features).Rows
            : throw new InvalidDataException($"The images that '{attacked.Folder}' attacked are files, of which its model makes pixels; give that model with --model.");
    }
}

/// <summary>Formats of plots' files.</summary>
internal enum PlotFormat
{
    Svg,
    Png,
}
