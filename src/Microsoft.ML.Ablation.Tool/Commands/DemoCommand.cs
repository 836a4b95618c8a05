using System.CommandLine;
using Microsoft.ML.Ablation.Tool.Help;
using Microsoft.ML.Ablation.Tool.Output;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary><c>ablation demo</c>: trains, certifies, prints the table.</summary>
internal static class DemoCommand
{
    private const int RowsToCertify = 500;
    private const int EpochsOnDigits = 8, DigitsToTrain = 12_000, DigitsToCertify = 100;

    public static CliCommand Create()
    {
        var command = new CliCommand("demo", "Train a classifier, certify test images, print what is certified.");
        var data = new DataOptions();
        var training = new TrainingOptions();
        var votes = new VoteOptions();
        var output = new OutputOptions();
        Option<int?> rows = new ValueOption<int?>(ValueKind.Integer(1, OptionLimits.Rows), "--rows") { Summary = "Test images to certify", Description = $"Test images to certify [default: {RowsToCertify}; generated digits: {DigitsToCertify}]." };
        Option<string> folder = new ValueOption<string>(ValueKind.Output, "--out", "-o")
        {
            Summary = "Folder for model.zip and certified.csv",
            Description = "Folder for model.zip and certified.csv.",
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
            SmoothedCertifierOptions options = votes.ApplyTo(training.Apply(parsed, new TrainingSettings()), parsed);
            string directory = parsed.GetRequiredValue(folder);
            string modelPath = Path.Combine(directory, "model.zip"), csvPath = Path.Combine(directory, "certified.csv");
            var ml = new MLContext(parsed.GetValue(training.Seed));
            console.Follow(ml);
            ImageData images = await data.ResolveAsync(parsed, ml, console, cancellation);
            Directory.CreateDirectory(directory);
            var usual = new TrainingSettings();
            if (images.IsGenerated)
                usual = new TrainingSettings { TrainRows = DigitsToTrain, Trainer = { Epochs = EpochsOnDigits } };
            TrainingSettings settings = ImageFileOptions.ApplyDefaults(training.Apply(parsed, usual), images);
            (ITransformer model, TimeSpan trained) = Training.Run(ml, images.TakeTrain(settings.TrainRows), settings, options, modelPath,
                console, cancellation);
            using var owned = (IDisposable)model;
            int count = parsed.GetValue(rows) ?? (images.IsGenerated ? DigitsToCertify : RowsToCertify);
            CertificationResult result = new CertificationRun(model, ml.Data.TakeRows(images.LoadTest(), count), images.Name) { TablePath = csvPath }
                .Run(console, cancellation);
            result = result with { Model = modelPath, TrainingSeconds = Math.Round(trained.TotalSeconds, 1) };
            console.Result(result, result.Print);
            console.Say($"Model: {modelPath}; a line per image: {csvPath}.");
            return ExitCode.Success;
        });
        return command;
    }
}
