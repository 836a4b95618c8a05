using System.CommandLine;
using Microsoft.ML.Ablation.Tool.Help;
using Microsoft.ML.Ablation.Tool.Output;
using Microsoft.ML.Ablation.Tool.Tables;
using Microsoft.ML.Ablation.Tool.Tuning;
using Microsoft.ML.Ablation.TorchSharp;

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
        var budget = new BudgetOption();
        var tables = new TrainTableOptions(training, recipe, votes, budget);
        var output = new OutputOptions();
        Option<string> model = new ValueOption<string>(ValueKind.File(".zip"), "--out", "-o") { Summary = "The model file", Description = "The model file.", DefaultValueFactory = _ => "model.zip" };
        data.AddTo(command, ownFiles: true, tables: true);
        tables.AddTo(command);
        command.AddOptions(HelpGroup.Training, budget.Option);
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
            // Invalid options are reported before anything is downloaded or read.
            TrainingSettings settings = Read(null);
            string? counted = training.HasEpochs(parsed) ? "--epochs" : recipe.GivenLength(parsed);
            _ = budget.Read(parsed, counted, areFiles: false);
            var ml = new MLContext(settings.Seed);
            console.Follow(ml);
            // A model that cannot be read is reported before anything is downloaded.
            settings.Trainer.InitialModel = recipe.LoadInitialModel(parsed, ml);
            using var initial = settings.Trainer.InitialModel as IDisposable;
            ImageData images = await data.ResolveAsync(parsed, ml, console, cancellation);
            ITransformer? initialModel = settings.Trainer.InitialModel;
            settings = Read(images);
            settings.Trainer.InitialModel = initialModel;
            if (images.ListClasses is not null)
            {
                foreach (string line in images.Survey.Lines(settings.ImageFiles!.Size))
                    console.Say(line);
            }
            string path = parsed.GetRequiredValue(model);
            SmoothedCertifierOptions options = votes.ApplyTo(settings, parsed);
            if (budget.Read(parsed, counted, images.ListClasses is not null) is { } time)
                return TrainWithin(time);
            using TrainedModel trained = Training.Run(ml, images.TakeTrain(settings.TrainRows), settings, options, path, console, cancellation);
            AblationChoice ablations = settings.Ablations;
            var result = new TrainingResult(path, images.Name, ablations.RetainedPixels, ablations.Masks, settings.Trainer.Epochs, Math.Round(trained.Time.TotalSeconds, 1));
            console.Result(result, result.Print);
            return ExitCode.Success;

            TrainingSettings Read(ImageData? known)
            {
                TrainingSettings read = recipe.Start(parsed);
                if (known is not null)
                    read = files.Apply(parsed, read, known);
                UsualTraining? usual = null;
                if (read.ImageFiles is { } imageFiles)
                {
                    // The paper's procedure is for random ablations, and so are the networks of its recipes.
                    ImageNetwork? network = training.Network(parsed) ?? recipe.Network(parsed) ?? (votes.IsAsInThePaper(parsed) ? read.Trainer.Network : null);
                    usual = UsualTraining.OfFiles(known!.Survey, imageFiles.Size, network, parsed.GetValue(training.Seed));
                    if (recipe.Network(parsed) is not null)
                        usual = usual with { BatchSize = null };
                }
                read = training.Apply(parsed, read, usual);
                recipe.Apply(parsed, read.Trainer);
                read.Trainer.ToValidated();
                read.Ablations.Check(read.Trainer);
                _ = votes.ApplyTo(read, parsed);
                return read;
            }

            int TrainWithin(TimeSpan limit)
            {
                TrainingFiles written = TrainingFiles.Beside(path);
                CertificationResult certified = new CertifiedTraining(ml, settings, images, options, written, console)
                {
                    Budget = limit,
                    HeldOutShare = recipe.ValidationShare(parsed),
                    MostCertified = CertifiedTraining.MostRows(settings),
                }.Run(cancellation);
                var whole = new TrainingResult(path, images.Name, settings.Ablations.RetainedPixels, settings.Ablations.Masks, certified.Epochs!.Value, certified.TrainingSeconds!.Value)
                {
                    HeldOut = certified,
                    Program = images.ListClasses is null ? null : ModelProgram.OfImageFiles(path),
                };
                console.Result(whole, whole.Print);
                console.Say($"{written}");
                return ExitCode.Success;
            }

            int TrainOn(string file)
            {
                TablePlan plan = tables.ReadPlan(parsed, file);
                foreach (string line in plan.Lines())
                    console.Say(line);
                TableTraining tableTraining = tables.ReadTraining(parsed, plan);
                var context = new MLContext(parsed.GetValue(training.Seed));
                console.Follow(context);
                var written = TrainingFiles.Beside(parsed.GetRequiredValue(model));
                TableTrainingResult trainedTable = tableTraining.Run(context, written, console, cancellation);
                console.Result(trainedTable, trainedTable.Print);
                console.Say(trainedTable.HeldOut is null ? $"Model: {written.Model}." : $"{written}");
                return ExitCode.Success;
            }
        });
        return command;
    }
}
