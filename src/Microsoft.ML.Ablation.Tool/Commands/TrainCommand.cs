using System.CommandLine;
using Microsoft.ML.Ablation.Tool.Help;
using Microsoft.ML.Ablation.Tool.Output;
using Microsoft.ML.Ablation.Tool.Tables;
using Spectre.Console;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary><c>ablation train</c>: trains a certified pipeline and saves it.</summary>
internal static class TrainCommand
{
    public static CliCommand Create()
    {
        var command = new CliCommand("train", "Train a certified model on images or a table, and save it.");
        var data = new DataOptions();
        var training = new TrainingOptions();
        var recipe = new RecipeOptions();
        var files = new ImageFileOptions();
        var votes = new VoteOptions();
        var tables = new TrainTableOptions(training, recipe, votes);
        var output = new OutputOptions();
        Option<string> model = new ValueOption<string>(ValueKind.File(".zip"), "--out", "-o") { Summary = "The model file", Description = "The model file.", DefaultValueFactory = _ => "model.zip" };
        data.AddTo(command, ownFiles: true, tables: true);
        tables.AddTo(command);
        training.AddTo(command);
        recipe.AddTo(command);
        files.AddTo(command);
        votes.AddTo(command);
        command.AddOptions(HelpGroup.Output, model);
        output.AddTo(command);
        command.SetWork(async (parsed, cancellation) =>
        {
            ToolConsole console = output.Read(parsed);
            if (data.TableOf(parsed) is { } table)
                return TrainOn(table);
            tables.RequireTable(parsed);
            TrainingSettings settings = training.Apply(parsed, recipe.Start(parsed));
            recipe.Apply(parsed, settings.Trainer);
            // Invalid options are reported before anything is downloaded or read.
            settings.Trainer.ToValidated();
            settings.Ablations.Check(settings.Trainer);
            SmoothedCertifierOptions options = votes.ApplyTo(settings, parsed);
            var ml = new MLContext(settings.Seed);
            console.Follow(ml);
            // A model that cannot be read is reported before anything is downloaded.
            settings.Trainer.InitialModel = recipe.LoadInitialModel(parsed, ml);
            using var initial = settings.Trainer.InitialModel as IDisposable;
            ImageData images = await data.ResolveAsync(parsed, ml, console, cancellation);
            settings = files.Apply(parsed, settings, images);
            string path = parsed.GetRequiredValue(model);
            (ITransformer trained, TimeSpan time) = Training.Run(ml, images.TakeTrain(settings.TrainRows), settings, options, path, console,
                cancellation);
            ((IDisposable)trained).Dispose();
            var result = new TrainingResult(path, images.Name, settings.Ablations.RetainedPixels, settings.Ablations.Masks, settings.Trainer.Epochs, Math.Round(time.TotalSeconds, 1));
            console.Result(result, text => text.WriteLine(FormattableString.Invariant(
                $"{path}: trained on {images.Name} with {settings.Ablations} in {time.TotalSeconds:F0} s")));
            return ExitCode.Success;

            int TrainOn(string file)
            {
                TablePlan plan = tables.ReadPlan(parsed, file);
                foreach (string line in plan.Lines())
                    console.Say(line);
                TableTraining tableTraining = tables.ReadTraining(parsed, plan);
                var context = new MLContext(parsed.GetValue(training.Seed));
                console.Follow(context);
                TableTrainingResult trainedTable = tableTraining.Run(context, parsed.GetRequiredValue(model), console, cancellation);
                console.Result(trainedTable, trainedTable.Print);
                return ExitCode.Success;
            }
        });
        return command;
    }
}
