using System.CommandLine;
using System.Text.Json.Nodes;
using Microsoft.ML.Ablation.Attacks;
using Microsoft.ML.Ablation.Tool.Attacking;
using Microsoft.ML.Ablation.Tool.Output;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary><c>ablation attack</c>: looks for few pixels that change a model's answers.</summary>
internal static class AttackCommand
{
    public static CliCommand Create()
    {
        var command = new CliCommand("attack", "Look for few changed pixels that make a saved model answer wrongly or abstain.");
        var data = new DataOptions();
        var attacking = new AttackOptionSet();
        var votes = new VoteOptions();
        var output = new OutputOptions();
        Option<string> model = new("--model", "-m") { Description = "The model file, smoothed or plain.", Required = true };
        Option<int?> rows = new("--rows") { Description = "Attack only so many images [default: all]." };
        Option<int> skip = new("--skip") { Description = "Leave out so many images first.", DefaultValueFactory = _ => 0 };
        Option<int?> k = new("--k", "-k") { Description = "Retained pixels of a smoothed model [default: as many as in training]." };
        Option<string?> table = new("--out", "-o") { Description = "CSV file with a line per image." };
        Option<string?> run = new("--run") { Description = "Folder that keeps every finished image; where it holds an attack, that goes on after its last image." };
        rows.MustBeAtLeast(1);
        skip.MustBeAtLeast(0);
        k.MustBeAtLeast(1);
        data.AddTo(command, ownFiles: true);
        foreach (Option option in new Option[] { model, k, rows, skip, table, run })
            command.Options.Add(option);
        attacking.AddTo(command);
        votes.AddTo(command);
        output.AddTo(command);
        command.SetWork(async (parsed, cancellation) =>
        {
            ToolConsole console = output.Read(parsed);
            var ml = new MLContext();
            console.Follow(ml);
            string modelPath = parsed.GetRequiredValue(model);
            ITransformer attacked = ModelFile.Load(ml, modelPath);
            if (CertifierChain.Find(attacked) is { } certifier)
            {
                certifier = certifier.WithOptions(votes.Apply(parsed, certifier.Options));
                if (parsed.GetValue(k) is { } retained)
                    certifier = certifier.WithRetainedPixels(retained);
                attacked = CertifierChain.With(attacked, certifier);
            }
            else if (votes.AnyGiven(parsed) || parsed.GetValue(k) is not null)
            {
                throw new ArgumentException($"'{modelPath}' has no smoothed certifier, so that --k and the options of votes mean nothing; leave them out.");
            }
            using var owned = attacked as IDisposable;
            ImageData images = await data.ResolveAsync(parsed, ml, console, cancellation);
            IDataView test = images.LoadTest();
            if (parsed.GetValue(skip) is > 0 and int left)
                test = ml.Data.SkipRows(test, left);
            if (parsed.GetValue(rows) is { } count)
                test = ml.Data.TakeRows(test, count);
            (Attack attack, JsonObject settings) = attacking.ReadAttack(parsed);
            string? runDirectory = parsed.GetValue(run);
            AttackSummary summary = new AttackRun(attacked, test, images.Name, attack, settings, attacking.ReadOptions(parsed))
            {
                FirstRow = parsed.GetValue(skip),
                TablePath = parsed.GetValue(table),
                RunDirectory = runDirectory,
                ModelHash = runDirectory is null ? null : ModelFile.Hash(modelPath),
            }.Run(ml, console, cancellation);
            console.Result(summary, summary.Print);
            return ExitCode.Success;
        });
        return command;
    }
}
