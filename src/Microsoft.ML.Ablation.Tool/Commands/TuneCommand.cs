using System.CommandLine;
using Microsoft.ML.Ablation.Tool.Help;
using Microsoft.ML.Ablation.Tool.Output;
using Microsoft.ML.Ablation.Tool.Tuning;
using Microsoft.ML.Ablation.TorchSharp;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary><c>ablation tune</c>: finds retained pixels, masks and rule within a budget of time.</summary>
internal static class TuneCommand
{
    public static CliCommand Create()
    {
        var command = new CliCommand("tune", "Choose retained pixels or fixed masks, and the rule, within a time. Trains, certifies images held out in many ways, and keeps the best.");
        var data = new DataOptions();
        var output = new OutputOptions();
        Option<TimeSpan> budget = new ValueOption<TimeSpan>(ValueKind.Time, "--budget")
        {
            Description = "How long it may take, nearly.",
            DefaultValueFactory = _ => TimeSpan.FromMinutes(30),
        };
        Option<double?> accuracy = new ValueOption<double?>(ValueKind.Number(0, 1), "--accuracy")
        {
            Description = FormattableString.Invariant($"The share of images that has to be right, such as 0.9; of what reaches it, the largest mean radius is chosen [default: {TuningChoice.Slack} below the most accurate]."),
        };
        ImageNetwork[] networks = [.. Enum.GetValues<ImageNetwork>().Where(known => known is not (ImageNetwork.PerMask or ImageNetwork.Bands))];
        Option<ImageNetwork?> network = new ValueOption<ImageNetwork?>(ValueKind.Name(networks), "--network")
        {
            Description = "The network for random ablations [default: FullyConnected for small gray images, SparseResidual for small colour images, ResNet18 for others].",
        };
        Option<int> seed = new ValueOption<int>(ValueKind.Integer(int.MinValue, int.MaxValue), "--seed") { Description = "Seed of the trainings and of the ablations that vote.", DefaultValueFactory = _ => 1 };
        Option<int?> rows = new ValueOption<int?>(ValueKind.Integer(1, OptionLimits.RowsInMemory), "--train-rows") { Description = "Use only the first N training images." };
        Option<string> folder = new ValueOption<string>(ValueKind.Output, "--out", "-o")
        {
            Description = "An empty or new folder for model.zip, the other models, and a run folder for each certification.",
            DefaultValueFactory = _ => "ablation-tune",
        };
        data.AddTo(command, ownFiles: true);
        command.AddOptions(HelpGroup.Training, budget, accuracy, network, seed);
        command.AddOptions(HelpGroup.Data, rows);
        command.AddOptions(HelpGroup.Output, folder);
        output.AddTo(command);
        command.SetWork(async (parsed, cancellation) =>
        {
            ToolConsole console = output.Read(parsed);
            var ml = new MLContext(parsed.GetValue(seed));
            console.Follow(ml);
            ImageData images = await data.ResolveAsync(parsed, ml, console, cancellation);
            var request = new TuningRequest
            {
                Folder = parsed.GetRequiredValue(folder),
                Budget = parsed.GetValue(budget),
                LeastAccuracy = parsed.GetValue(accuracy),
                Network = parsed.GetValue(network),
                Seed = parsed.GetValue(seed),
                TrainRows = parsed.GetValue(rows),
                DataOptions = data.Given(parsed),
            };
            TuningResult result = new Tuner(ml, request, images, console, cancellation).Run();
            console.Result(result, result.Print);
            return ExitCode.Success;
        });
        return command;
    }
}
