using System.CommandLine;
using Microsoft.ML.Ablation.Files;
using Microsoft.ML.Ablation.Tool.Help;
using Microsoft.ML.Ablation.Tool.Output;
using Microsoft.ML.Ablation.Tool.Tables;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary><c>ablation evaluate</c>: certifies the rows of finished or running certifications again, from their votes.</summary>
internal static class EvaluateCommand
{
    public static CliCommand Create()
    {
        var command = new CliCommand("evaluate", "Certify rows again from the votes or outputs in run folders. Needs no model; several runs stand side by side.");
        var output = new OutputOptions();
        var runs = new RunOptions("Run folders that 'certify --run' wrote.");
        Option<bool> asZero = new ValueOption<bool>(ValueKind.Flag, "--uncertified-as-zero")
        {
            Description = "Count a correct row without a certificate as radius 0, as the paper's tables do.",
        };
        Option<string?> table = new ValueOption<string?>(ValueKind.File(".csv", ".json", ".parquet"), "--out", "-o") { Summary = "A line per row, of one run: .csv, .json or .parquet", Description = "File with a line per row, of one run: .csv, .json or .parquet." };
        runs.AddTo(command);
        command.AddOptions(HelpGroup.Votes, asZero);
        command.AddOptions(HelpGroup.Output, table);
        output.AddTo(command);
        command.SetWork((parsed, _) =>
        {
            string? tablePath = parsed.GetValue(table);
            if (tablePath is not null && runs.Folders(parsed).Length > 1)
                throw new ArgumentException($"--out is one file, but {runs.Folders(parsed).Length} runs are given; give one --run with it.");
            if (runs.AreNumbers(parsed))
            {
                EvaluateNumbers(runs.LoadNumbers(parsed, asZero), runs.Within(parsed), tablePath, output.Read(parsed));
                return Task.FromResult(ExitCode.Success);
            }
            EvaluatedRun[] evaluated = runs.Load(parsed, parsed.GetValue(asZero));
            if (tablePath is not null)
            {
                using AtomicFile file = AtomicFile.Create(tablePath);
                evaluated[0].Table.Write(file, tablePath);
            }
            CertificationResult[] results = [.. evaluated.Select(run => run.ToResult(tablePath))];
            if (results.Length == 1)
                output.Read(parsed).Result(results[0], results[0].Print);
            else
                output.Read(parsed).Result(results, console => CertificationResult.PrintAll(console, results));
            return Task.FromResult(ExitCode.Success);
        });
        return command;
    }

    private static void EvaluateNumbers(EvaluatedNumbers[] evaluated, double within, string? tablePath, ToolConsole console)
    {
        if (tablePath is not null)
        {
            using AtomicFile file = AtomicFile.Create(tablePath);
            evaluated[0].ToTable().Write(file, tablePath);
        }
        EvaluatedNumbersResult[] results = [.. evaluated.Select(run => run.ToResult(within, tablePath))];
        void Print(Spectre.Console.IAnsiConsole text) => EvaluatedNumbersResult.PrintAll(text, results);
        if (results.Length == 1)
            console.Result(results[0], Print);
        else
            console.Result(results, Print);
    }
}
