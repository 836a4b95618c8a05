using System.CommandLine;
using System.Text.Json.Nodes;
using Microsoft.ML.Ablation.Attacks;
using Microsoft.ML.Ablation.Files;
using Microsoft.ML.Ablation.Tool.Attacking;
using Microsoft.ML.Ablation.Tool.Help;
using Microsoft.ML.Ablation.Tool.Output;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary><c>ablation attack</c>: looks for few pixels that change a model's answers.</summary>
internal static class AttackCommand
{
    public static CliCommand Create()
    {
        var command = new CliCommand("attack", "Look for few changed pixels that break a model. The model, smoothed or plain, answers wrongly then, or abstains.");
        var data = new DataOptions();
        var model = new ModelOptions();
        var rows = new RowOptions("Attack");
        var attacking = new AttackOptionSet();
        var output = new OutputOptions();
        Option<string?> table = new ValueOption<string?>(ValueKind.File(".csv"), "--out", "-o") { Summary = "A line per image: .csv", Description = "CSV file with a line per image." };
        Option<string?> run = new ValueOption<string?>(ValueKind.Output, "--run") { Summary = "Keep every finished image there, and resume after the last", Description = "Folder that keeps every finished image; an attack in it is resumed after its last image." };
        data.AddTo(command, ownFiles: true);
        model.AddTo(command);
        rows.AddTo(command);
        attacking.AddTo(command);
        command.AddOptions(HelpGroup.Output, table, run);
        output.AddTo(command);
        command.SetWork(async (parsed, cancellation) =>
        {
            ToolConsole console = output.Read(parsed);
            var ml = new MLContext();
            console.Follow(ml);
            (Attack attack, JsonObject settings) = attacking.ReadAttack(parsed);
            ITransformer attacked = model.Load(parsed, ml, out ModelImages known);
            using var owned = attacked as IDisposable;
            ImageData images = await data.ResolveAsync(parsed, ml, console, known, cancellation);
            string? runDirectory = parsed.GetValue(run);
            if (runDirectory is not null)
                model.RequireSeedFor(attacked, parsed);
            AttackSummary summary = new AttackRun(attacked, rows.Choose(parsed, ml, images.LoadTest()), images.Name, attack, settings, attacking.ReadOptions(parsed))
            {
                FirstRow = rows.Skipped(parsed),
                TablePath = parsed.GetValue(table),
                RunDirectory = runDirectory,
                ModelHash = runDirectory is null ? null : FileHash.Of(model.PathOf(parsed)),
            }.Run(ml, console, cancellation);
            console.Result(summary, summary.Print);
            return ExitCode.Success;
        });
        return command;
    }
}
