using System.CommandLine;
using Microsoft.ML.Ablation.Tool.Help;
using Microsoft.ML.Ablation.Tool.Output;
using Microsoft.ML.Ablation.Tool.Tuning;
using Microsoft.ML.Ablation.TorchSharp;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary><c>ablation demo</c>: trains, certifies, says what is certified, what that means and what to type next.</summary>
internal static class DemoCommand
{
    private const int DigitsToTrain = 12_000, SmallSide = 28;

    /// <summary>Less than a minute, so that all of the demo takes less than two, whatever the machine.</summary>
    private static readonly TimeSpan s_budget = TimeSpan.FromSeconds(45);

    public static CliCommand Create()
    {
        var command = new CliCommand("demo", "Train a classifier, certify test images, say what is certified. Also says what to type next, all in less than two minutes.");
        var data = new DataOptions();
        var training = new TrainingOptions();
        var votes = new VoteOptions();
        var output = new OutputOptions();
        Option<int?> rows = new ValueOption<int?>(ValueKind.Integer(1, OptionLimits.Rows), "--rows")
        {
            Summary = "Test images to certify",
            Description = "Test images to certify [default: 500, with random ablations 50].",
        };
        Option<string> folder = new ValueOption<string>(ValueKind.Output, "--out", "-o")
        {
            Summary = "Folder for model, table, report and votes",
            Description = "Folder for model.zip, certified.csv, report.html and the votes.",
            DefaultValueFactory = _ => "ablation-demo",
        };
        data.AddTo(command, ownFiles: false);
        training.AddTo(command);
        votes.AddTo(command);
        command.AddOptions(HelpGroup.Data, rows);
        command.AddOptions(HelpGroup.Output, folder);
        output.AddTo(command);
        command.SetWork(async (parsed, cancellation) =>
        {
            ToolConsole console = output.Read(parsed);
            // Invalid options are reported before anything is downloaded or written.
            _ = Read(null);
            var ml = new MLContext(parsed.GetValue(training.Seed));
            console.Follow(ml);
            ImageData images = await data.ResolveAsync(parsed, ml, console, cancellation);
            (TrainingSettings settings, SmoothedCertifierOptions options) = Read(images);
            string directory = parsed.GetRequiredValue(folder);
            Directory.CreateDirectory(directory);
            var files = TrainingFiles.In(directory);
            CertificationResult result = new CertifiedTraining(ml, settings, images, options, files, console)
            {
                Budget = training.HasEpochs(parsed) ? null : s_budget,
                MostCertified = parsed.GetValue(rows) ?? CertifiedTraining.MostRows(settings),
            }.Run(cancellation);
            console.Result(result, text =>
            {
                result.Print(text);
                WriteNext(text.Profile.Out.Writer, files, images.IsGenerated ? " --generated" : data.Given(parsed));
            });
            return ExitCode.Success;

            (TrainingSettings Settings, SmoothedCertifierOptions Options) Read(ImageData? known)
            {
                var usual = new TrainingSettings { TrainRows = known?.IsGenerated == true ? DigitsToTrain : null };
                if (known is not null)
                    usual = ImageFileOptions.ApplyDefaults(usual, known);
                (ImageNetwork? network, int seed) = (training.Network(parsed), parsed.GetValue(training.Seed));
                // The paper's procedure is for random ablations, and so are most networks.
                bool isRandom = votes.IsAsInThePaper(parsed) || network is not (null or ImageNetwork.PerMask);
                UsualTraining? suited = usual.ImageFiles is { } imageFiles && !votes.IsAsInThePaper(parsed) ? UsualTraining.OfFiles(known!.Survey, imageFiles.Size, network, seed)
                    : isRandom ? null : UsualTraining.Of(new ImageShape(1, SmallSide, SmallSide), network, seed);
                TrainingSettings read = training.Apply(parsed, usual, suited);
                return (read, votes.ApplyTo(read, parsed));
            }
        });
        return command;
    }

    private static void WriteNext(TextWriter text, TrainingFiles files, string data)
    {
        (string model, string program) = (CommandText.Quote(files.Model), CommandText.Program());
        text.WriteLine($"\nThe report is {files.Page}, a line for each image {files.Table}. Next:");
        text.WriteLine($"  {program} serve{data} --model {model}");
        text.WriteLine("      a page: draw digits, change pixels, watch the answer stand");
        text.WriteLine($"  {program} train --data FOLDER");
        text.WriteLine("      your own images: a folder for each class");
        text.WriteLine($"  {program} train --data FILE.csv --label NAME");
        text.WriteLine("      your own table");
        text.WriteLine($"  {program} certify{data} --model {model} --rows 1000 --run more");
        text.WriteLine("      more images, and every vote of theirs kept");
    }
}
