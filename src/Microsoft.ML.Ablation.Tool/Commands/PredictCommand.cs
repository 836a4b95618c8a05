using System.CommandLine;
using Microsoft.ML.Ablation.Tool.Help;
using Microsoft.ML.Ablation.Tool.Output;
using Microsoft.ML.Ablation.Tool.Predicting;

namespace Microsoft.ML.Ablation.Tool.Commands;

/// <summary><c>ablation predict</c>: the certified answers to a few images or rows.</summary>
internal static class PredictCommand
{
    public static CliCommand Create()
    {
        var command = new CliCommand("predict", "Answer image files or the rows of a table, with certificates.");
        var question = new QuestionOptions(isOne: false);
        var output = new OutputOptions();
        question.AddTo(command);
        output.AddTo(command);
        command.SetWork((parsed, cancellation) =>
        {
            ToolConsole console = output.Read(parsed);
            var ml = new MLContext();
            console.Follow(ml);
            AskedRows asked = question.Read(parsed, ml, console);
            using var owned = asked.Chain as IDisposable;
            var rows = new List<Prediction>();
            console.WithProgress("Predicting", asked.Names.Count, update =>
            {
                foreach (Prediction row in Predictor.Predict(asked, cancellation))
                {
                    rows.Add(row);
                    update(rows.Count, FormattableString.Invariant($"{rows.Count} of {asked.Names.Count} rows"));
                }
            });
            var result = new PredictionResult(question.ModelOf(parsed), asked.Label, asked.Against, asked.Change, rows);
            console.Result(result, result.Print);
            return Task.FromResult(ExitCode.Success);
        });
        return command;
    }
}
