using System.CommandLine;
using Microsoft.ML.Ablation.Tool.Help;
using Microsoft.ML.Ablation.Tool.Output;
using Microsoft.ML.Ablation.Tool.Predicting;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary><c>ablation explain</c>: the certificate of one image or row, explained.</summary>
internal static class ExplainCommand
{
    private const int UsualAblations = 1_000;

    public static CliCommand Create()
    {
        var command = new CliCommand("explain", "Explain the certificate of one image, or of one row of a table.");
        var question = new QuestionOptions(isOne: true);
        var output = new OutputOptions();
        Option<int> row = new ValueOption<int>(ValueKind.Integer(1, OptionLimits.RowsInMemory), "--row")
        {
            Summary = "Of a table: the number of the row",
            Description = "Of a table: the number of the row, from 1.",
            DefaultValueFactory = _ => 1,
        };
        Option<int> ablations = new ValueOption<int>(ValueKind.Integer(1, OptionLimits.Votes), "--ablations")
        {
            Summary = "Ablations that tell what matters",
            Description = "Random ablations that tell which pixels, attributes or words matter; all where there are no more, and fixed masks always.",
            DefaultValueFactory = _ => UsualAblations,
        };
        question.AddTo(command);
        command.AddOptions(HelpGroup.Data, row);
        command.AddOptions(HelpGroup.Votes, ablations);
        output.AddTo(command);
        command.SetWork((parsed, cancellation) =>
        {
            ToolConsole console = output.Read(parsed);
            var ml = new MLContext();
            console.Follow(ml);
            AskedRows asked = question.Read(parsed, ml, console);
            using var owned = asked.Chain as IDisposable;
            if (CertifierChain.Find(asked.Chain) is null)
                throw new InvalidDataException($"'{question.ModelOf(parsed)}' predicts numbers, and votes for classes are explained; 'ablation predict' shows the intervals of a number.");
            int number = parsed.GetValue(row);
            if (number > asked.Names.Count)
                throw new ArgumentException(FormattableString.Invariant($"--row is {number}, but there are {asked.Names.Count} rows; give a number from 1 to {asked.Names.Count}."));
            IDataView rows = number == 1 ? asked.Rows : ml.Data.SkipRows(asked.Rows, number - 1);
            var result = new ExplanationResult(asked.Names[number - 1], ml.Data.Explain(asked.Chain, rows, parsed.GetValue(ablations), cancellation));
            console.Result(result, result.Print);
            return Task.FromResult(ExitCode.Success);
        });
        return command;
    }
}
